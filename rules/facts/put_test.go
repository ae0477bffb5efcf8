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
	same := func(t require.TestingT, path, value, behind string) (put bool, f *Facts) {
		var want, got Facts
		err := l.DecodeJSONLoose([]byte(putBody(path, value)), &want)
		place, ok := l.Place(path)
		require.True(t, ok)
		got.Reset(l)
		fill := l.Filler(&got)
		put = fill.Put(place, []byte(value + behind)[:len(value)])
		require.Equal(t, err == nil, put, "%s %q", path, value)
		if put {
			require.True(t, l.Equal(&want, &got), "%s %q", path, value)
		}
		return put, &got
	}
	put, f := same(t, "a.string", `"x"`, "}")
	require.True(t, put)
	require.Equal(t, Known, f.Slots[l.Slot("a.string")].State)
	put, _ = same(t, "a.string", `"x`, `"}`)
	require.False(t, put)
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(t, "path")
		value := drawValue(t, 3)
		same(t, path, value, rapid.SampledFrom([]string{"", " ", "}", "]\xff", `,"x":1}`}).Draw(t, "behind"))
	})
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
