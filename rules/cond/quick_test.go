package cond_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/cond"
)

// quickLeaves are questions that Mode Shared answers without the closures of
// Mode Plain: about a value of the contact, and about those of its orders.
func quickLeaves(t *rapid.T) string {
	n := rapid.IntRange(-2, 4).Draw(t, "n")
	op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	is := rapid.SampledFrom([]string{"==", "!="}).Draw(t, "is")
	s := rapid.SampledFrom([]string{"", "paid", "part", "returned"}).Draw(t, "s")
	ask := rapid.SampledFrom([]string{"startsWith", "endsWith", "contains"}).Draw(t, "ask")
	one := rapid.SampledFrom([]string{
		"x.vip", "known(x.age)", "known(x.tags)", "known(x.signup)",
		fmt.Sprintf("x.age %s %d", op, n), fmt.Sprintf("%d %s x.age", n, op), fmt.Sprintf("x.age %s %d.5", op, n),
		fmt.Sprintf("x.score %s %d", op, n), fmt.Sprintf("x.score %s %d.5", op, n),
		fmt.Sprintf("days_since(x.signup) %s %d", op, n), fmt.Sprintf(`x.signup %s date("2026-11-2%d")`, op, max(n, 0)),
		fmt.Sprintf("x.country %s %q", is, s), fmt.Sprintf("x.country %s %q", ask, s), fmt.Sprintf("x.country %s %q", op, s),
		fmt.Sprintf("x.country in [%q, \"paid\"]", s), fmt.Sprintf("%q in x.tags", s),
		fmt.Sprintf("len(x.orders) %s %d", op, n), fmt.Sprintf("len(x.tags) %s %d", op, n), fmt.Sprintf("len(x.country) %s %d", op, n),
	})
	row := rapid.SampledFrom([]string{
		fmt.Sprintf(".total %s %d.5", op, n), fmt.Sprintf(".items %s %d", op, n), fmt.Sprintf("days_since(.date) %s %d", op, n),
		fmt.Sprintf(".status %s %q", is, s), fmt.Sprintf(".status %s %q", ask, s), fmt.Sprintf(".items %s x.age", op),
	})
	body := row.Draw(t, "row")
	if rapid.Bool().Draw(t, "two") {
		body += rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "join") + row.Draw(t, "other")
	}
	walk := rapid.SampledFrom([]string{
		"any(x.orders, %s)", "all(x.orders, %s)", "none(x.orders, %s)", "one(x.orders, %s)",
		fmt.Sprintf("count(x.orders, %%s) %s %d", op, n), "count(x.orders, %s) * 2 > len(x.orders)",
	}).Draw(t, "walk")
	sum := fmt.Sprintf(rapid.SampledFrom([]string{"sum(x.orders, .total) %s %d", "sum(x.orders, .total) %s %d.5", "sum(x.orders, .items) %s %d"}).Draw(t, "sum"), op, n)
	return rapid.SampledFrom([]string{one.Draw(t, "one"), fmt.Sprintf(walk, body), sum}).Draw(t, "leaf")
}

// order is one order of a contact, of which anything may be missing or of no use.
func order(t *rapid.T) map[string]any {
	row := map[string]any{}
	for name, value := range map[string]any{
		"total": rapid.SampledFrom([]any{1.5, -2, 4.0, 1e308, nil, "much"}).Draw(t, "total"), "items": rapid.SampledFrom([]any{0, 2, 4, nil}).Draw(t, "items"),
		"status": rapid.SampledFrom([]any{"paid", "part", "returned", "", 3}).Draw(t, "status"),
		"date":   rapid.SampledFrom([]any{now, now.AddDate(0, 0, -2), now.AddDate(0, 0, 3), time.Time{}, nil}).Draw(t, "date"),
	} {
		if rapid.IntRange(0, 5).Draw(t, "has "+name) > 0 {
			row[name] = value
		}
	}
	return row
}

// What is answered on the spot, and in one walk, comes out as the closures say.
func TestQuicksAgree(t *testing.T) {
	ns, seen := names(t), map[cond.Tri]int{}
	every := func() bool { return seen[cond.False] > 0 && seen[cond.True] > 0 && seen[cond.Unknown] > 0 }
	checked.Until(t, every, func(rt *rapid.T) {
		c := contacts().Draw(rt, "contact")
		if rapid.Bool().Draw(rt, "other") {
			c["country"] = rapid.SampledFrom([]string{"paid", "unpaid", "party", "returned", ""}).Draw(rt, "text")
			c["orders"] = rapid.SliceOfN(rapid.Custom(order), 0, 4).Draw(rt, "orders")
		}
		body, err := json.Marshal(map[string]any{"x": c})
		require.NoError(rt, err)
		var qs []*tree
		for range rapid.IntRange(1, 6).Draw(rt, "conditions") {
			q := quickLeaves(rt)
			if rapid.Bool().Draw(rt, "joined") {
				q = fmt.Sprintf("(%s) %s not (%s)", q, rapid.SampledFrom([]string{"and", "or"}).Draw(rt, "and"), quickLeaves(rt))
			}
			qs = append(qs, &tree{leaf: q})
		}
		want := evalAll(rt, ns, cond.Plain, qs, body)
		got := evalAll(rt, ns, cond.Shared, qs, body)
		for i, q := range qs {
			require.Equal(rt, want[i], got[i], "%s on %s", q.leaf, body)
			seen[want[i]]++
		}
	})
}

// Sums that no number holds are an error, and known() of what is not there is not.
func TestQuicksAtTheEdge(t *testing.T) {
	for src, want := range map[string]cond.Tri{
		"sum(x.orders, .total) > 1": cond.Error, "count(x.orders, .total > 1) == 2": cond.True,
		"known(x.score)": cond.False, "x.age > 1 or known(x.score)": cond.Unknown,
	} {
		for _, mode := range []cond.Mode{cond.Shared, cond.Plain, cond.Machine} {
			require.Equal(t, want, evalIn(t, src, `{"x":{"orders":[{"total":1e308},{"total":1.5e308}]}}`, mode), "mode %d: %s", mode, src)
		}
	}
}
