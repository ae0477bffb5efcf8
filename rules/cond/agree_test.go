package cond_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// tree is a generated condition: a leaf with the fields it reads, or a join.
type tree struct {
	op    string // "", and, or, not
	leaf  string
	reads []string
	kids  []*tree
}

func (q *tree) text(leaf func(*tree, bool) string, negated bool) string {
	switch q.op {
	case "":
		return leaf(q, negated)
	case "not":
		return "not (" + q.kids[0].text(leaf, !negated) + ")"
	default:
		parts := make([]string, len(q.kids))
		for i, k := range q.kids {
			parts[i] = "(" + k.text(leaf, negated) + ")"
		}
		return strings.Join(parts, " "+q.op+" ")
	}
}

func leaves() *rapid.Generator[*tree] {
	leaf := func(text string, reads ...string) *tree { return &tree{leaf: text, reads: reads} }
	return rapid.Custom(func(t *rapid.T) *tree {
		n := rapid.IntRange(-2, 4).Draw(t, "n")
		op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
		s := rapid.SampledFrom([]string{"", "PL", "US", "U"}).Draw(t, "s")
		return rapid.SampledFrom([]*tree{
			leaf(fmt.Sprintf("age %s %d", op, n), "age"),
			leaf(fmt.Sprintf("%d %s age", n, op), "age"),
			leaf(fmt.Sprintf("score %s %d.5", op, n), "score"),
			leaf(fmt.Sprintf("age %s score", op), "age", "score"),
			leaf(fmt.Sprintf("age + n * 2 %s %d", op, n), "age", "n"),
			leaf(fmt.Sprintf("(age - n) * score %s %d", op, n), "age", "n", "score"),
			leaf(fmt.Sprintf("country %s %q", op, s), "country"),
			leaf(fmt.Sprintf("country in [%q, \"US\", \"\"]", s), "country"),
			leaf(fmt.Sprintf("country not in [%q, \"US\"]", s), "country"),
			leaf(fmt.Sprintf("age in [%d, 1, 0]", n), "age"),
			leaf(fmt.Sprintf("age in -1..%d", n+3), "age"),
			leaf(fmt.Sprintf("country startsWith %q", s), "country"),
			leaf(fmt.Sprintf("lower(country) contains lower(%q)", s), "country"),
			leaf(fmt.Sprintf("country matches %q", "^"+s+".?$"), "country"),
			leaf(fmt.Sprintf("len(tags) %s %d", op, n), "tags"),
			leaf(fmt.Sprintf("%q in tags", s), "tags"),
			leaf(fmt.Sprintf("any(tags, # == %q)", s), "tags"),
			leaf(fmt.Sprintf("all(tags, len(#) %s %d)", op, n), "tags"),
			leaf(fmt.Sprintf("count(nums, # %s %d) > 1", op, n), "nums"),
			leaf(fmt.Sprintf("sum(nums) %s %d", op, n), "nums"),
			leaf(fmt.Sprintf("one(nums, # == %d)", n), "nums"),
			leaf(fmt.Sprintf("len(filter(nums, # %s %d)) > 0", op, n), "nums"),
			leaf(fmt.Sprintf("any(orders, .total %s %d and .items > %d)", op, n, n), "orders"),
			leaf(fmt.Sprintf("sum(orders, .total) %s %d", op, n), "orders"),
			leaf(fmt.Sprintf("none(orders, .items == %d)", n), "orders"),
			leaf(fmt.Sprintf("signup %s date(\"2026-11-2%d\")", op, max(n, 0)), "signup"),
			leaf(fmt.Sprintf("(vip ? age : n) %s %d", op, n), "vip", "age", "n"),
			leaf("vip", "vip"),
			leaf("vip == (age > 1)", "vip", "age"),
			leaf(fmt.Sprintf("min(age, n) %s max(n, %d)", op, n), "age", "n"),
		}).Draw(t, "leaf")
	})
}

func trees(depth int) *rapid.Generator[*tree] {
	return rapid.Custom(func(t *rapid.T) *tree {
		op := rapid.SampledFrom([]string{"", "", "and", "or", "not"}).Draw(t, "join")
		if depth == 0 || op == "" {
			return leaves().Draw(t, "leaf")
		}
		count := 1
		if op != "not" {
			count = rapid.IntRange(2, 3).Draw(t, "kids")
		}
		q := &tree{op: op}
		for range count {
			q.kids = append(q.kids, trees(depth-1).Draw(t, "kid"))
		}
		return q
	})
}

// contacts draws values for some of the fields; the others are missing.
func contacts() *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		c := map[string]any{}
		maybe := func(name string, value func() any) {
			if rapid.IntRange(0, 3).Draw(t, "has "+name) > 0 {
				c[name] = value()
			}
		}
		small := rapid.IntRange(-2, 4)
		text := rapid.SampledFrom([]string{"", "PL", "US", "U", "pl"})
		maybe("age", func() any { return small.Draw(t, "age") })
		maybe("n", func() any { return small.Draw(t, "n") })
		maybe("score", func() any { return float64(small.Draw(t, "score")) + 0.5 })
		maybe("vip", func() any { return rapid.Bool().Draw(t, "vip") })
		maybe("country", func() any { return text.Draw(t, "country") })
		maybe("signup", func() any { return time.Date(2026, 11, 20+rapid.IntRange(0, 4).Draw(t, "day"), 0, 0, 0, 0, time.UTC) })
		maybe("tags", func() any { return rapid.SliceOfN(text, 0, 3).Draw(t, "tags") })
		maybe("nums", func() any { return rapid.SliceOfN(small, 0, 4).Draw(t, "nums") })
		maybe("orders", func() any {
			rows := []map[string]any{}
			for range rapid.IntRange(0, 3).Draw(t, "orders") {
				rows = append(rows, map[string]any{"total": float64(small.Draw(t, "total")), "items": small.Draw(t, "items"), "status": "paid", "date": now})
			}
			return rows
		})
		return c
	})
}

// oracle evaluates a condition with plain expr and no code of this package:
// every leaf that reads a missing field is replaced by false and by true, with
// the sides exchanged under not. If both readings agree that is the answer.
func oracle(t require.TestingT, q *tree, contact map[string]any) cond.Tri {
	bound := func(high bool) bool {
		src := q.text(func(l *tree, negated bool) string {
			for _, r := range l.reads {
				if _, ok := contact[r]; !ok {
					return fmt.Sprint(high != negated)
				}
			}
			return l.leaf
		}, false)
		v, err := expr.Eval(src, contact)
		require.NoError(t, err, src)
		return v.(bool)
	}
	lo, hi := bound(false), bound(true)
	if lo == hi {
		return cond.Of(lo)
	}
	return cond.Unknown
}

// prefixed names the generated fields as the schema does.
func prefixed(q *tree) string {
	return q.text(func(l *tree, _ bool) string {
		s := " " + l.leaf
		for _, f := range l.reads {
			for _, before := range []string{" ", "("} {
				for _, after := range []string{" ", ")", ","} {
					s = strings.ReplaceAll(s, before+f+after, before+"x."+f+after)
				}
			}
			if strings.HasSuffix(s, " "+f) {
				s = strings.TrimSuffix(s, f) + "x." + f
			}
		}
		return s
	}, false)
}

// Shared closures, unshared closures, the virtual machine leaf by leaf, and
// plain expr on the whole: four ways, one answer, on every condition and contact.
func TestImplementationsAgree(t *testing.T) {
	ns := names(t)
	rapid.Check(t, func(rt *rapid.T) {
		qs := rapid.SliceOfN(trees(3), 1, 4).Draw(rt, "conditions")
		contact := contacts().Draw(rt, "contact")
		body, err := json.Marshal(map[string]any{"x": contact})
		require.NoError(rt, err)
		var got [3][]cond.Tri
		for mode := range got {
			got[mode] = evalAll(rt, ns, cond.Mode(mode), qs, body)
		}
		for i, q := range qs {
			want := oracle(rt, q, contact)
			for mode := range got {
				require.Equal(rt, want, got[mode][i], "mode %d: %s on %s", mode, prefixed(q), body)
			}
		}
	})
}

// evalAll compiles conditions into one set, so that they share leaves.
func evalAll(t require.TestingT, ns cond.Names, mode cond.Mode, qs []*tree, body []byte) []cond.Tri {
	ns.Values = nil
	b := cond.NewBuilder(ns, mode)
	var cs []*cond.Cond
	for _, q := range qs {
		c, problems := b.Condition(cond.Source{Text: prefixed(q), Place: place})
		require.Empty(t, problems, prefixed(q))
		cs = append(cs, c)
	}
	l, err := facts.NewLayout(b.Fields())
	require.NoError(t, err)
	var fs facts.Facts
	fs.Reset(l)
	require.NoError(t, l.DecodeJSON(body, &fs))
	var f cond.Frame
	f.Reset(b.Set(), &fs, now.UnixNano(), nil)
	var out []cond.Tri
	for _, c := range cs {
		out = append(out, c.Eval(&f))
	}
	return out
}

// A frame that is used again gives what a new one gives.
func TestFrameReuse(t *testing.T) {
	b, c, l := program(t, `any(x.tags, # == "a") or x.age > 3 and len(filter(x.nums, # > 1)) > 0`, cond.Shared)
	var f cond.Frame
	var fs facts.Facts
	for body, want := range map[string]cond.Tri{
		`{"x":{"tags":["a"]}}`:                         cond.True,
		`{"x":{"tags":[],"age":4,"nums":[2]}}`:         cond.True,
		`{"x":{"tags":["b"],"age":2}}`:                 cond.False,
		`{"x":{}}`:                                     cond.Unknown,
		`{"x":{"tags":null,"age":4,"nums":[1]}}`:       cond.Unknown,
		`{"x":{"tags":["b"],"age":"four","nums":[9]}}`: cond.Unknown,
	} {
		fs.Reset(l)
		require.NoError(t, l.DecodeJSON([]byte(body), &fs))
		f.Reset(b.Set(), &fs, now.UnixNano(), nil)
		require.Equal(t, want, c.Eval(&f), body)
	}
}
