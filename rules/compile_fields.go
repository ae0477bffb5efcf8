package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// fields makes the schema: the canonical contact and what the files declare.
func (c *compiler) fields() {
	base, err := field.New(field.Canonical())
	if err != nil {
		panic("rules: the canonical contact is invalid: " + err.Error())
	}
	var extra []field.Field
	places := map[string]diag.Place{}
	for _, f := range c.files {
		for _, e := range f.Fields {
			if !c.once("field", e.Key) {
				continue
			}
			if decl, ok := c.fieldOf(e); ok {
				extra = append(extra, decl)
				places[decl.Path] = e.Key.At
			}
		}
	}
	c.names.Fields = c.extend(base, extra, places)
}

// extend adds the declared fields; those at fault are reported and left out, so
// that the rest is still checked against the others.
func (c *compiler) extend(base *field.Schema, extra []field.Field, places map[string]diag.Place) *field.Schema {
	schema, err := base.With(extra)
	if err == nil {
		return schema
	}
	wrong := map[string]bool{}
	for _, m := range field.Mistakes(err) {
		path := declaredAs(m.Path, places)
		at, declared := places[path]
		if !declared {
			at = diag.Place{File: c.files[0].Path}
		}
		wrong[path] = true
		c.fail(at, diag.BadFieldOption, m.Path+" "+m.Msg, "")
	}
	kept := extra[:0]
	for _, f := range extra {
		if !wrong[f.Path] {
			kept = append(kept, f)
		}
	}
	if len(wrong) == 0 || len(kept) == len(extra) {
		c.fail(diag.Place{File: c.files[0].Path}, diag.BadFieldOption, err.Error(), "")
		return base
	}
	return c.extend(base, kept, places)
}

// declaredAs is the declared field that a mistake is about: of a built-in one, the
// one below or above it with which it clashes.
func declaredAs(path string, places map[string]diag.Place) string {
	if _, declared := places[path]; declared {
		return path
	}
	for _, other := range sortedKeys(places) {
		if strings.HasPrefix(other, path+".") || strings.HasPrefix(path, other+".") {
			return other
		}
	}
	return path
}

func (c *compiler) fieldOf(e format.Entry[format.Field]) (field.Field, bool) {
	d := e.Value
	f := field.Field{Path: e.Key.Value}
	if err := field.ValidPath(f.Path); err != nil {
		c.fail(e.Key.At, diag.BadFieldPath, err.Error(), "as in orders.returns_count")
		return f, false
	}
	if group, _, _ := strings.Cut(f.Path, "."); slices.Contains([]string{"params", "signal", "signals", "persona", "personas"}, group) {
		c.fail(e.Key.At, diag.BadFieldPath, fmt.Sprintf("no condition could read %s: %s.… is something else there", f.Path, group), "put another group in front, such as contact")
		return f, false
	}
	t, ok := c.typeOf(d)
	if !ok {
		return f, false
	}
	f.Type = t
	for _, v := range d.Enum {
		f.Enum = append(f.Enum, v.Value)
	}
	if d.Min != nil {
		f.Min = &d.Min.Value
	}
	if d.Max != nil {
		f.Max = &d.Max.Value
	}
	if d.MaxAge != nil {
		f.MaxAge = d.MaxAge.Value
	}
	if d.AsOf != nil {
		f.AsOf = d.AsOf.Value
	}
	if d.Sensitivity != nil {
		f.Sensitivity = map[string]field.Sensitivity{"keep": field.Keep, "hash": field.Hash, "drop": field.Drop}[d.Sensitivity.Value]
	}
	if d.Doc != nil {
		f.Doc = d.Doc.Value
	}
	f.Protected = d.Protected != nil && d.Protected.Value
	return f, true
}

func (c *compiler) typeOf(d format.Field) (field.Type, bool) {
	kind, err := field.ParseKind(d.Type.Value)
	t := field.Type{Kind: kind}
	switch {
	case err != nil:
		return t, false // the reader reported it
	case kind != field.List && d.Of != nil:
		c.fail(d.Of.At, diag.BadFieldOption, "of: goes with type: list", "write type: list, or take of: out")
		return t, false
	case kind != field.List:
		return t, true
	case d.Of == nil:
		c.fail(d.Type.At, diag.BadFieldOption, "a list must say what it holds", "add of: string, or of: {date: time, total: float}")
		return t, false
	case len(d.Of.Members) == 0:
		t.Elem, err = field.ParseKind(d.Of.Scalar.Value)
		return t, err == nil
	}
	t.Elem = field.Object
	for _, m := range d.Of.Members {
		k, kindErr := field.ParseKind(m.Value.Value)
		if kindErr != nil {
			err = kindErr
		}
		t.Members = append(t.Members, field.Member{Name: m.Key.Value, Kind: k})
	}
	return t, err == nil
}
