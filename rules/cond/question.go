package cond

import (
	"slices"
	"time"

	"github.com/winnow-gate/winnow/rules/field"
)

// question prepares a leaf for comparing it with others.
func (l *Logic) question(lf *leaf) question {
	n := lf.node
	q := question{slot: -1, field: -1, key: n.key(), reads: lf.reads}
	switch n.op {
	case opConst:
		if v, ok := n.val.(bool); ok {
			q.fixed = Of(v)
		}
	case opRef:
		q.ref = l.set.conds[n.slot]
	case opKnown:
		if n.args[0].op == opField {
			q.slot = n.args[0].slot
		}
	case opField, opCoalesce:
		l.about(&q, n, points([]float64{1}, true))
	case opCompare:
		l.comparison(&q, n)
	case opIn:
		if v, ok := membersOf(n.args[1], n.args[0].typ.kind == kInt); ok {
			l.about(&q, n.args[0], v)
		}
	case opRange:
		r := n.val.([2]int64)
		at := interval{lo: float64(r[0]), hi: float64(r[1])}
		l.about(&q, n.args[0], values{whole: true, spans: []interval{at}})
	}
	return q
}

func (l *Logic) comparison(q *question, n *node) {
	x, c := n.args[0], n.args[1]
	if c.op != opConst {
		return
	}
	switch v := c.val.(type) {
	case string:
		if n.name == "==" || n.name == "!=" {
			l.about(q, x, values{text: true, not: n.name == "!=", texts: []string{v}})
		}
	case bool:
		l.about(q, x, compared(n.name, float64(constInt(v)), true))
	case int64:
		l.about(q, x, compared(n.name, float64(v), isWhole(x)))
	case float64:
		l.about(q, x, compared(n.name, v, isWhole(x)))
	case instant, time.Duration:
		l.about(q, x, compared(n.name, float64(constInt(v)), false))
	}
}

func isWhole(n *node) bool { return n.typ.kind == kInt || n.typ.kind == kBool }

func membersOf(n *node, whole bool) (values, bool) {
	if n.op != opList {
		return values{}, false
	}
	switch v := n.val.(type) {
	case []string:
		return values{text: true, texts: v}, true
	case []int64:
		xs := make([]float64, len(v))
		for i, x := range v {
			xs[i] = float64(x)
		}
		return points(xs, whole), true
	case []float64:
		return points(slices.Clone(v), whole), true
	}
	return values{}, false
}

// about makes q a question about a value. With field ?? default it is about the
// field where the default would answer otherwise.
func (l *Logic) about(q *question, n *node, yes values) {
	q.yes, q.no = yes, yes.rest()
	if n.op == opCoalesce && n.args[0].op == opField && n.args[1].op == opConst {
		d := valueOf(n.args[1], isWhole(n.args[0]))
		q.value, q.first, q.field = n.key(), anyOf(n), n.args[0].slot
		q.under, q.dflt = n.args[0].key(), Of(d.within(yes))
		q.below = declared(&l.fields[q.field])
		return
	}
	q.value, q.first = n.key(), anyOf(n)
	if n.op == opField {
		q.field, q.first = n.slot, declared(&l.fields[n.slot])
	}
}

func valueOf(n *node, whole bool) values {
	switch v := n.val.(type) {
	case string:
		return values{text: true, texts: []string{v}}
	case float64:
		return points([]float64{v}, whole)
	default:
		return points([]float64{float64(constInt(v))}, whole)
	}
}

// anyOf is what a computed value may be.
func anyOf(n *node) values {
	switch {
	case n.typ.kind == kString:
		return allTexts()
	case n.typ.kind == kBool:
		return points([]float64{0, 1}, true)
	case n.op == opCall && (n.name == "len" || n.name == "sent"), n.op == opQuant && n.name == "count":
		return compared(">=", 0, true)
	default:
		return allNumbers(n.typ.kind == kInt)
	}
}

// declared is what a field may be when it is known.
func declared(f *field.Field) values {
	switch f.Type.Kind {
	case field.Bool:
		return points([]float64{0, 1}, true)
	case field.String, field.ID:
		if len(f.Enum) > 0 {
			return values{text: true, texts: f.Enum}
		}
		return allTexts()
	}
	v := allNumbers(f.Type.Kind == field.Int)
	if f.Min != nil {
		v = v.meet(compared(">=", *f.Min, v.whole))
	}
	if f.Max != nil {
		v = v.meet(compared("<=", *f.Max, v.whole))
	}
	return v
}
