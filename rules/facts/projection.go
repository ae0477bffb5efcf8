package facts

import (
	"slices"
	"strings"
)

// Projection reads records of another shape than bodies into the facts of a layout:
// it knows which paths lead to which places. It is immutable and safe for concurrent
// use.
type Projection struct {
	layout *Layout
	root   node
}

// Path is one of the paths that a projection looks for.
type Path struct {
	Steps []Step
	// To is where its value goes.
	To Place
	// Rule is the number of what the value is for, -1 for nothing: it is only found.
	// Of several paths for one rule the value of the lowest Rank counts, from 1.
	Rule int
	Rank uint8
	// Strings and Others leave strings, or numbers and truths, to the Catch's Taker.
	Strings, Others bool
}

// Step is one step of a path: a key, or an item of an array when Key is "".
type Step struct {
	Key   string
	Index int
}

// AnyItem is the Index of the first item that has a value.
const AnyItem = -1

// Catch is what is found in a record beside its facts.
type Catch struct {
	Spans []Span  // by path
	Ranks []uint8 // by rule: the rank of the path whose value the facts have, 0 for none
	Taker Taker
}

// Span is where a value stands. The zero value is none: null and an empty text,
// which platforms send for what has nothing in it, are no values.
type Span struct{ From, To int }

// Taker reads values itself. Take is called with the index at which one begins; it
// notes its Span and gives the index behind it, or -1 to give up.
type Taker interface{ Take(path, at int) (end int) }

// way is what a projection does at a node.
type way struct {
	Path
	path  int // its number, -1 when none ends here
	items []itemWay
}

type itemWay struct {
	index int
	to    *node
}

// Project makes a projection of paths, no two of which are the same. It is nil when
// there is none: two steps lead to one item, a key is one that is not written as it
// is meant, or an object has more than 64 of them.
func (l *Layout) Project(paths []Path) *Projection {
	p := &Projection{layout: l}
	for i, path := range paths {
		at := &p.root
		for _, s := range path.Steps {
			if at = at.next(s); at == nil {
				return nil
			}
		}
		w := at.theWay()
		w.Path, w.path = path, i
	}
	wide := 0
	if p.root.finish("", &wide); wide > 0 { // the flags of such keys are the layout's
		return nil
	}
	return p
}

// theWay is the way of a node, made when there is none.
func (n *node) theWay() *way {
	if n.way == nil {
		n.way = &way{path: -1}
	}
	return n.way
}

// next finds or makes the node to which a step leads; it is nil for a step that a
// projection can't take.
func (n *node) next(s Step) *node {
	if s.Key != "" {
		if strings.ContainsFunc(s.Key, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == '\ufffd' }) {
			return nil
		}
		c := n.child(s.Key)
		if c == nil {
			c = &node{name: s.Key}
			n.children = append(n.children, c)
		}
		return c
	}
	w := n.theWay()
	if i := slices.IndexFunc(w.items, func(item itemWay) bool { return item.index == s.Index }); i >= 0 {
		return w.items[i].to
	}
	if len(w.items) > 0 && (s.Index == AnyItem || w.items[0].index == AnyItem) {
		return nil
	}
	w.items = append(w.items, itemWay{s.Index, &node{}})
	return w.items[len(w.items)-1].to
}

// Decode reads a record into f, which must have been reset to the layout, as
// DecodeJSONLoose reads a body that has the values in their places. c must be empty.
// ok is false when such a body would be an error, and for what is seldom: nothing is
// said then of what is wrong, and c and f hold nothing of worth.
func (p *Projection) Decode(record []byte, f *Facts, c *Catch) (end int, ok bool) {
	d := decoder{body: record, f: f, l: p.layout, loose: true, catch: c}
	f.forget(p.layout.wide)
	i := d.space(0)
	if i == len(record) || record[i] != '{' {
		return 0, false
	}
	if end = d.object(i+1, &p.root, nil, 1); end < 0 {
		return 0, false
	}
	return end, d.space(end) == len(record) && d.isUTF8(end)
}

// along goes over a value at a place where a path ends or an array is gone into; depth
// is that of its parent.
func (d *decoder) along(i int, n *node, depth int) int {
	w, c := n.way, d.body[i]
	switch {
	case c == '{' && len(n.children) > 0 && w.path < 0:
		return d.object(i+1, n, nil, depth+1)
	case c == '[' && len(w.items) > 0 && w.path < 0:
		return d.itemsAlong(i+1, w, depth+1)
	case w.path < 0 || c == 'n' || c == '"' && i+1 < len(d.body) && d.body[i+1] == '"':
		return d.skip(i, depth)
	case (c == '{' || c == '[') && len(n.children)+len(w.items) > 0:
		return d.fail(i, "a value and a group at once")
	}
	span := &d.catch.Spans[w.path]
	if span.To != 0 { // in an item before
		if w.Strings {
			return d.fail(i, "what counts is the first that is JSON")
		}
		return d.skip(i, depth)
	}
	takes := w.Rule >= 0
	if takes {
		rank := &d.catch.Ranks[w.Rule]
		switch {
		case *rank == 0:
			*rank = w.Rank
		case *rank > w.Rank:
			return d.fail(i, "it would count in place of another")
		default:
			takes = false
		}
	}
	if c == '"' && w.Strings || w.Others && takes && c != '"' && c != '{' && c != '[' {
		return d.catch.Taker.Take(w.path, i)
	}
	end := i
	if takes {
		end = d.put(i, &w.To)
	} else {
		end = d.skip(i, depth)
	}
	*span = Span{i, end}
	return end
}

// itemsAlong goes over the items of an array; i is after its bracket.
func (d *decoder) itemsAlong(i int, w *way, depth int) int {
	b := d.body
	if i = d.space(i); i < len(b) && b[i] == ']' {
		return i + 1
	}
	more := true
	for k := 0; more; k++ {
		if to := w.item(k); to == nil {
			i = d.skip(i, depth)
		} else {
			i = d.member(i, to, nil, depth)
		}
		if i < 0 {
			return -1
		}
		i, more = d.behindItem(i)
	}
	return i
}

// item is the node that an item leads to, nil for none.
func (w *way) item(k int) *node {
	for i := range w.items {
		if at := w.items[i].index; at == k || at == AnyItem {
			return w.items[i].to
		}
	}
	return nil
}
