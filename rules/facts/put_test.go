package facts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// putBody is a body with one value at a path.
func putBody(path, value string) string {
	names := strings.Split(path, ".")
	return `{"` + strings.Join(names, `":{"`) + `":` + value + strings.Repeat("}", len(names))
}

// Put does what a body with the value would do, whatever comes behind the value.
func TestPutDoesWhatABodyDoes(t *testing.T) {
	l := layoutOf(t, testFields())
	paths := []string{"a", "b", "b.deep", "b.deep.er", "x", "a.x", "b.deep.x.y"}
	for _, f := range l.Fields() {
		paths = append(paths, f.Path)
	}
	refused, known := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(t, "path")
		value := drawValue(t, 3)
		var want, got Facts
		err := l.DecodeJSONLoose([]byte(putBody(path, value)), &want)
		place, ok := l.Place(path)
		require.True(t, ok)
		got.Reset(l)
		behind := rapid.SampledFrom([]string{"", " ", "}", "]\xff", `,"x":1}`}).Draw(t, "behind")
		fill := l.Filler(&got)
		ok = fill.Put(place, []byte(value + behind)[:len(value)])
		require.Equal(t, err == nil, ok, "%s %q", path, value)
		if err != nil {
			refused++
			return
		}
		require.True(t, l.Equal(&want, &got), "%s %q", path, value)
		for i := range got.Slots {
			if got.Slots[i].State == Known {
				known++
			}
		}
	})
	require.NotZero(t, refused)
	require.NotZero(t, known)
}

func TestPutTakesNoHalfValues(t *testing.T) {
	l := layoutOf(t, testFields())
	place, ok := l.Place("a.string")
	require.True(t, ok)
	text := []byte(`"abc" `)
	for n := range 5 {
		var f Facts
		f.Reset(l)
		fill := l.Filler(&f)
		require.False(t, fill.Put(place, text[:n]), "%q", text[:n])
	}
}

func TestNothingIsPutBelowAField(t *testing.T) {
	_, ok := layoutOf(t, testFields()).Place("a.int.x")
	require.False(t, ok)
}
