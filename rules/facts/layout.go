package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/field"
)

// Layout gives each field that a bundle reads a slot, and knows how to fill
// the slots from a body. It is immutable and safe for concurrent use.
type Layout struct {
	fields []field.Field
	slots  map[string]int
	specs  []spec // by slot
	root   node
	aged   []aging
	wide   int // keys beyond the first wordKeys of each group
}

// aging is a slot with a max_age and the slot of the time that dates it.
type aging struct {
	slot, asOf int
	maxAge     int64 // nanoseconds
}

// NewLayout gives slot i to fields[i]. The caller passes the fields a bundle
// reads and, for those with a MaxAge, the fields their AsOf names: an AsOf that
// is not among the fields is ignored, and its field never goes stale. It fails
// on a field that field.Check refuses, a doubled path, or a path that is both a
// field and a group of fields.
func NewLayout(fields []field.Field) (*Layout, error) {
	l := &Layout{
		fields: slices.Clone(fields),
		slots:  make(map[string]int, len(fields)),
		specs:  make([]spec, len(fields)),
	}
	for i, f := range l.fields {
		if err := field.Check(f); err != nil {
			return nil, fmt.Errorf("field %s: %w", f.Path, err)
		}
		if _, twice := l.slots[f.Path]; twice {
			return nil, fmt.Errorf("field %s is given twice", f.Path)
		}
		l.slots[f.Path] = i
		l.specs[i] = newSpec(f)
	}
	for i, f := range l.fields {
		if err := l.root.insert(f.Path, i, &l.specs[i]); err != nil {
			return nil, err
		}
		if at, ok := l.slots[f.AsOf]; ok && f.MaxAge > 0 && l.specs[at].kind == field.Time {
			l.aged = append(l.aged, aging{slot: i, asOf: at, maxAge: int64(f.MaxAge)})
		}
	}
	l.root.finish("", &l.wide)
	return l, nil
}

// Slot is the slot of a path, or -1 when the layout does not have it.
func (l *Layout) Slot(path string) int {
	if i, ok := l.slots[path]; ok {
		return i
	}
	return -1
}

// Fields lists the fields in the order of their slots.
func (l *Layout) Fields() []field.Field { return slices.Clone(l.fields) }

// Len is the number of slots.
func (l *Layout) Len() int { return len(l.fields) }

// Width is the number of cells that each item of a list of objects takes in
// Facts.Rows: its members in declared order. It is 0 for other slots.
func (l *Layout) Width(slot int) int { return l.specs[slot].width }

// insert adds the leaf of a path below n.
func (n *node) insert(path string, slot int, s *spec) error {
	at := n
	for name := range strings.SplitSeq(path, ".") {
		if at.leaf != nil {
			return fmt.Errorf("field %s is given, so %s cannot be one below it", at.path, path)
		}
		next := at.child(name)
		if next == nil {
			next = &node{name: name, path: strings.TrimPrefix(at.path+"."+name, ".")}
			at.children = append(at.children, next)
		}
		next.below = append(next.below, slot)
		at = next
	}
	if at.children != nil {
		return fmt.Errorf("field %s is given, so it cannot be a group of fields too", path)
	}
	at.leaf, at.slot = s, slot
	return nil
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}
