package cond_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// compiledAll compiles conditions into one set.
func compiledAll(t require.TestingT, ns cond.Names, sources ...string) (*cond.Builder, []*cond.Cond) {
	ns.Values = nil
	b := cond.NewBuilder(ns, cond.Shared)
	var out []*cond.Cond
	for _, src := range sources {
		c, problems := b.Condition(cond.Source{Text: src, Place: place})
		require.Empty(t, problems, src)
		out = append(out, c)
	}
	return b, out
}

func TestLogicFinds(t *testing.T) {
	ns := names(t)
	for _, src := range []string{
		`x.age > 5 and x.age < 3`,
		`x.age > 5 and x.age < 6`,
		`x.country == "PL" and x.country == "DE"`,
		`x.country in ["PL", "DE"] and x.country not in ["PL", "DE", "US"]`,
		`x.plan != "free" and x.plan != "pro"`,
		`x.vip and not x.vip`,
		`orders.count < 0`,
		`support.nps > 10`,
		`sent(7) < 0`,
		`x.age == 1 and x.age != 1`,
		`x.age in 1..3 and x.age in [4, 5]`,
		`not known(x.age) and x.age > 3`,
		`(x.age ?? 0) > 3 and x.age < 2`,
		`(x.age ?? 0) > 3 and not known(x.age)`,
		`orders.returns_count / orders.count >= 0.6 and orders.returns_count / orders.count < 0.4`,
		`(x.age > 5 or x.age < 1) and x.age in 2..4`,
		`any(x.tags, # == "a") and not any(x.tags, # == "a")`,
	} {
		b, cs := compiledAll(t, ns, src)
		require.True(t, b.Logic().Never(cs[0]), src)
	}
	for _, pair := range [][2]string{
		{`x.age > 5`, `x.age > 3`},
		{`x.age == 4`, `x.age in 1..5`},
		{`x.country == "PL"`, `x.country in ["PL", "DE"]`},
		{`x.country == "PL"`, `x.country != "DE"`},
		{`x.age > 5 and x.vip`, `x.vip`},
		{`x.age > 5`, `x.age > 3 or x.vip`},
		{`x.age > 5`, `known(x.age)`},
		{`x.age >= 5`, `(x.age ?? 0) >= 4`},
		{`(x.age ?? 0) >= 5`, `x.age >= 4`},
		{`not known(x.age)`, `(x.age ?? 0) < 4`},
		{`x.age > 5 or x.age < 1`, `x.age not in 2..4`},
		{`days_since(x.signup) > 180`, `days_since(x.signup) > 90`},
		{`in_list("rivals", x.country) and x.vip`, `in_list("rivals", x.country)`},
		{`x.plan != "free"`, `x.plan == "pro"`},
		{`x.age > 5`, `orders.count >= 0 or x.age >= 6`},
	} {
		b, cs := compiledAll(t, ns, pair[0], pair[1])
		require.True(t, b.Logic().Implies(cs[0], cs[1]), "%s: %s", pair[0], pair[1])
	}
	for _, pair := range [][2]string{
		{`x.age > 3`, `x.age > 5`},
		{`x.age > 3`, `x.age > 3 and x.score > 1`},
		{`x.age > 3`, `orders.count >= 0`}, // true whenever known, but it may be unknown
		{`not known(x.age)`, `x.age < 4`},
		{`(x.age ?? 0) < 4`, `x.age < 4`},
		{`x.age > 5 and x.age < 3`, `x.vip`}, // never true: says nothing
	} {
		b, cs := compiledAll(t, ns, pair[0], pair[1])
		require.False(t, b.Logic().Implies(cs[0], cs[1]), "%s: %s", pair[0], pair[1])
	}
}

// logicTrees draws conditions over few values, so that they often meet.
func logicTrees(depth int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		join := rapid.SampledFrom([]string{"", "and", "or", "not"}).Draw(t, "join")
		if depth == 0 || join == "" {
			op := rapid.SampledFrom([]string{"==", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
			n := rapid.IntRange(-1, 3).Draw(t, "n")
			s := rapid.SampledFrom([]string{"PL", "US"}).Draw(t, "s")
			return rapid.SampledFrom([]string{
				fmt.Sprintf("x.age %s %d", op, n), fmt.Sprintf("x.age in [%d, 1]", n), fmt.Sprintf("x.age in %d..%d", n, n+1),
				fmt.Sprintf("x.score %s %d.5", op, n), fmt.Sprintf("x.score %s %d", op, n), fmt.Sprintf("(x.age ?? %d) %s 1", n, op),
				fmt.Sprintf("x.country == %q", s), fmt.Sprintf("x.country not in [%q, \"pl\"]", s), fmt.Sprintf("(x.country ?? \"US\") == %q", s),
				"x.vip", "x.vip == false", "(x.vip ?? false)", "known(x.age)", "known(x.vip)", fmt.Sprintf("x.age %s x.n", op),
				fmt.Sprintf("x.age * 2 %s %d", op, n), fmt.Sprintf("orders.count %s %d", op, n),
			}).Draw(t, "leaf")
		}
		a := logicTrees(depth-1).Draw(t, "a")
		if join == "not" {
			return "not (" + a + ")"
		}
		return "(" + a + ") " + join + " (" + logicTrees(depth-1).Draw(t, "b") + ")"
	})
}

// What Logic says of conditions is so for every contact.
func TestLogicIsSound(t *testing.T) {
	ns := names(t)
	claims := 0
	checked.Until(t, func() bool { return claims > 0 }, func(rt *rapid.T) {
		b, cs := compiledAll(rt, ns, logicTrees(2).Draw(rt, "a"), logicTrees(2).Draw(rt, "b"))
		l := b.Logic()
		never, always, implies, apart := l.Never(cs[0]), l.NeverFalse(cs[0]), l.Implies(cs[0], cs[1]), l.Never(cs...)
		broad := l.Broad(cs[0])
		if !never && !always && !implies && !apart && !broad {
			return
		}
		claims++
		layout, err := facts.NewLayout(b.Fields())
		require.NoError(rt, err)
		for range 20 {
			x := contacts().Draw(rt, "contact")
			body, err := json.Marshal(map[string]any{"x": x, "orders": map[string]any{"count": x["n"]}})
			require.NoError(rt, err)
			var fs facts.Facts
			fs.Reset(layout)
			require.NoError(rt, layout.DecodeJSON(body, &fs))
			var f cond.Frame
			f.Reset(b.Set(), &fs, now.UnixNano(), nil)
			first, second := cs[0].Eval(&f), cs[1].Eval(&f)
			require.False(rt, never && first == cond.True, "never, but %s", body)
			require.False(rt, always && first == cond.False, "never false, but %s", body)
			require.False(rt, implies && first == cond.True && second != cond.True, "implies, but %s", body)
			require.False(rt, apart && first == cond.True && second == cond.True, "apart, but %s", body)
		}
	})
}

func TestUses(t *testing.T) {
	b, cs := compiledAll(t, names(t), `x.age >= x.age or support.nps > 10 or age(contact.birth_date) > 3 and x.country in ["PL", "US"] or orders.count >= 0`)
	us := b.Logic().Uses(cs[0])
	require.Len(t, us, 5)
	require.True(t, us[0].Same)
	require.True(t, us[1].Never)
	require.Equal(t, []string{"age"}, us[2].Calls)
	require.Equal(t, []string{"contact.birth_date"}, us[2].Fields)
	require.Equal(t, []string{"PL", "US"}, us[3].Texts)
	require.True(t, us[4].Always)
	require.False(t, us[4].Never)
}

func TestWhatConditionsDemand(t *testing.T) {
	b, cs := compiledAll(t, names(t),
		`days_since(orders.first_at) > 730 and x.vip or days_since(orders.first_at) >= 800`, `x.vip or days_since(orders.first_at) > 730`,
		`message.class in ["service", "legal"] and x.vip`, `message.class != "marketing"`, `message.channel != "sms"`,
		`x.country != "PL"`, `x.country != "PL" and x.vip`, `x.age != 3`, `x.age > 3`, `not (x.country in ["PL", "US"])`,
		`known(x.age)`, `known(x.country) or x.vip`, `known(x.country) and x.vip`, `not known(x.country)`)
	l := b.Logic()
	require.Equal(t, 731.0, l.DaysSince(cs[0], "orders.first_at"))
	require.Less(t, l.DaysSince(cs[1], "orders.first_at"), 0.0)
	texts, ok := l.OneOf(cs[2], "message.class")
	require.True(t, ok)
	require.Equal(t, []string{"legal", "service"}, texts)
	texts, ok = l.OneOf(cs[3], "message.class")
	require.True(t, ok, "the list of classes is closed")
	require.NotContains(t, texts, "marketing")
	_, ok = l.OneOf(cs[4], "message.channel")
	require.False(t, ok)
	for i, want := range map[int]bool{5: true, 6: false, 7: true, 8: false, 9: true, 10: false, 11: true, 12: false, 13: false} {
		require.Equal(t, want, l.Broad(cs[i], "x.country"), cs[i].Source.Text)
	}
}
