package ruletest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// value is one field that a test sets, as JSON.
type value struct {
	json []byte
	at   diag.Place
}

// values are the fields of a contact and message by path. A path may also be a
// group that is null.
type values map[string]value

// set puts one value in, over what stood above or below its path.
func (v values) set(path string, x value) {
	for p := range v {
		if strings.HasPrefix(p, path+".") || strings.HasPrefix(path, p+".") {
			delete(v, p)
		}
	}
	v[path] = x
}

func (v values) clone() values { return maps.Clone(v) }

// beyond lists the paths whose values are not those of the others.
func (v values) beyond(others values) []string {
	var out []string
	for path, x := range v {
		if o, ok := others[path]; !ok || !bytes.Equal(o.json, x.json) {
			out = append(out, path)
		}
	}
	return out
}

// body is the request body that holds the values; times relative to now are
// written out.
func (v values) body(schema *field.Schema, now time.Time) []byte {
	root := map[string]any{}
	for path, x := range v {
		names := strings.Split(path, ".")
		at := root
		for _, n := range names[:len(names)-1] {
			next, ok := at[n].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[n] = next
			}
			at = next
		}
		raw := x.json
		if f, ok := schema.Lookup(path); ok {
			raw = absolute(raw, f.Type, now)
		}
		at[names[len(names)-1]] = json.RawMessage(raw)
	}
	out, err := json.Marshal(root) // sorts the keys
	if err != nil {
		panic("ruletest: a value is not JSON: " + err.Error()) // the reader wrote it
	}
	return out
}

// absolute replaces times such as "-30d" by what they mean at now.
func absolute(raw []byte, t field.Type, now time.Time) []byte {
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if !holdsTime(t) || dec.Decode(&v) != nil {
		return raw
	}
	switch {
	case t.Kind == field.Time:
		v = resolved(v, now)
	case t.Elem == field.Time:
		items, _ := v.([]any)
		for i := range items {
			items[i] = resolved(items[i], now)
		}
	default:
		rows, _ := v.([]any)
		for _, r := range rows {
			row, _ := r.(map[string]any)
			for _, m := range t.Members {
				if x, ok := row[m.Name]; ok && m.Kind == field.Time {
					row[m.Name] = resolved(x, now)
				}
			}
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		return raw
	}
	return out
}

func holdsTime(t field.Type) bool {
	return t.Kind == field.Time || t.Elem == field.Time ||
		slices.ContainsFunc(t.Members, func(m field.Member) bool { return m.Kind == field.Time })
}

func resolved(v any, now time.Time) any {
	if text, ok := v.(string); ok {
		if t, ok := relative(text, now); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
	}
	return v
}

// relative reads now, -30d (30 days before now) and +7d.
func relative(text string, now time.Time) (time.Time, bool) {
	if text == "now" {
		return now, true
	}
	if len(text) < 2 || text[0] != '-' && text[0] != '+' {
		return time.Time{}, false
	}
	d, err := format.ParseDuration(text[1:])
	if err != nil {
		return time.Time{}, false
	}
	if text[0] == '-' {
		d = -d
	}
	return now.Add(d), true
}

// member is one key of a JSON object, in the order written.
type member struct {
	name string
	json []byte
}

// members reads a JSON object; ok is false for other JSON.
func members(raw []byte) (out []member, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, false
	}
	for dec.More() {
		name, err := dec.Token()
		var v json.RawMessage
		if err != nil || dec.Decode(&v) != nil {
			return nil, false
		}
		out = append(out, member{fmt.Sprint(name), v})
	}
	return out, true
}
