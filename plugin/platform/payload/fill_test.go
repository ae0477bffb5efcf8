package payload_test

import (
	"strings"
	"testing"

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
		{Field: "data.list", From: []string{"json", "list[].json"}, As: payload.AsJSON},
		{Field: "data.unread", From: []string{"unread"}, As: payload.AsJSON},
		{Field: "orders", From: []string{"orders"}},
	}
}

func layout(t testing.TB, fields ...field.Field) *facts.Layout {
	t.Helper()
	l, err := facts.NewLayout(fields)
	require.NoError(t, err)
	return l
}

func fillFields() []field.Field {
	return []field.Field{
		{Path: "contact.id", Type: field.Scalar(field.ID)},
		{Path: "contact.tags", Type: field.ListOf(field.String)},
		{Path: "message.class", Type: field.Scalar(field.String)},
		{Path: "data.list", Type: field.ListOfObjects(field.Member{Name: "n", Kind: field.Int}, field.Member{Name: "s", Kind: field.String})},
		{Path: "orders.count", Type: field.Scalar(field.Int)},
		{Path: "orders.at", Type: field.Scalar(field.Time)},
	}
}

// texts come beside payloads.
func texts(name string) string { return map[string]string{"subject": "s-1", "n": "7"}[name] }

// filled wants what Fill does to be what decoding the body does.
func filled(t *testing.T, m *payload.Mapping, l *facts.Layout, in []byte) (ok bool) {
	written, bodyErr := m.FindBeside(in, texts)
	found, err := m.FindBeside(in, texts)
	require.Equal(t, bodyErr, err)
	if err != nil {
		return false
	}
	defer found.Release()
	body := written.Append(nil)
	written.Release()
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
	m, err := payload.Compile(fillRules(), payload.Options{})
	require.NoError(t, err)
	l := layout(t, fillFields()...)
	for in, fills := range map[string]bool{
		`{"a":{"b":[{"c":7}]},"tags":"a;b","json":" [{\"n\":1,\"s\":\"\\u00e9\"}] ","orders":{"count":"3","at":"2026-11-22"}}`: true,
		`{"a":{"b":[{"c":null}]},"x":[null,{},"z"],"class":null,"json":null,"list":[{},{"json":"["},{"json":"[]"}]}`:           true,
		`{"id":{},"tags":["a",1],"orders":[],"json":"null","unread":"7"}`:                                                      true,
		`{"id":"1","json":"[{"}`:                              false, // no JSON: the list is as good as not given
		`{"id":"1","unread":"[{"}`:                            false, // though nobody reads it
		`{"id":"1","tags":[nonsense]}`:                        false,
		"{\"id\":\"\xff\"}":                                   false,
		`{"id":"1","orders":{"count":1,"count":2}}`:           false,
		`{"list":[{"json":"["},{"json":[{}]},{"json":"[]"}]}`: true,
		`{"list":[{"json":"[]"},{"json":"["},{"json":"1"}]}`:  true, // the first that is JSON
		`{"list":[{"json":"["},{"json":"{"}]}`:                false,
	} {
		require.Equal(t, fills, filled(t, m, l, []byte(in)), in)
	}
}

func TestBundlesAreSwappedUnderAMapping(t *testing.T) {
	m, err := payload.Compile(fillRules(), payload.Options{})
	require.NoError(t, err)
	in := []byte(`{"id":"1","orders":{"count":2},"class":"service"}`)
	all := fillFields()
	for range 2 {
		require.True(t, filled(t, m, layout(t, all...), in))
		require.True(t, filled(t, m, layout(t, all[0], all[4]), in), "a layout with fewer fields")
	}
}

func TestARuleBelowAFieldIsNotFilled(t *testing.T) {
	m, err := payload.Compile([]payload.Rule{{Field: "a.b.c", From: []string{"x"}}}, payload.Options{})
	require.NoError(t, err)
	require.False(t, filled(t, m, layout(t, field.Field{Path: "a.b", Type: field.Scalar(field.Int)}), []byte(`{"x":1}`)))
}

func TestAPayloadThatIsKeptIsNotFilled(t *testing.T) {
	m, err := payload.Compile(fillRules(), payload.Options{Keep: true})
	require.NoError(t, err)
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
	m, err := payload.Compile(defaultRules(), payload.Options{Keep: true})
	require.NoError(t, err)
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
	for _, in := range []string{`{}`, `{"contact":{"id":"own"}}`, `{"contact":{"id":null}}`, `{"ce":{"subject":"no"}}`} {
		m, err := payload.Compile(besideRules(), payload.Options{Keep: true, Beside: "ce"})
		require.NoError(t, err)
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
	m, err := payload.Compile([]payload.Rule{
		{Field: "orders.count", From: []string{"ce.n"}}, {Field: "contact.id", From: []string{"who", "ce.subject"}},
	}, payload.Options{Beside: "ce"})
	require.NoError(t, err)
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
	m, err := payload.Compile(fillRules(), payload.Options{})
	require.NoError(f, err)
	l := layout(f, fillFields()...)
	f.Add([]byte(`{"message":{"class":""},"orders":{"count":"","at":[]}}`))
	f.Add([]byte(`{"contact":{"id":7},"message":{"class":null},"orders":{"count":"3","at":0}}`))
	kept, err := payload.Compile(defaultRules(), payload.Options{Keep: true})
	require.NoError(f, err)
	beside, err := payload.Compile(besideRules(), payload.Options{Keep: true, Beside: "ce"})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, in []byte) {
		filled(t, m, l, in)
		filled(t, kept, l, in)
		filled(t, beside, l, in)
		foundEarly(t, kept, l, in)
		foundEarly(t, beside, l, in)
	})
}

// Once a layout is known, values are read as they are come upon. In what order a
// payload has them makes no difference.
func TestOfPathsTheFirstCountsInWhateverOrderTheyCome(t *testing.T) {
	m, err := payload.Compile(fillRules(), payload.Options{})
	require.NoError(t, err)
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
