package audience

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/rules/field"
)

// plan is how the cells of a record become a body: a tree of fields, so that
// equal cells are equal bytes whatever the order of the columns.
type plan struct {
	sep     byte
	columns int
	rowID   string
	root    node
}

// node is a group of fields, or a field.
type node struct {
	name string
	open string // `"name":`
	kids []*node
	cell *cell
}

// cell is a column that fills a field.
type cell struct {
	at     int
	typ    field.Type
	col    Column
	date   dateLayout
	empty  []string
	number bool // of the row's line, instead of a column
}

// ErrNoField: a mapping names a field that neither winnow nor the bundle has.
var ErrNoField = errors.New("there is no field")

// newPlan makes a plan of columns in the order of the file.
func newPlan(m *Mapping, columns []Column, fields []field.Field) (*plan, error) {
	p := &plan{sep: m.Separator[0], columns: len(columns), rowID: m.RowID}
	for i, c := range columns {
		if c.Field == "" {
			continue
		}
		at := slices.IndexFunc(fields, func(f field.Field) bool { return f.Path == c.Field })
		if at < 0 {
			return nil, fmt.Errorf("column %q: %w %s", c.Name, ErrNoField, c.Field)
		}
		date, err := newDateLayout(c.Date, c.Zone)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", c.Name, err)
		}
		p.root.insert(c.Field, &cell{at: i, typ: fields[at].Type, col: c, date: date, empty: append(slices.Clone(m.Empty), c.Empty...)})
	}
	if m.RowID != "" {
		p.root.insert("contact.id", &cell{number: true})
	}
	return p, nil
}

func (n *node) insert(path string, c *cell) {
	name, rest, deeper := strings.Cut(path, ".")
	i, found := slices.BinarySearchFunc(n.kids, name, func(k *node, name string) int { return strings.Compare(k.name, name) })
	if !found {
		n.kids = slices.Insert(n.kids, i, &node{name: name, open: string(AppendString(nil, []byte(name))) + ":"})
	}
	if deeper {
		n.kids[i].insert(rest, c)
		return
	}
	n.kids[i].cell = c
}

// fits reports whether a record has the columns of the header. Blank cells beyond
// them are let pass: some programs write a separator behind every value.
func (p *plan) fits(cells [][]byte) error {
	if len(cells) < p.columns {
		return fmt.Errorf("the row has %d of the header's %d columns", len(cells), p.columns)
	}
	for _, c := range cells[p.columns:] {
		if len(c) > 0 {
			return fmt.Errorf("the row has %d columns, the header has %d", len(cells), p.columns)
		}
	}
	return nil
}

func (p *plan) appendBody(dst []byte, cells [][]byte, line int64) []byte {
	dst = append(dst, '{')
	dst, _ = p.group(dst, &p.root, cells, line)
	return append(dst, '}')
}

// group writes the fields of a group, and nothing of those without a value.
func (p *plan) group(dst []byte, n *node, cells [][]byte, line int64) (_ []byte, wrote bool) {
	for _, k := range n.kids {
		start := len(dst)
		if wrote {
			dst = append(dst, ',')
		}
		dst = append(dst, k.open...)
		some := false
		switch {
		case k.cell == nil:
			dst = append(dst, '{')
			dst, some = p.group(dst, k, cells, line)
			dst = append(dst, '}')
		case k.cell.number:
			dst, some = AppendString(dst, p.rowID+strconv.FormatInt(line, 10)), true
		default:
			dst, some = k.cell.append(dst, cells[k.cell.at])
		}
		if !some {
			dst = dst[:start]
			continue
		}
		wrote = true
	}
	return dst, wrote
}
