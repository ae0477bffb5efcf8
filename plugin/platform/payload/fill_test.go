package payload_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

func fillRules() []payload.Rule {
	return []payload.Rule{
		{Field: "contact.id", From: []string{"a.b[0].c", "id", "x[]"}, As: payload.AsText},
		{Field: "contact.tags", From: []string{"tags"}},
		{Field: "message.class", From: []string{"class"}, Default: []byte(`"m"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "message.campaign", From: []string{"p.e.v", "p.e"}},
		{Field: "data.list", From: []string{"json", "list[].json"}, As: payload.AsJSON},
		{Field: "data.unread", From: []string{"unread"}, As: payload.AsJSON},
		{Field: "orders", From: []string{"orders"}},
		{Field: "data.one", From: []string{"twice[].json"}, As: payload.AsJSON},
		{Field: "data.two", From: []string{"twice[].json"}, As: payload.AsJSON},
	}
}

func layout(t require.TestingT, fields ...field.Field) *facts.Layout {
	l, err := facts.NewLayout(fields)
	require.NoError(t, err)
	return l
}

func fillFields() []field.Field {
	return []field.Field{
		{Path: "contact.id", Type: field.Scalar(field.ID)},
		{Path: "contact.tags", Type: field.ListOf(field.String)},
		{Path: "message.class", Type: field.Scalar(field.String)},
		{Path: "message.campaign", Type: field.Scalar(field.String)},
		{Path: "data.list", Type: field.ListOfObjects(field.Member{Name: "n", Kind: field.Int}, field.Member{Name: "s", Kind: field.String})},
		{Path: "data.two", Type: field.Scalar(field.Int)},
		{Path: "orders.count", Type: field.Scalar(field.Int)},
		{Path: "orders.at", Type: field.Scalar(field.Time)},
	}
}

// texts come beside payloads.
func texts(name string) string { return map[string]string{"subject": "s-1", "n": "7"}[name] }

// mapped is a mapping, and one of the same rules that never fills facts: it goes over
// each payload without reading it into any.
type mapped struct {
	*payload.Mapping
	unread *payload.Mapping
}

func compiled(t require.TestingT, rules []payload.Rule, o payload.Options) (m mapped) {
	var err error
	m.Mapping, err = payload.Compile(rules, o)
	require.NoError(t, err)
	m.unread, err = payload.Compile(rules, o)
	require.NoError(t, err)
	return m
}

// filled wants what Fill does to be what decoding the body does.
func filled(t require.TestingT, m mapped, l *facts.Layout, in []byte) (ok bool) {
	written, bodyErr := m.unread.FindBeside(in, texts)
	found, err := m.FindBeside(in, texts)
	require.Equal(t, bodyErr, err)
	if err != nil {
		return false
	}
	defer found.Release()
	defer written.Release()
	for _, path := range []string{"id", "json", "orders", "a.b.x", "x", "p.e"} {
		require.Equal(t, payload.Text(written.Payload(path)), payload.Text(found.Payload(path)), "%s of %s", path, in)
	}
	body := written.Append(nil)
	var want, got facts.Facts
	got.Reset(l)
	ok = found.Fill(l, &got)
	if err := l.DecodeJSONLoose(body, &want); err != nil {
		require.False(t, ok, "%s was taken, and its body %s is refused: %v", in, body, err)
	}
	if ok {
		require.True(t, l.Equal(&want, &got), "%s filled %v, and its body %s gives %v", in, got.Slots, body, want.Slots)
	}
	if l.DecodeJSONLoose(body, &want) == nil { // of one that is refused nothing counts
		for _, path := range []string{"contact.id", "message.class", "message", "orders.count", "data.list", "unread"} {
			require.Equal(t, payload.Text(payload.At(body, path)), payload.Text(found.First(path)), "%s of %s", path, body)
		}
	}
	require.Equal(t, string(body), string(found.Body()))
	return ok
}

func TestFill(t *testing.T) {
	m := compiled(t, fillRules(), payload.Options{})
	l := layout(t, fillFields()...)
	for in, fills := range map[string]bool{
		`{"a":{"b":[{"c":7}]},"tags":"a;b","json":" [{\"n\":1,\"s\":\"\\u00e9\"}] ","orders":{"count":"3","at":"2026-11-22"}}`: true,
		`{"a":{"b":[{"c":null}]},"x":[null,{},"z"],"class":null,"json":null,"list":[{},{"json":"["},{"json":"[]"}]}`:           true,
		`{"id":{},"tags":["a",1],"orders":[],"json":"null","unread":"7"}`:                                                      true,
		`{"id":"1","json":"[{"}`:                                                    false, // no JSON: the list is as good as not given
		`{"id":"1","unread":"[{"}`:                                                  false, // though nobody reads it
		`{"id":"1","tags":[nonsense]}`:                                              false,
		"{\"id\":\"\xff\"}":                                                         false,
		`{"id":"1","orders":{"count":1,"count":2}}`:                                 false,
		`{"list":[{"json":"["},{"json":[{}]},{"json":"[]"}]}`:                       true,
		`{"list":[{"json":"[]"},{"json":"["},{"json":"1"}]}`:                        true, // the first that is JSON
		`{"list":[{"json":"["},{"json":"{"}]}`:                                      false,
		`{"p":{"e":{"v":"1"}},"list":null}`:                                         true,
		`{"p":{"e":"2"},"x":7}`:                                                     true,
		`{"p":{"e":{"w":[]}}}`:                                                      true, // an object is what has no v
		`{"p":{"e":{"v":""}},"x":[{}],"list":{"json":"[]"}}`:                        true,
		`{"p":[],"list":[[],"",{"json":[{}]}],"a":{"b":[7,{"c":"not the first"}]}}`: true,
		`{"twice":[{"json":"["},{"json":"1"}]}`:                                     true,
		`{"p":{"e":1,"e":2}}`:                                                       false,
		`{"list":[{"json":"[]","json":"[]"}]}`:                                      false,
		`{"a":{"b":[{"c":1},{"c":2}`:                                                false,
		`{"a":{"b":[{"c":1}{}]}}`:                                                   false,
		`{"list":[{"json":"[]"},]}`:                                                 false,
	} {
		require.Equal(t, fills, filled(t, m, l, []byte(in)), in)
	}
}

func TestBundlesAreSwappedUnderAMapping(t *testing.T) {
	m := compiled(t, fillRules(), payload.Options{})
	in := []byte(`{"id":"1","orders":{"count":2},"class":"service"}`)
	all := fillFields()
	for range 2 {
		require.True(t, filled(t, m, layout(t, all...), in))
		require.True(t, filled(t, m, layout(t, all[0], all[6]), in), "a layout with fewer fields")
	}
}

// Calls under the old bundle go on while those under the new one come.
func TestBundlesAreSwappedWhilePayloadsAreRead(t *testing.T) {
	m := compiled(t, fillRules(), payload.Options{})
	fields := fillFields()
	old := layout(t, fields...)
	slices.Reverse(fields)
	swapped := layout(t, fields...)
	var all sync.WaitGroup
	for _, l := range []*facts.Layout{old, swapped, old, swapped} {
		all.Go(func() {
			for range 500 {
				if !assert.True(t, filled(t, m, l, []byte(`{"id":7,"tags":"a;b","json":"[{\"n\":1}]","twice":[{"json":"2"}],"class":"service"}`))) {
					return
				}
			}
		})
	}
	all.Wait()
}

func TestARuleBelowAFieldIsNotFilled(t *testing.T) {
	m := compiled(t, []payload.Rule{{Field: "a.b.c", From: []string{"x"}}}, payload.Options{})
	require.False(t, filled(t, m, layout(t, field.Field{Path: "a.b", Type: field.Scalar(field.Int)}), []byte(`{"x":1}`)))
}

func TestAPayloadThatIsKeptIsNotFilled(t *testing.T) {
	m := compiled(t, fillRules(), payload.Options{Keep: true})
	require.False(t, filled(t, m, layout(t, fillFields()...), []byte(`{"id":"1"}`)))
}

// defaultRules fill in what a payload that is kept leaves out.
func defaultRules() []payload.Rule {
	return []payload.Rule{
		{Field: "message.class", From: []string{"message.class"}, Default: []byte(`"m"`)},
		{Field: "orders.count", From: []string{"orders.count"}, Default: []byte(`7`)},
	}
}

func TestDefaultsAreFilledInOfAPayloadThatIsKept(t *testing.T) {
	m := compiled(t, defaultRules(), payload.Options{Keep: true})
	l := layout(t, fillFields()...)
	for in, fills := range map[string]bool{
		` {"contact":{"id":"1"},"message":{"class":"x"},"orders":{"count":"3"}} `: true,
		`{"contact":{"id":7,"tags":"a;b"},"unread":[{}]}`:                         true,
		`{"message":{}}`:                                                 true,
		`{"message":null,"orders":{"count":1}}`:                          false, // the whole group is made anew
		`{"message":{"class":null}}`:                                     false,
		`{"message":"x"}`:                                                false,
		`{"orders":{"count":"many"}}`:                                    false,
		`{"message":{"class":"x"},"orders":{"count":""}}`:                false,
		`{"message":{"class":"x"},"message":{"class":"y"}}`:              false,
		`{"message":{"class":"x","class":"y"}}`:                          false,
		`{"contact":{"id":"1"}`:                                          false,
		`{"contact":{"id":"1"}} {}`:                                      false,
		`{"contact":` + strings.Repeat(`[`, payload.MaxDepth+1) + `1]}}`: false,
	} {
		require.Equal(t, fills, filled(t, m, l, []byte(in)), in)
	}
}

// besideRules take what a payload leaves out from texts beside it.
func besideRules() []payload.Rule {
	return []payload.Rule{
		{Field: "contact.id", From: []string{"contact.id", "ce.subject"}},
		{Field: "message.class", From: []string{"message.class", "ce.none"}, Default: []byte(`"m"`)},
		{Field: "orders.at", From: []string{"orders.at", "ce.none"}},
	}
}

func TestTextsBesideAPayload(t *testing.T) {
	l := layout(t, fillFields()...)
	for _, in := range []string{`{}`, `{"contact":{"id":"own"}}`, `{"contact":{"id":null}}`, `{"contact":{"id": "" }}`, `{"ce":{"subject":"no"}}`} {
		m := compiled(t, besideRules(), payload.Options{Keep: true, Beside: "ce"})
		filled(t, m, l, []byte(in))
		found, err := m.FindBeside([]byte(in), texts)
		require.NoError(t, err)
		want := "s-1"
		if strings.Contains(in, "own") {
			want = "own"
		}
		require.Equal(t, want, payload.Text(found.First("contact.id")))
		require.Equal(t, want, payload.Text(payload.Get(found.Body(), "contact", "id")))
		found.Release()
	}
	m := compiled(t, []payload.Rule{
		{Field: "orders.count", From: []string{"ce.n"}}, {Field: "contact.id", From: []string{"who", "ce.subject"}},
	}, payload.Options{Beside: "ce"})
	found, err := m.FindBeside([]byte(`{"unread":1}`), texts)
	require.NoError(t, err)
	require.JSONEq(t, `{"orders":{"count":"7"},"contact":{"id":"s-1"}}`, string(found.Body()))
	found.Release()
	require.True(t, filled(t, m, l, []byte(`{"who":"w"}`)))
	alone, err := m.Append(nil, []byte(`{"who":"w"}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"contact":{"id":"w"}}`, string(alone), "there is nothing beside it")
}

// FuzzFill: of any payload comes what decoding its body gives, or nothing.
func FuzzFill(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[{"c":1}]},"id":"x","tags":"a;b","class":null,"orders":{"count":"3","at":"2026-11-22"}}`))
	f.Add([]byte(`{"json":"[{\"n\":1,\"s\":\"\\\"\\u00e9\"}]","x":[0,{"s":1}],"unread":"1e"}`))
	f.Add([]byte(`{"list":[{"json":"{"},{"json":"[{}]"}],"tags":["a",{"b":[]}],"orders":null}`))
	m := compiled(f, fillRules(), payload.Options{})
	l := layout(f, fillFields()...)
	f.Add([]byte(`{"message":{"class":""},"orders":{"count":"","at":[]}}`))
	f.Add([]byte(`{"contact":{"id":7},"message":{"class":null},"orders":{"count":"3","at":0}}`))
	f.Add([]byte(`{"contact":{"id":""}}`))
	kept := compiled(f, defaultRules(), payload.Options{Keep: true})
	beside := compiled(f, besideRules(), payload.Options{Keep: true, Beside: "ce"})
	f.Fuzz(func(t *testing.T, in []byte) {
		filled(t, m, l, in)
		filled(t, kept, l, in)
		filled(t, beside, l, in)
		foundEarly(t, kept.Mapping, l, in)
		foundEarly(t, beside.Mapping, l, in)
	})
}

// Once a layout is known, values are read as they are come upon. In what order a
// payload has them makes no difference.
func TestOfPathsTheFirstCountsInWhateverOrderTheyCome(t *testing.T) {
	m := compiled(t, fillRules(), payload.Options{})
	l := layout(t, fillFields()...)
	require.True(t, filled(t, m, l, []byte(`{}`)), "now the layout is known")
	for in, want := range map[string]string{
		`{"a":{"b":[{"c":"first"}]},"id":"second"}`:          "first",
		`{"id":"second","a":{"b":[{"c":"first"}]}}`:          "first",
		`{"id":"second","x":["third"]}`:                      "second",
		`{"x":[null,"third"],"id":"second"}`:                 "second",
		`{"x":["third"],"id":null,"a":{"b":[{"c":null}]}}`:   "third",
		`{"a":{"b":[{"c":""}]},"id":"second"}`:               "second",
		`{"x":["","third"],"a":{"b":[{"c":""}]},"class":""}`: "third",
		`{"id":7}`:                  "7",
		`{"id":7.50}`:               "7.50",
		`{"x":[true],"tags":"a;b"}`: "true",
		`{"x":["third","fourth"],"list":[{"json":"[]"},"no"]}`: "third",
	} {
		require.True(t, filled(t, m, l, []byte(in)), in)
		found, err := m.FindBeside([]byte(in), texts)
		require.NoError(t, err)
		var f facts.Facts
		f.Reset(l)
		require.True(t, found.Fill(l, &f), in)
		require.Equal(t, want, f.Slots[l.Slot("contact.id")].Str, in)
		require.Equal(t, "m", f.Slots[l.Slot("message.class")].Str, "the default of %s", in)
		found.Release()
	}
}
