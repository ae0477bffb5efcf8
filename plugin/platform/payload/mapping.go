package payload

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// As is how a value is read before it is copied. Strings that hold numbers,
// truths, dates or lists need nothing: the gate reads them as what their field
// holds.
type As string

// The ways of reading a value.
const (
	// AsIs copies the value.
	AsIs As = ""
	// AsText makes a text of a number or a truth: a postal code sent as 97301.
	AsText As = "text"
	// AsJSON takes the JSON out of a string: Mautic's nested values.
	AsJSON As = "json"
)

// Rule says where one field comes from.
type Rule struct {
	// Field is the dotted path of the field: "contact.id".
	Field string
	// From are paths in the payload, the first that has a value counts, which null
	// and an empty text are not: "a.b",
	// "a[0].b", "a[].b" for the first item that has b, `a."odd.name"`.
	From []string
	// As is how the value is read.
	As As
	// Value is a constant as JSON; it counts whatever the payload says.
	Value []byte
	// Default is what counts as JSON when there is no value, or null.
	Default []byte
}

// Options of a mapping.
type Options struct {
	// Keep says that payloads are bodies already: what they hold stays, and the
	// rules are laid over it. Otherwise only what the rules name gets through.
	Keep bool
	// Beside is the first key of paths that lead to texts which come with a payload
	// and not in it: see FindBeside. "" for none.
	Beside string
}

// Mapping turns payloads into bodies. It is safe for concurrent use; nil copies
// payloads as they are.
type Mapping struct {
	rules  []rule
	source *node
	target *group
	paths  map[string]int // what is looked for, with its number
	beside string         // what paths to texts beside a payload begin with, its dot included
	texts  []string       // the names of those that are asked for
	ends   []ending       // of the paths, by number
	rest   []int          // rules that a projection does not serve alone
	keep   bool
	// defaults says that payloads are kept, and that all that the rules do is to
	// fill in fields that a payload leaves out.
	defaults bool
	pool     sync.Pool // of *Found
	places   atomic.Pointer[places]
}

type rule struct {
	Rule
	from []int // the paths, by number; -1 and less are texts beside the payload
}

// group is a node of the tree of fields: a field when rule is not -1.
type group struct {
	key   string // the name in quotes and a colon
	rule  int
	kids  []*group
	names names // of the kids
}

// maxKids is how many members of an object rules may name: one bit each.
const maxKids = 64

// Compile checks rules and makes a mapping of them. An error names the field or
// path at fault.
func Compile(rules []Rule, o Options) (*Mapping, error) {
	m := &Mapping{source: &node{path: -1}, target: &group{rule: -1}, paths: map[string]int{}, keep: o.Keep}
	if o.Beside != "" {
		m.beside = o.Beside + "."
	}
	for _, r := range rules {
		if err := m.add(r); err != nil {
			return nil, err
		}
	}
	m.share()
	m.defaults = o.Keep && len(rules) > 0 && !slices.ContainsFunc(m.rules, func(r rule) bool { return !r.isDefault() })
	return m, nil
}

// isDefault tells of a rule that leaves a payload as it is which has the field,
// and finds nothing else in it.
func (r *rule) isDefault() bool {
	return r.Value == nil && r.As == AsIs && len(r.from) > 0 && r.From[0] == r.Field &&
		!slices.ContainsFunc(r.from[1:], func(path int) bool { return path >= 0 })
}

func (m *Mapping) add(r Rule) error {
	r.Value, r.Default = slices.Clip(r.Value), slices.Clip(r.Default)
	c := rule{Rule: r}
	for _, path := range r.From {
		steps, err := parsePath(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if name, ok := strings.CutPrefix(path, m.beside); ok && m.beside != "" {
			c.from = append(c.from, ^len(m.texts))
			m.texts = append(m.texts, name)
			continue
		}
		at, err := m.source.reach(steps)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if at.path < 0 {
			at.path = len(m.paths)
			m.paths[path] = at.path
			m.ends = append(m.ends, ending{steps: steps, item: at.item, inner: true})
		}
		m.ends[at.path].inner = m.ends[at.path].inner && r.As == AsJSON
		c.from = append(c.from, at.path)
	}
	leaf, err := m.target.reach(r.Field)
	if err != nil {
		return fmt.Errorf("%s: %w", r.Field, err)
	}
	leaf.rule = len(m.rules)
	m.rules = append(m.rules, c)
	return nil
}

// reach finds or makes the place of a field.
func (g *group) reach(field string) (*group, error) {
	for part := range strings.SplitSeq(field, ".") {
		if !isName(part) {
			return nil, fmt.Errorf("%q is no path of a field: lower-case letters, digits and _ with dots between", field)
		}
		if g.rule >= 0 {
			return nil, fmt.Errorf("%s is mapped too, so nothing can stand below it", strings.TrimSuffix(field, "."+part))
		}
		i := g.names.find(part)
		if i < 0 {
			if i = len(g.kids); i == maxKids {
				return nil, fmt.Errorf("more than %d fields of one group are mapped", maxKids)
			}
			g.kids = append(g.kids, &group{key: `"` + part + `":`, rule: -1})
			g.names.add(part)
		}
		g = g.kids[i]
	}
	if g.rule >= 0 {
		return nil, fmt.Errorf("%s is mapped twice", field)
	}
	if len(g.kids) > 0 {
		return nil, fmt.Errorf("fields below %s are mapped, so it can't be a value itself", field)
	}
	return g, nil
}

func isName(s string) bool {
	for _, c := range []byte(s) {
		if c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
