package platformtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules/facts"
)

// deaf decides nothing.
type deaf struct{}

func (deaf) Decide(dst []byte, _ gate.Request) ([]byte, error) { return dst, nil }

func (deaf) Batch(gate.Request, [][]byte, func(int, []byte, error)) error { return nil }

// record is a body that is not written out, and is given up after the call.
type record struct{ text []byte }

func (r *record) Fill(*facts.Layout, *facts.Facts) bool { return false }
func (r *record) Body() []byte                          { return r.text }

// What goldens compare is what the gate was asked, as text, also when it came as
// values, and when whoever asked uses the memory again.
func TestTheSpyKeepsWhatTheGateWasAsked(t *testing.T) {
	s := &spy{Decider: deaf{}}
	body, values := []byte(`{"a":1}`), &record{[]byte(`{"b":2}`)}
	_, err := s.Decide(nil, gate.Request{Body: body})
	require.NoError(t, err)
	_, err = s.Decide(nil, gate.Request{Values: values})
	require.NoError(t, err)
	require.NoError(t, s.Batch(gate.Request{Loose: true}, [][]byte{body, []byte(`{"c":3}`)}, nil))
	clear(body)
	clear(values.text)
	var asked []string
	for _, r := range s.requests {
		require.Nil(t, r.Values)
		asked = append(asked, string(r.Body))
	}
	require.Equal(t, []string{`{"a":1}`, `{"b":2}`, `{"a":1}`, `{"c":3}`}, asked)
	require.True(t, s.requests[3].Loose, "with all that was asked of them")
}
