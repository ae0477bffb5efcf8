package cond

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/rules/field"
)

// Meaning is what a leaf asks, in a form in which leaves of different bundles can
// be compared.
type Meaning struct {
	// Slots are those that it reads or asks about.
	Slots []int
	// Text is equal for two leaves only if they answer alike for every contact at
	// every time, wherever they were compiled: fields stand in it with all that is
	// declared of them, params with their values, signals and lists with their
	// contents.
	Text string
	// Walks is set when it goes through a list.
	Walks bool
	// Signals is set when values on the way are computed once for several leaves.
	Signals bool
}

// Meaning tells what a leaf asks. list gives a text for the contents of a list.
// ok is false for a leaf whose answer hangs on more than fields and the clock: on
// other conditions, on modules, on what is remembered of the contact. One that
// only asks whether a field is known has no meaning either: it needs no value.
func (b *Builder) Meaning(i int, list func(name string) string) (m Meaning, ok bool) {
	l := &b.set.leaves[i]
	if l.node == nil || l.onlyKnown() {
		return m, false
	}
	w := meaningWriter{b: b, list: list, ok: true}
	w.leaf(l)
	m = Meaning{Slots: b.set.allSlots(l), Signals: len(l.sigs) > 0, Walks: l.loops || l.vm}
	for _, s := range m.Slots {
		w.field(&b.fields[s])
	}
	m.Text = w.String()
	return m, w.ok
}

type meaningWriter struct {
	strings.Builder
	b    *Builder
	list func(name string) string
	ok   bool
}

func (w *meaningWriter) leaf(l *leaf) {
	w.ok = w.plain(l)
	w.node(l.node)
}

// plain reports whether a leaf hangs on fields and the clock alone, also by way of
// the values that it reads.
func (w *meaningWriter) plain(l *leaf) bool {
	return len(l.refs) == 0 && len(l.mods) == 0 &&
		!slices.ContainsFunc(l.sigs, func(s int) bool { return !w.plain(&w.b.set.values[s].reads) })
}

// node is writeKey without the numbers that a bundle gives its fields and
// signals. Ops are written by number: another version of winnow may number them
// otherwise, and then takes no leaf of this one for its own.
func (w *meaningWriter) node(n *node) {
	fmt.Fprintf(w, "(%d %d %q", n.op, n.typ.kind, n.name)
	switch {
	case n.op == opSignal:
		w.node(w.b.set.values[n.slot].node)
	case n.op == opRef, n.op == opCall && (n.name == "sent" || strings.HasPrefix(n.name, "held ")):
		w.ok = false
	case n.op == opCall && n.name == "in_list":
		w.WriteString(strconv.Quote(w.list(n.args[0].val.(string))))
	case n.op == opIndex:
		fmt.Fprintf(w, " %v", n.val)
	default:
		writeConst(&w.Builder, n.val)
	}
	for _, a := range n.args {
		if a == nil {
			w.WriteByte('-')
			continue
		}
		w.node(a)
	}
	w.WriteByte(')')
}

// field writes all that a field's declaration makes of its value.
func (w *meaningWriter) field(f *field.Field) {
	fmt.Fprintf(w, "|%q %d %d %v %q", f.Path, f.Type.Kind, f.Type.Elem, f.Type.Members, f.Enum)
	for _, bound := range [...]*float64{f.Min, f.Max} {
		if bound != nil {
			fmt.Fprintf(w, " %v", *bound)
		} else {
			w.WriteString(" -")
		}
	}
	fmt.Fprintf(w, " %d %q", f.MaxAge, f.AsOf)
	if at, ok := w.b.slots[f.AsOf]; ok && f.AsOf != f.Path {
		x := w.b.fields[at]
		x.AsOf = ""
		w.field(&x)
	}
}

// WithoutConstants is a predicate's text with … for every fixed text and number
// in it, and in one line.
func WithoutConstants(text string) string {
	runes, out := []rune(text), []rune(nil)
	next := 0
	outsideText(runes, func(i int) {
		if i > next && runes[next] != '/' {
			out = append(out, '…')
		}
		next = i + 1
		r := runes[i]
		last := ' '
		if len(out) > 0 {
			last = out[len(out)-1]
		}
		switch {
		case r >= '0' && r <= '9' && !wordly(last):
			if last != '…' {
				out = append(out, '…')
			}
		case r == '.' && last == '…' && i+1 < len(runes) && runes[i+1] >= '0' && runes[i+1] <= '9': // 1.5
		case strings.ContainsRune(" \t\r\n", r):
			if last != ' ' {
				out = append(out, ' ')
			}
		default:
			out = append(out, r)
		}
	})
	if next < len(runes) && runes[next] != '/' {
		out = append(out, '…')
	}
	return strings.TrimSpace(string(out))
}

// wordly reports whether a digit behind r belongs to a name.
func wordly(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// Preset settles a leaf, after Reset: what it reads is not there, but what it
// answered is known. cause is why it is in error, if it is.
func (f *Frame) Preset(leaf int, t Tri, cause string) {
	f.leaf[leaf] = t
	if t == Error {
		f.faults = append(f.faults, fault{leaf, cause})
	}
}

// Peek is a leaf's value if deciding needed it; ok is false when it did not.
func (f *Frame) Peek(leaf int) (t Tri, ok bool) {
	t = f.leaf[leaf]
	return t, t != none
}
