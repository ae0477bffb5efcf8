package payload_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

func TestMapping(t *testing.T) {
	rules := []payload.Rule{
		{Field: "contact.id", From: []string{"c.id", "c.cio_id"}},
		{Field: "contact.tags", From: []string{"items[].tag"}},
		{Field: "contact.city", From: []string{`c."home town"`}},
		{Field: "orders.count", From: []string{"rows[1].n"}, As: payload.AsText},
		{Field: "orders.history", From: []string{"c.orders"}, As: payload.AsJSON},
		{Field: "message.class", Default: []byte(`"marketing"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
	}
	for _, c := range []struct {
		name, in, want string
		keep           bool
		err            string
	}{
		{name: "first with a value", in: `{"c":{"id":null,"cio_id":"x"}}`, want: `{"contact":{"id":"x"},"message":{"class":"marketing","channel":"email"}}`},
		{name: "items and quotes", in: `{"items":[{},{"tag":"a"},{"tag":"b"}],"c":{"home town":"Łódź"},"rows":[0,{"n":5}]}`, want: `{"contact":{"tags":"a","city":"Łódź"},"orders":{"count":"5"},"message":{"class":"marketing","channel":"email"}}`},
		{name: "JSON in a string", in: `{"c":{"orders":"[{\"id\":\"o\"}]"}}`, want: `{"orders":{"history":[{"id":"o"}]},"message":{"class":"marketing","channel":"email"}}`},
		{name: "no JSON in it", in: `{"c":{"orders":"[{"}}`, want: `{"message":{"class":"marketing","channel":"email"}}`},
		{name: "kept", keep: true, in: `{"x":1,"message":{"class":"service","channel":"sms"},"c":{"id":7}}`, want: `{"x":1,"message":{"class":"service","channel":"email"},"c":{"id":7},"contact":{"id":7}}`},
		{name: "kept spaces", keep: true, in: ` { "message" : { "class" : "service" } , "c" : { "id" : 7 } } `, want: `{ "message" : { "class" : "service" ,"channel":"email"} , "c" : { "id" : 7 } ,"contact":{"id":7}}`},
		{name: "kept twice", keep: true, in: `{"message":{},"message":{}}`, want: `{"message":{"class":"marketing","channel":"email"},"message":{}}`},
		{name: "escapes in JSON", in: `{"c":{"orders":"[\"\\\"\u0041\\n\"]"}}`, want: `{"orders":{"history":["\"A\n"]},"message":{"class":"marketing","channel":"email"}}`},
		{name: "JSON as it is", in: `{"c":{"orders":[1]}}`, want: `{"orders":{"history":[1]},"message":{"class":"marketing","channel":"email"}}`},
		{name: "kept null", keep: true, in: `{"message":{"class":null},"contact":null}`, want: `{"message":{"class":"marketing","channel":"email"},"contact":null}`},
		{name: "escaped key", in: `{"\u0063":{"id":"e"}}`, want: `{"contact":{"id":"e"},"message":{"class":"marketing","channel":"email"}}`},
		{name: "doubled", in: `{"c":{"id":1,"id":2}}`, err: "id is given twice"},
		{name: "cut", in: `{"c":{"id":1`, err: payload.ErrNotJSON.Error()},
		{name: "behind", in: `{} x`, err: payload.ErrNotJSON.Error()},
		{name: "array", in: `[]`, err: payload.ErrNotObject.Error()},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := payload.Compile(rules, payload.Options{Keep: c.keep})
			require.NoError(t, err)
			got, err := m.Append([]byte("before"), []byte(c.in))
			if c.err != "" {
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, "before"+c.want, string(got))
		})
	}
}

func TestRulesThatMakeNoSense(t *testing.T) {
	for name, rules := range map[string][]payload.Rule{
		"twice":      {{Field: "a.b"}, {Field: "a.b"}},
		"below":      {{Field: "a"}, {Field: "a.b"}},
		"above":      {{Field: "a.b"}, {Field: "a"}},
		"field":      {{Field: "A b"}},
		"empty path": {{Field: "a", From: []string{""}}},
		"open index": {{Field: "a", From: []string{"a[1"}}},
	} {
		_, err := payload.Compile(rules, payload.Options{})
		require.Error(t, err, name)
	}
}

func TestForms(t *testing.T) {
	for in, want := range map[string]string{
		"a=1&b[c]=2&b[d][e]=%C5%81": `{"a":"1","b":{"c":"2","d":{"e":"Ł"}}}`,
		"a[]=1":                     `{"a":["1"]}`,
		"a=1&a=2":                   `{"a":["1","2"]}`,
		"contact.id=c+1":            `{"contact":{"id":"c 1"}}`,
		"a[b=1&&c":                  `{"a[b":"1","c":""}`,
		"":                          `{}`,
	} {
		got, err := payload.Form(nil, in)
		require.NoError(t, err)
		require.Equal(t, want, string(got), in)
	}
	_, err := payload.Form(nil, "a=%zz")
	require.ErrorIs(t, err, payload.ErrBadForm)
}

// FuzzAppend: of valid JSON comes valid JSON, kept or not; nothing panics.
func FuzzAppend(f *testing.F) {
	f.Add(`{"a":{"b":[{"c":1}]},"contact":{"id":"x"}}`)
	f.Add(`{"contact":[],"a":"\u0041\\"}`)
	f.Add(`{"json":"[1,{\"a\":\"\\\"\\u00e9\"}]","contact":{"x":{}, "id" : null }}`)
	f.Add(`{"json":"\x","json":1}`)
	f.Fuzz(func(t *testing.T, in string) {
		for _, keep := range []bool{true, false} {
			m, err := payload.Compile([]payload.Rule{
				{Field: "contact.id", From: []string{"a.b[0].c", "x[]"}},
				{Field: "message.class", Default: []byte(`"m"`)},
				{Field: "data.list", From: []string{"json"}, As: payload.AsJSON},
			}, payload.Options{Keep: keep})
			require.NoError(t, err)
			out, err := m.Append(nil, []byte(in))
			if err == nil && json.Valid([]byte(in)) {
				require.True(t, json.Valid(out), "%s became %s", in, out)
			}
		}
	})
}

// FuzzForm: whatever comes, the result is a JSON object or an error.
func FuzzForm(f *testing.F) {
	f.Add("a[b][]=1&a.c=2")
	f.Fuzz(func(t *testing.T, in string) {
		if out, err := payload.Form(nil, in); err == nil {
			require.True(t, json.Valid(out), string(out))
		}
	})
}

// Names are found whatever their length, and no others.
func TestManyNames(t *testing.T) {
	var rules []payload.Rule
	in, want := "", ""
	for i := range 60 {
		name := strings.Repeat("n", i+1)
		rules = append(rules, payload.Rule{Field: "data.f_" + name, From: []string{"p." + name}})
		in += fmt.Sprintf(`,"%s":%d,"%sx":0`, name, i, name)
		want += fmt.Sprintf(`,"f_%s":%d`, name, i)
	}
	m, err := payload.Compile(rules, payload.Options{})
	require.NoError(t, err)
	got, err := m.Append(nil, []byte(`{"p":{`+in[1:]+`}}`))
	require.NoError(t, err)
	require.Equal(t, `{"data":{`+want[1:]+`}}`, string(got))
}

func TestFirst(t *testing.T) {
	require.Equal(t, "1", string(payload.First([]byte(`{"a":{"b":1,"b":2}`), "a", "b")), "what comes behind it is not looked at")
	require.Equal(t, "2", string(payload.First([]byte(`{"\u0061":2}`), "a")))
	for _, in := range []string{``, `[]`, `{}`, `{"b":1}`, `{"b":`, `{"a":`, `{"a":[`} {
		require.Empty(t, payload.First([]byte(in), "a"), in)
	}
	require.Equal(t, "ü", payload.View([]byte(`"ü"`)))
	require.Equal(t, `"`, payload.View([]byte(`"\""`)))
	require.Equal(t, "7", payload.View([]byte(`7`)))
}

func TestMembersAndItemsEndWhereTheyBreak(t *testing.T) {
	members := func(in string, most int) (out string) {
		for k, v := range payload.Members([]byte(in)) {
			if out += k + "=" + string(v) + ";"; len(out) >= most {
				break
			}
		}
		return out
	}
	items := func(in string, most int) (out string) {
		for v := range payload.Items([]byte(in)) {
			if out += string(v) + ";"; len(out) >= most {
				break
			}
		}
		return out
	}
	require.Equal(t, `a=[1];b={};`, members(` {"\u0061":[1] , "b":{}}`, 99))
	require.Equal(t, `a=1;`, members(`{"a":1,"b":2}`, 1))
	require.Equal(t, `a=1;`, members(`{"a":1,"b":[`, 99))
	require.Equal(t, `1;{};`, items(` [1, {} ]`, 99))
	require.Equal(t, `1;`, items(`[1,2]`, 1))
	require.Equal(t, `1;`, items(`[1,{"a`, 99))
	for _, in := range []string{``, `1`, `[`, `{`, `{}`, `[]`} {
		require.Empty(t, members(in, 99)+items(in, 99), in)
	}
}

// Keys are found in the order of the rules and in any other, with spaces and
// escapes and without.
func TestKeysInAnyOrder(t *testing.T) {
	m, err := payload.Compile([]payload.Rule{
		{Field: "c.a", From: []string{"a"}},
		{Field: "c.b", From: []string{`"b\n"`}},
		{Field: "c.c", From: []string{"c.d"}},
		{Field: "c.e", From: []string{"e"}},
	}, payload.Options{})
	require.NoError(t, err)
	for in, want := range map[string]string{
		`{"a":1,"b\\n":2,"c":{"d":3},"e":4}`:                           `{"c":{"a":1,"b":2,"c":3,"e":4}}`,
		`{"e":4,"c":{"d":3},"b\\n":2,"a":1}`:                           `{"c":{"a":1,"b":2,"c":3,"e":4}}`,
		`{"a":1,"b\n":2,"x":0,"c" :{"x":1, "d" : 3},"\u0065" : 4}`:     `{"c":{"a":1,"c":3,"e":4}}`,
		`{"aa":0,"a" : 1,"b":2,"c":{"dd":1,"d":3,"":1},"ee":[],"e":4}`: `{"c":{"a":1,"c":3,"e":4}}`,
	} {
		got, err := m.Append(nil, []byte(in))
		require.NoError(t, err, in)
		require.Equal(t, want, string(got), in)
	}
	for _, in := range []string{`{"a":`, `{"a":1,"a":2}`, `{"a":1,"c":{"d":3,"d":4}}`, `{"a"`, `{"a":1,"b\\n"`, `{"a":1,`} {
		_, err := m.Append(nil, []byte(in))
		require.Error(t, err, in)
	}
}
