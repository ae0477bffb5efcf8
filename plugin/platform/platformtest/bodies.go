package platformtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// bodies sends the good call in other clothes. What means the same is decided
// alike; what means nothing does no harm: it is not decided on, or decided as
// the rules have it, and never breaks the adapter.
func bodies(t *testing.T, k Kit) {
	alike := map[string]platform.Call{"gzip": packed(t, k.Call)}
	odd := map[string]platform.Call{
		"empty":          k.withBody(nil),
		"no JSON":        k.withBody([]byte("<contact/>")),
		"cut short":      k.withBody(k.Call.Body[:len(k.Call.Body)/2]),
		"a bare text":    k.withBody([]byte(`"c1"`)),
		"an empty array": k.withBody([]byte(`[]`)),
		"not gzip":       {Method: k.Call.Method, Path: k.Call.Path, Below: k.Call.Below, Header: k.Call.Header.With("Content-Encoding", "gzip"), Body: k.Call.Body},
		"deep":           k.withBody([]byte(strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000))),
	}
	if len(k.Call.Body) == 0 {
		delete(alike, "gzip")
	}
	var doc any
	if dec := json.NewDecoder(bytes.NewReader(k.Call.Body)); json.Valid(k.Call.Body) {
		dec.UseNumber()
		require.NoError(t, dec.Decode(&doc))
		alike["strings"] = k.withJSON(t, each(doc, func(v any) any { return asText(v) }))
		odd["nulls"] = k.withJSON(t, each(doc, func(any) any { return nil }))
		odd["non-ASCII"] = k.withJSON(t, each(doc, func(any) any { return "Zoë 李 \u0000 \U0001F600" }))
		odd["objects"] = k.withJSON(t, each(doc, func(any) any { return map[string]any{} }))
		odd["doubled"] = k.withBody(doubled(k.Call.Body))
	}
	if k.Forms {
		alike["form"], alike["multipart"] = k.asForm(t, doc), k.asMultipart(t, doc)
		for _, kind := range []string{"application/json; charset=utf-8", "Application/JSON; charset=UTF-8"} {
			mislabelled := alike["form"]
			mislabelled.Header = mislabelled.Header.With("Content-Type", kind)
			alike["a form that says it is "+kind] = mislabelled
		}
	}
	want := newBench(t, k, benchOptions{scheme: "none"})
	expected := want.source.Reacts(want.serve(t, k.Call))
	first := want.spy.requests[0].Key
	for name, c := range alike {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, k, benchOptions{scheme: "none"})
			r := b.serve(t, c)
			require.Equal(t, expected, b.source.Reacts(r), "%d %s", r.Status, r.Body)
			require.Equal(t, first, b.spy.requests[0].Key, "another key")
		})
	}
	for name, c := range odd {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, k, benchOptions{scheme: "none"})
			r := b.serve(t, c)
			require.NotContains(t, string(r.Body), "Zoë", "a value came back in an error")
			t.Logf("%d: the platform %s", r.Status, b.source.Reacts(r).Then)
		})
	}
}

func (k Kit) withBody(body []byte) platform.Call {
	c := k.Call
	c.Body = body
	return c
}

func (k Kit) withJSON(t testing.TB, v any) platform.Call {
	t.Helper()
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return k.withBody(out)
}

// each replaces all values that hold no others.
func each(v any, f func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			out[key] = each(item, f)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = each(item, f)
		}
		return out
	}
	return f(v)
}

func asText(v any) any {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// doubled repeats each member of the top.
func doubled(body []byte) []byte {
	out := []byte{'{'}
	err := payload.Each(body, func(key string, value []byte) {
		for range 2 {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = append(append(payload.Quote(out, key), ':'), value...)
		}
	})
	if err != nil {
		return body
	}
	return append(out, '}')
}

// flat calls f with each value under its name in brackets.
func flat(v any, name string, f func(name, value string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, item := range v {
			below := key
			if name != "" {
				below = name + "[" + key + "]"
			}
			flat(item, below, f)
		}
	case []any:
		for _, item := range v {
			flat(item, name+"[]", f)
		}
	default:
		f(name, fmt.Sprint(v))
	}
}

func (k Kit) asForm(t testing.TB, doc any) platform.Call {
	t.Helper()
	form := url.Values{}
	flat(doc, "", form.Add)
	c := k.withBody([]byte(form.Encode()))
	c.Header = c.Header.With("Content-Type", "application/x-www-form-urlencoded")
	return c
}

func (k Kit) asMultipart(t testing.TB, doc any) platform.Call {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	flat(doc, "", func(name, value string) { require.NoError(t, w.WriteField(name, value)) })
	require.NoError(t, w.Close())
	c := k.withBody(out.Bytes())
	c.Header = c.Header.With("Content-Type", w.FormDataContentType())
	return c
}

// Fuzz feeds an adapter arbitrary bodies of some content types: whatever comes,
// it answers, and never breaks.
func Fuzz(f *testing.F, k Kit, contentTypes []string, bodies ...string) {
	for kind := range contentTypes {
		f.Add(kind, string(k.Call.Body), "")
		for _, body := range bodies {
			f.Add(kind, body, "contact[id]=c1&a=%zz")
		}
	}
	k.Call.Path = platform.Address("kit")
	if k.Rules == "" {
		k.Rules = Rules
	}
	b := newBench(f, k, benchOptions{scheme: "none"})
	f.Fuzz(func(t *testing.T, kind int, body, query string) {
		c := k.Call
		c.Body, c.Query = []byte(body), query
		if n := len(contentTypes); n > 0 {
			c.Header = c.Header.With("Content-Type", contentTypes[((kind%n)+n)%n])
		}
		b.serve(t, c)
	})
}
