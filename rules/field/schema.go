package field

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// MaxMembers is how many members an element of a list of objects may declare.
const MaxMembers = 64

// Schema is an immutable set of fields by path. Safe for concurrent use.
type Schema struct {
	byPath map[string]*Field
	paths  []string // sorted
	groups map[string]bool
}

// New makes a schema. It reports every mistake at once (see Mistakes): a bad or
// doubled path, a path that is both a field and a group of fields, a type that
// is no type, bounds that fit no value, a max_age that nothing dates.
//
// A field with MaxAge and without AsOf is dated by the nearest `updated_at` of
// its groups: orders.count by orders.updated_at.
func New(fields []Field) (*Schema, error) {
	s := &Schema{byPath: make(map[string]*Field, len(fields)), groups: map[string]bool{}}
	var errs []error
	fail := func(path, format string, args ...any) {
		errs = append(errs, &Error{Path: path, Msg: fmt.Sprintf(format, args...)})
	}
	for i := range fields {
		f := clone(fields[i])
		if err := Check(f); err != nil {
			fail(f.Path, "%v", err)
			continue
		}
		if s.byPath[f.Path] != nil {
			fail(f.Path, "is declared twice")
			continue
		}
		s.byPath[f.Path] = &f
		s.paths = append(s.paths, f.Path)
		prefixes(f.Path, func(p string) bool { s.groups[p] = true; return true })
	}
	for _, p := range s.paths {
		if s.groups[p] {
			fail(p, "is a field and also a group of fields: a path can be only one of them")
		}
		if err := s.date(s.byPath[p]); err != nil {
			fail(p, "%v", err)
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	slices.Sort(s.paths)
	return s, nil
}

// date fills in AsOf where MaxAge needs it, and checks that it can date.
func (s *Schema) date(f *Field) error {
	if f.AsOf == "" && f.MaxAge > 0 {
		prefixes(f.Path, func(p string) bool {
			if d := s.byPath[p+".updated_at"]; d != nil && d != f && d.Type.Kind == Time {
				f.AsOf = d.Path
			}
			return f.AsOf == ""
		})
		if f.AsOf == "" {
			return fmt.Errorf("max_age needs a time to count from: declare %s.updated_at or name a time field in as_of",
				f.Path[:strings.LastIndexByte(f.Path, '.')])
		}
	}
	if f.AsOf == "" {
		return nil
	}
	switch d := s.byPath[f.AsOf]; {
	case d == nil:
		return fmt.Errorf("as_of names %q, which is not a field%s", f.AsOf, s.hint(f.AsOf))
	case d.Type.Kind != Time:
		return fmt.Errorf("as_of names %s, which is of type %s: it must be a time", f.AsOf, d.Type)
	case d == f:
		return errors.New("as_of names the field itself")
	}
	return nil
}

// Check looks at one declaration on its own: path, type, enum, bounds and age.
func Check(f Field) error {
	if err := ValidPath(f.Path); err != nil {
		return err
	}
	if err := checkType(f.Type); err != nil {
		return err
	}
	elem := f.Type.Kind
	if elem == List {
		elem = f.Type.Elem
	}
	numeric := f.Type.Kind == Int || f.Type.Kind == Float
	switch {
	case len(f.Enum) > 0 && !elem.Textual():
		return fmt.Errorf("enum is for string and id, the type is %s", f.Type)
	case (f.Min != nil || f.Max != nil) && !numeric:
		return fmt.Errorf("min and max are for int and float, the type is %s", f.Type)
	case f.Min != nil && math.IsNaN(*f.Min), f.Max != nil && math.IsNaN(*f.Max):
		return errors.New("min and max must be numbers")
	case f.Min != nil && f.Max != nil && *f.Min > *f.Max:
		return fmt.Errorf("min %v is above max %v: no value fits", *f.Min, *f.Max)
	case f.MaxAge < 0:
		return fmt.Errorf("max_age is negative: %v", f.MaxAge)
	case f.Sensitivity > Drop:
		return fmt.Errorf("%v is not a sensitivity", f.Sensitivity)
	}
	return nil
}

func checkType(t Type) error {
	switch {
	case t.Kind.Scalar():
		if t.Elem != Invalid || t.Members != nil {
			return fmt.Errorf("type %s has no items", t.Kind)
		}
		return nil
	case t.Kind != List:
		return fmt.Errorf("%s is not the type of a field", t.Kind)
	case t.Elem.Scalar() && t.Members == nil:
		return nil
	case t.Elem != Object:
		return fmt.Errorf("a list of %s is not a type: its items must be single values or objects", t.Elem)
	case len(t.Members) == 0 || len(t.Members) > MaxMembers:
		return fmt.Errorf("a list of objects needs 1 to %d members, it has %d", MaxMembers, len(t.Members))
	}
	seen := map[string]bool{}
	for _, m := range t.Members {
		switch {
		case !validName(m.Name) || len(m.Name) > MaxPathBytes:
			return fmt.Errorf("member %q is not a name of letters, digits and _", m.Name)
		case seen[m.Name]:
			return fmt.Errorf("member %s is declared twice", m.Name)
		case !m.Kind.Scalar():
			return fmt.Errorf("member %s is of type %s: members must be single values", m.Name, m.Kind)
		}
		seen[m.Name] = true
	}
	return nil
}

// Lookup finds a field. The result is shared: do not change it.
func (s *Schema) Lookup(path string) (*Field, bool) {
	f, ok := s.byPath[path]
	return f, ok
}

// Group reports whether fields exist below a path, as below "contact.name".
func (s *Schema) Group(path string) bool { return s.groups[path] }

// Paths lists the paths of all fields, sorted.
func (s *Schema) Paths() []string { return slices.Clone(s.paths) }

// Fields lists all fields, sorted by path.
func (s *Schema) Fields() []Field {
	out := make([]Field, len(s.paths))
	for i, p := range s.paths {
		out[i] = clone(*s.byPath[p])
	}
	return out
}

func clone(f Field) Field {
	f.Enum = slices.Clone(f.Enum)
	f.Type.Members = slices.Clone(f.Type.Members)
	return f
}
