package ruletest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// fixture is a named contact: what it sets itself and whom it starts from.
type fixture struct {
	at      diag.Place
	entries []format.Entry[format.Value]
	extends string
	from    diag.Place // of extends
	whole   values     // with all that it extends; nil while not known
	visited bool
}

const extends = "extends"

func (r *reader) readContacts() {
	var order []string
	for _, e := range r.file.Contacts {
		f := &fixture{at: e.Key.At}
		for _, x := range e.Value {
			if x.Key.Value != extends {
				f.entries = append(f.entries, x)
				continue
			}
			f.from = x.Value.At
			if json.Unmarshal(x.Value.JSON, &f.extends) != nil || f.extends == "" {
				r.fail(x.Value.At, diag.WrongType, "extends must be the name of a contact", "as in extends: regular")
			}
		}
		r.contacts[e.Key.Value] = f
		order = append(order, e.Key.Value)
	}
	for _, name := range order {
		r.whole(name)
	}
}

func (r *reader) contactNames() []string {
	var out []string
	for _, e := range r.file.Contacts {
		out = append(out, e.Key.Value)
	}
	return out
}

// whole is a contact with all that it extends.
func (r *reader) whole(name string) values {
	f := r.contacts[name]
	if f.whole != nil {
		return f.whole
	}
	if f.visited {
		r.fail(f.at, diag.Cycle, fmt.Sprintf("the contact %q extends itself", name), "take one extends out")
		return values{}
	}
	f.visited = true
	base := values{}
	if f.extends != "" {
		base = r.contact(format.Text{Value: f.extends, At: f.from}).clone()
	}
	r.apply(base, "", f.entries)
	f.whole = base
	return base
}

// contact finds a contact by name.
func (r *reader) contact(name format.Text) values {
	if _, ok := r.contacts[name.Value]; ok {
		return r.whole(name.Value)
	}
	r.fail(name.At, diag.UnknownName, fmt.Sprintf("there is no contact %q", name.Value), orHint(name.Value, r.contactNames(), listed("contacts", r.contactNames())))
	return values{}
}

// apply sets fields written as paths, trees, or both.
func (r *reader) apply(to values, prefix string, entries []format.Entry[format.Value]) {
	r.seen = map[string]bool{}
	defer func() { r.seen = nil }()
	for _, e := range entries {
		if e.Value.JSON != nil {
			r.put(to, prefix+e.Key.Value, e.Value.JSON, e.Key.At, nil)
		}
	}
}

// put sets a field, or the fields of a group. The keys of inner lead from the
// key at a place to the value.
func (r *reader) put(to values, path string, raw []byte, at diag.Place, inner []string) {
	if _, ok := r.schema.Lookup(path); ok {
		if r.seen[path] {
			r.fail(r.places.within(at, inner), diag.DuplicateKey, path+" is here twice: as a path and in its group", "keep one")
		}
		if r.seen != nil {
			r.seen[path] = true
		}
		to.set(path, value{raw, r.places.within(at, inner)})
		return
	}
	if !r.schema.Group(path) {
		r.fail(r.places.within(at, inner), diag.UnknownField, "there is no field "+path,
			orHint(path, append(r.schema.Paths(), r.groups()...), "declare it under fields: with its type; winnow fields lists those there are"))
		return
	}
	if string(raw) == "null" {
		to.set(path, value{raw, r.places.within(at, inner)})
		return
	}
	keys, ok := members(raw)
	if !ok {
		r.fail(r.places.within(at, inner), diag.TypeMismatch, path+" is a group of fields, not a field", "write "+path+": {…} with its fields, or null to make them unknown")
		return
	}
	for _, k := range keys {
		r.put(to, path+"."+k.name, k.json, at, append(slices.Clone(inner), strings.Split(k.name, ".")...))
	}
}

// groups are the first names of paths, which a tree begins with.
func (r *reader) groups() []string {
	var out []string
	for _, p := range r.schema.Paths() {
		if group, _, _ := strings.Cut(p, "."); !slices.Contains(out, group) {
			out = append(out, group)
		}
	}
	return out
}

// leastUnix is the least number of seconds since 1970 that is taken for a time: a
// smaller one is a number of days.
const leastUnix = 100_000_000

// withoutQuotes is a number or truth value that stands in quotes, without them.
func withoutQuotes(raw []byte) (bare string, ok bool) {
	if json.Unmarshal(raw, &bare) != nil {
		return "", false
	}
	var v any
	if json.Unmarshal([]byte(bare), &v) != nil {
		return "", false
	}
	switch v.(type) {
	case float64, bool:
		return bare, true
	}
	return "", false
}

// check refuses values that their fields can't take: they would be unknown, and
// the test would show something else than it says.
func (r *reader) check(v values, now time.Time) []byte {
	body := v.body(r.schema, now)
	var f facts.Facts
	if err := r.layout.DecodeJSON(body, &f); err != nil {
		r.fail(diag.Place{File: r.list0()}, diag.BadContent, "the contact can't be read: "+err.Error(), "")
		return body
	}
	for path, x := range v {
		slot := r.layout.Slot(path)
		if slot < 0 {
			continue
		}
		decl, _ := r.schema.Lookup(path)
		if days, err := strconv.Atoi(string(x.json)); err == nil && decl.Type.Kind == field.Time && days < leastUnix {
			r.fail(x.at, diag.TypeMismatch, fmt.Sprintf("%s is time, and %d is none", path, days), fmt.Sprintf("write -%dd for so many days before now", max(days, -days)))
			continue
		}
		switch f.Slots[slot].State {
		case facts.WrongType:
			hint := "write null to make it unknown"
			if bare, quoted := withoutQuotes(x.json); quoted {
				hint = "write " + bare + " without quotes, or null to make it unknown"
			}
			if holdsTime(decl.Type) {
				hint = "write a date as 2026-11-01, now, -30d for 30 days before now, or null for unknown"
			}
			r.fail(x.at, diag.TypeMismatch, fmt.Sprintf("%s is %s, and %s is not", path, decl.Type, x.json), hint)
		case facts.OutOfRange:
			hint := "write null to make it unknown"
			if len(decl.Enum) > 0 {
				hint = "one of: " + strings.Join(decl.Enum, ", ")
			}
			r.fail(x.at, diag.NotAllowed, fmt.Sprintf("%s can't be %s", path, x.json), hint)
		}
	}
	return body
}

func (r *reader) list0() string { return r.file.Version.At.File }
