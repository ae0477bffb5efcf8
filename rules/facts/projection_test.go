package facts

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// route is a path of keys, with [] for an array's items and [0] for its first, to a field.
func route(t *testing.T, l *Layout, rule int, rank uint8, path, to string) Path {
	place, ok := l.Place(to)
	require.True(t, ok)
	p := Path{To: place, Rule: rule, Rank: rank}
	for key := range strings.SplitSeq(path, ".") {
		key, some := strings.CutSuffix(key, "[]")
		key, first := strings.CutSuffix(key, "[0]")
		p.Steps = append(p.Steps, Step{Key: key})
		switch {
		case some:
			p.Steps = append(p.Steps, Step{Index: AnyItem})
		case first:
			p.Steps = append(p.Steps, Step{Index: 0})
		}
	}
	return p
}

// echo takes values that it is left, and notes them.
type echo struct {
	c     *Catch
	b     []byte
	taken []string
}

func (e *echo) Take(path, at int) (end int) {
	end = at + strings.IndexAny(string(e.b[at:]), ",}]")
	e.c.Spans[path] = Span{at, end}
	e.taken = append(e.taken, fmt.Sprint(path, " ", string(e.b[at:end])))
	return end
}

func TestAProjectionReadsRecords(t *testing.T) {
	l := layoutOf(t, testFields())
	paths := []Path{
		route(t, l, 0, 1, "record.name", "a.string"),
		route(t, l, 0, 2, "name", "a.string"),
		route(t, l, 1, 1, "args[].count", "a.int"),
		route(t, l, 2, 1, "first[0]", "a.strings"),
		route(t, l, -1, 0, "only.found", "x.y"),
		route(t, l, 3, 1, "own", "b"),
	}
	own := len(paths) - 1
	paths[own].Strings, paths[own].Others = true, true
	p := l.Project(paths)
	require.NotNil(t, p)
	for record, want := range map[string]struct {
		body  string // "" when it is not taken
		found string // what is at the path that is only found
		taken int
	}{
		`{}`: {body: `{}`},
		` {"record":{"name":"n"},"name":"m","args":[{},{"count":"3"},{"count":4}],"only":{"found":[1]}} `: {`{"a":{"string":"n","int":3}}`, `[1]`, 0},
		`{"name":"m","first":["x;y","z"],"unread":{"a":[{}]}}`:                                            {body: `{"a":{"string":"m","strings":"x;y"}}`},
		`{"record":{"name":null},"args":[{"count":""}],"name":"\u00fc"}`:                                  {body: `{"a":{"string":"ü"}}`},
		`{"record":7,"args":{"count":1},"only":"found","first":{}}`:                                       {body: `{}`},
		`{"own":1,"name":"own"}`:             {`{"a":{"string":"own"}}`, "", 1},
		`{"own":"text"}`:                     {`{}`, "", 1},
		`{"own":{"deep":{"er":"x"}}}`:        {body: `{"b":{"deep":{"er":"x"}}}`},
		`{"name":"m","record":{"name":"n"}}`: {}, // the first path's comes late
		`{"name":"m","name":"n"}`:            {},
		`{"args":[{"count":1},]}`:            {},
		`{"args":[{"count":1} {}]}`:          {},
		`{"args":[{"count":1}`:               {},
		`{"args":[`:                          {},
		`{"first":[}`:                        {},
		`{"name":"m"} {}`:                    {},
		`{"name":"` + "\xff" + `"}`:          {},
		`[]`:                                 {},
		``:                                   {},
	} {
		var got, body Facts
		got.Reset(l)
		c := Catch{Spans: make([]Span, len(paths)), Ranks: make([]uint8, 4)}
		e := &echo{c: &c, b: []byte(record)}
		c.Taker = e
		_, ok := p.Decode([]byte(record), &got, &c)
		require.Equal(t, want.body != "", ok, record)
		if !ok {
			continue
		}
		require.NoError(t, l.DecodeJSONLoose([]byte(want.body), &body))
		require.True(t, l.Equal(&body, &got), "%s gives %v", record, got.Slots)
		at := c.Spans[4]
		require.Equal(t, want.found, record[at.From:at.To])
		require.Len(t, e.taken, want.taken, record)
	}
}

func TestSomePathsHaveNoProjection(t *testing.T) {
	l := layoutOf(t, testFields())
	at := func(path string) Path { return route(t, l, 0, 1, path, "a.int") }
	require.Nil(t, l.Project([]Path{at("x[]"), at("x[0]")}), "both would read the first item")
	require.Nil(t, l.Project([]Path{at("x[0]"), at("x[].y")}))
	for _, key := range []string{`a"b`, `a\b`, "a\nb", "\ufffd"} {
		require.Nil(t, l.Project([]Path{at(key)}), key)
	}
	var many []Path
	for i := range 65 {
		many = append(many, at(fmt.Sprint("k", i)))
	}
	require.NotNil(t, l.Project(many[:64]))
	require.Nil(t, l.Project(many))
}
