package audience

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/winnow-gate/winnow/rules/field"
)

// guessColumns finds the field of each column by its name, and how its values
// are written by looking at some.
func guessColumns(header []string, sample [][][]byte, fields []field.Field, sep byte) []Found {
	names := newNames(fields)
	out := make([]Found, len(header))
	used := map[string]string{}
	for pass := range passes { // better matches first, whatever the order of the columns
		for i, h := range header {
			if out[i].Field != "" {
				continue
			}
			path, how := names.find(h, pass)
			switch {
			case path == "":
			case used[path] != "":
				out[i].Note = fmt.Sprintf("looks like %s too, which %q fills", path, used[path])
			default:
				out[i].Field, out[i].How, out[i].Note, used[path] = path, how, "", h
			}
		}
	}
	for i, h := range header {
		out[i].Name = h
		if out[i].Field == "" {
			out[i].How = "no field is called so"
			continue
		}
		at := slices.IndexFunc(fields, func(f field.Field) bool { return f.Path == out[i].Field })
		guessValues(&out[i], fields[at].Type, columnOf(sample, i), sep)
	}
	return out
}

func columnOf(sample [][][]byte, i int) []string {
	var out []string
	for _, cells := range sample {
		if text := strings.TrimSpace(string(cells[i])); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// passes are the ways to match a name, surest first.
const passes = 4

// names finds fields by the names that columns have.
type names struct {
	paths   map[string]string // by the key of the whole path
	aliases map[string]string
	ends    map[string][]string // by the key of the path without its first name
	own     map[string][]string // the same, of what the bundle declares itself
}

func newNames(fields []field.Field) *names {
	n := &names{map[string]string{}, map[string]string{}, map[string][]string{}, map[string][]string{}}
	canonical := map[string]bool{}
	for _, f := range field.Canonical() {
		canonical[f.Path] = true
	}
	for _, f := range fields {
		n.paths[key(f.Path)] = f.Path
		_, end, _ := strings.Cut(f.Path, ".")
		if strings.HasPrefix(f.Path, "message.") {
			continue // what is sent is not a property of the contact
		}
		n.ends[key(end)] = append(n.ends[key(end)], f.Path)
		if !canonical[f.Path] {
			n.own[key(end)] = append(n.own[key(end)], f.Path)
		}
		for _, a := range strings.Fields(aliases()[f.Path]) {
			n.aliases[a] = f.Path
		}
	}
	return n
}

// find gives the field that a column's name means in a pass, or "".
func (n *names) find(header string, pass int) (path, how string) {
	k := key(header)
	switch pass {
	case 0:
		return n.paths[k], "the field's name"
	case 1:
		return only(n.own[k]), "the name of a field of the bundle"
	case 2:
		if p := n.aliases[k]; p != "" {
			return p, "a usual name for it"
		}
		return n.aliases[bare(k)], "a usual name for it"
	default:
		if p := only(n.ends[k]); p != "" {
			return p, "the end of the field's name"
		}
		return only(n.ends[bare(k)]), "the end of the field's name"
	}
}

// FieldNamed is the canonical field that a column of such a name fills when
// nobody has said so, "" for none.
func FieldNamed(header string) string {
	n := newNames(field.Canonical())
	for pass := range passes {
		if path, _ := n.find(header, pass); path != "" {
			return path
		}
	}
	return ""
}

func only(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	for _, p := range paths {
		if strings.HasPrefix(p, "contact.") {
			return p
		}
	}
	return ""
}

// bare is a key without what platforms put in front of every name.
func bare(k string) string {
	for _, p := range []string{"properties", "traits", "hs", "contact", "customer", "subscriber", "profile", "person", "user", "recipient", "member"} {
		if rest, ok := strings.CutPrefix(k, p); ok && len(rest) > 1 {
			return rest
		}
	}
	return k
}

// key is a name without case, spaces and signs: "E-mail Address" is emailaddress.
func key(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}
