package cond

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// op is what a node of a checked condition does.
type op uint8

const (
	opConst    op = iota // val
	opField              // slot
	opItem               // the current item of a list of scalars: #
	opMember             // .name of the current item of a list of objects
	opIndex              // args[0] is a list field, val the constant index; name the member, if any
	opSignal             // value signal number slot
	opRef                // another condition, number slot (a signal or a persona)
	opAnd                //
	opOr                 //
	opNot                //
	opCompare            // name is the operator, args two scalars
	opArith              // name is + - * / % **
	opNeg                //
	opIn                 // args[0] in args[1] (constant list or list field)
	opRange              // args[0] in name "lo..hi": val is [2]int64
	opText               // name is contains, startsWith, endsWith
	opMatches            // val is a *regexp.Regexp, name its source
	opCoalesce           // args[0] ?? args[1]
	opKnown              // known(args[0])
	opCall               // function name
	opQuant              // any, all, none, one, count, sum over args[0] with args[1] (may be nil)
	opVM                 // builtin name or "?:" that only the virtual machine runs
	opList               // constant list in val
)

// node is a checked, typed condition. from and to are rune offsets in the source.
type node struct {
	op       op
	typ      typ
	args     []*node
	name     string
	val      any
	slot     int
	from, to int
}

func (n *node) isConst() bool { return n.op == opConst || n.op == opList }

// key is a canonical text: two nodes with one key are one predicate.
func (n *node) key() string {
	var b strings.Builder
	n.writeKey(&b)
	return b.String()
}

func (n *node) writeKey(b *strings.Builder) {
	b.WriteByte('(')
	b.WriteString(strconv.Itoa(int(n.op)))
	b.WriteByte(' ')
	b.WriteString(strconv.Itoa(n.slot))
	if n.name != "" {
		b.WriteByte(' ')
		b.WriteString(strconv.Quote(n.name))
	}
	if n.val != nil {
		b.WriteByte(' ')
		writeConst(b, n.val)
	}
	for _, a := range n.args {
		if a == nil {
			b.WriteString(" -")
			continue
		}
		b.WriteByte(' ')
		a.writeKey(b)
	}
	b.WriteByte(')')
}

func writeConst(b *strings.Builder, v any) {
	switch v := v.(type) {
	case string:
		b.WriteString(strconv.Quote(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case int64:
		b.WriteString("i" + strconv.FormatInt(v, 10))
	case float64:
		b.WriteString("f" + strconv.FormatFloat(v, 'g', -1, 64))
	case instant:
		b.WriteString("t" + strconv.FormatInt(int64(v), 10))
	case time.Duration:
		b.WriteString("d" + strconv.FormatInt(int64(v), 10))
	case []string:
		b.WriteString(strings.Join(quoteAll(slices.Sorted(slices.Values(v))), ","))
	case []int64:
		for _, x := range slices.Sorted(slices.Values(v)) {
			b.WriteString("i" + strconv.FormatInt(x, 10) + ",")
		}
	case []float64:
		for _, x := range slices.Sorted(slices.Values(v)) {
			b.WriteString("f" + strconv.FormatFloat(x, 'g', -1, 64) + ",")
		}
	case [2]int64:
		b.WriteString(strconv.FormatInt(v[0], 10) + ".." + strconv.FormatInt(v[1], 10))
	}
}

func quoteAll(s []string) []string {
	for i := range s {
		s[i] = strconv.Quote(s[i])
	}
	return s
}

// instant is a constant point in time, in Unix nanoseconds.
type instant int64

// walk calls f for n and everything below it until f returns false.
func (n *node) walk(f func(*node) bool) {
	if n == nil || !f(n) {
		return
	}
	for _, a := range n.args {
		a.walk(f)
	}
}

// flip is the comparison that holds with the operands exchanged.
func flip(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	default:
		return op
	}
}
