package payload_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules/facts"
)

// foundEarly wants of a payload within another what finding it by itself gives.
func foundEarly(t *testing.T, m *payload.Mapping, l *facts.Layout, in []byte) (ok bool) {
	var value []byte
	within := slices.Concat([]byte(`{"id":"1","data":`), in, []byte(`,"time":"now"}`))
	found, err := m.EachAndFind(within, "data", func(key string, v []byte) {
		if key == "data" && value == nil {
			value = v
		}
	})
	if found == nil {
		return false
	}
	defer found.Release()
	if err != nil {
		return false
	}
	found.Beside(texts)
	later, err := m.FindBeside(slices.Clone(value), texts)
	require.NoError(t, err)
	defer later.Release()
	for range 2 { // the facts can be had once, then the payload is read again
		var want, got facts.Facts
		want.Reset(l)
		got.Reset(l)
		ok = later.Fill(l, &want)
		require.Equal(t, ok, found.Fill(l, &got), string(in))
		require.True(t, !ok || l.Equal(&want, &got), string(in))
	}
	require.Equal(t, string(later.Body()), string(found.Body()))
	return true
}

func TestAPayloadWithinAnotherIsReadEarly(t *testing.T) {
	m := compiled(t, besideRules(), payload.Options{Keep: true, Beside: "ce"})
	all := fillFields()
	l := layout(t, all...)
	in := []byte(`{"contact":{"tags":["ü"]},"message":{"class":"x"}}`)
	require.False(t, foundEarly(t, m.Mapping, l, in), "no layout is known")
	require.True(t, filled(t, m, l, in))
	require.True(t, foundEarly(t, m.Mapping, l, in))
	require.True(t, foundEarly(t, m.Mapping, layout(t, all[0], all[2], all[5]), in), "it was read for another layout")
	require.True(t, filled(t, m, l, in))
	for _, broken := range []string{`null`, `[]`, `{"contact":}`, "{\"contact\":{\"id\":\"\xff\"}}", `{"contact":{},"contact":{}}`, `{} {}`} {
		require.False(t, foundEarly(t, m.Mapping, l, []byte(broken)), broken)
	}
	_, err := m.EachAndFind([]byte(`[]`), "data", nil)
	require.ErrorIs(t, err, payload.ErrNotObject)
	for _, other := range []mapped{{}, compiled(t, fillRules(), payload.Options{}), compiled(t, fillRules(), payload.Options{Keep: true})} {
		if other.Mapping != nil {
			filled(t, other, l, in)
		}
		require.False(t, foundEarly(t, other.Mapping, l, in), "the rules do more than to fill in")
	}
}
