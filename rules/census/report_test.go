package census_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

// TestApart has a persona that swallows another but for one predicate.
func TestApart(t *testing.T) {
	b := compiled(t, `
winnow: 1
personas:
  - {id: champion, kind: positive, name: Champion, when: orders.count >= 10}
  - {id: returner, kind: negative, name: Returner, when: orders.returns_count >= 3, action: suppress}
slots:
  hero: {default: a, variants: {a: {}, b: {}}, rules: [{when: orders.aov > 100, use: b}]}
`)
	pairs := census.NewPairs(b, census.Sampling{Size: 2})
	for i := range 30 {
		// 10 only return, 10 only buy much, 10 do both; of these 9 buy dear things.
		count, returns, aov := 12, 4, 150
		switch {
		case i < 10:
			count, aov = 3, 20
		case i < 20:
			returns, aov = 0, 50
		case i == 29:
			aov = 99
		}
		in := input(t, b, map[string]any{"contact": map[string]any{"id": fmt.Sprint(i)}, "orders": map[string]any{"count": count, "returns_count": returns, "aov": aov}})
		b.Decide(in)
		pairs.Add(in, fmt.Sprint(i))
		in.Release()
	}
	r := pairs.Report()
	require.Len(t, r.Pairs, 1)
	p := r.Pairs[0]
	require.Equal(t, []string{"champion", "returner"}, []string{p.A, p.B})
	require.True(t, p.Opposed)
	require.Equal(t, []int64{10, 10, 10}, []int64{p.Both, p.OnlyA, p.OnlyB})
	require.InDelta(t, 1.0/3, p.Jaccard, 1e-12)
	require.InDelta(t, 0.5, p.Inside, 1e-12)
	require.Equal(t, &census.Apart{To: "returner", Condition: "not (orders.count >= 10)", Drops: 10, Costs: 0}, p.Apart)
	require.Len(t, p.Samples, 2)
}

// TestSamples are the same whatever order contacts come in.
func TestSamples(t *testing.T) {
	draw := func(seed string, from, to, step int) []string {
		f := census.NewFlips(census.Sampling{Size: 5, Seed: seed})
		for i := from; i != to; i += step {
			id := fmt.Sprint("c", i)
			f.Add(&census.Answer{Contact: id, Send: true}, &census.Answer{Contact: id, Action: "gate", By: "g"})
		}
		return f.Report().Causes[0].Samples
	}
	require.Len(t, draw("", 0, 100, 1), 5)
	require.Equal(t, draw("", 0, 100, 1), draw("", 99, -1, -1))
	require.NotEqual(t, draw("", 0, 100, 1), draw("other", 0, 100, 1))
}

// A split that is off is called so, and one that is not is left alone.
func TestSplitBalance(t *testing.T) {
	b := compiled(t, `
winnow: 1
slots:
  hero:
    default: a
    variants: {a: {}, b: {}}
    rules:
      - {id: test, when: always, split: {by: contact.id, salt: s, weights: {a: 50, b: 50}}}
`)
	reached := func(ids func(i int) string, n int) census.SplitReach {
		r := census.NewReach(b, "", census.Sampling{})
		for i := range n {
			in := input(t, b, map[string]any{"contact": map[string]any{"id": ids(i)}})
			a := census.AnswerOf("", b.Decide(in))
			r.Add(&a)
			in.Release()
		}
		return r.Report().Splits[0]
	}
	s := reached(func(i int) string { return fmt.Sprint("contact-", i) }, 2000)
	require.Equal(t, "in balance", s.Remark)
	require.InDelta(t, 1000, s.Shares[0].Expected, 1e-9)
	require.EqualValues(t, 2000, s.N)
	require.Contains(t, reached(func(int) string { return "everybody" }, 100).Remark, "off balance")
	require.Equal(t, "too few to judge", reached(func(i int) string { return fmt.Sprint(i) }, 6).Remark)
	require.Equal(t, "nobody reached it", reached(nil, 0).Remark)
}

// What a log says of who decided agrees with the decision itself.
func TestReadAnswer(t *testing.T) {
	b := compiled(t, `
winnow: 1
gates:
  - {id: consent, require: consent.marketing}
personas:
  - {id: buyer, kind: positive, name: N, when: orders.count > 0}
  - {id: capped, kind: negative, name: N, when: orders.count > 0, action: {cap: 1 per 30d}, holdout: 0%}
  - {id: watched, kind: negative, name: N, when: orders.count > 0, action: suppress, mode: observe}
  - {id: out, kind: negative, name: N, when: orders.count > 2, action: suppress, holdout: 0%}
slots:
  hero: {default: a, variants: {a: {}, b: {}}, rules: [{when: orders.count > 1, use: b}]}
`)
	for count, by := range map[any]string{0: "", 1: "", 3: "out", nil: ""} {
		in := input(t, b, map[string]any{"consent": map[string]any{"marketing": true}, "orders": map[string]any{"count": count}})
		d := b.Decide(in)
		want := census.AnswerOf("x", d)
		got, err := census.ReadAnswer("x", d.AppendJSON(nil))
		require.NoError(t, err)
		require.Equal(t, by, got.By)
		require.Equal(t, want.By, got.By)
		require.Equal(t, want.Action, got.Action)
		require.Equal(t, len(want.Reasons), len(got.Reasons))
		f := census.NewFlips(census.Sampling{})
		f.Add(&want, &got)
		require.Zero(t, f.Report().Changed, "the same answer, read back")
		in.Release()
	}
	in := input(t, b, map[string]any{})
	d := b.Decide(in)
	got, err := census.ReadAnswer("x", d.AppendJSON(nil))
	require.NoError(t, err)
	require.Equal(t, "consent", got.By)
	require.Equal(t, rules.Gate, d.Action)
	_, err = census.ReadAnswer("x", []byte("{"))
	require.ErrorContains(t, err, "no decision")
}

// Answers that differ only in which of two personas keeps somebody back, or in what one
// that observes would do, are not the same.
func TestFlipsTellOfDetails(t *testing.T) {
	was := census.Answer{Contact: "a", Action: "suppress", By: "t", Reasons: []rules.Reason{{Code: rules.PersonaObserved, Rule: "s", Would: "suppress"}}}
	for name, change := range map[string]func(*census.Answer){
		"by":     func(a *census.Answer) { a.By = "u" },
		"would":  func(a *census.Answer) { a.Reasons[0].Would = "hold" },
		"detail": func(a *census.Answer) { a.Reasons[0].Detail = "why" },
		"fields": func(a *census.Answer) { a.Reasons[0].Fields = []string{"orders.count"} },
	} {
		now := was
		now.Reasons = slices.Clone(was.Reasons)
		change(&now)
		f := census.NewFlips(census.Sampling{})
		f.Add(&was, &now)
		require.Equal(t, []int64{1, 1}, []int64{f.Report().Changed, f.Report().Rest}, name)
	}
}

// Whom a gate turns away for want of a field is one of whom something is not known,
// in both places that count them.
func TestMissingFieldsAreUnknown(t *testing.T) {
	b := compiled(t, "winnow: 1\ngates:\n  - {id: address, fields: [contact.country], classes: [marketing]}\n")
	c := newCounters(b)
	for _, country := range []any{nil, "PL"} {
		in := input(t, b, map[string]any{"contact": map[string]any{"id": "a", "country": country}, "message": map[string]any{"class": "marketing"}})
		a := census.AnswerOf("a", b.Decide(in))
		c.add(in, &a)
		in.Release()
	}
	require.Equal(t, []int64{1, 1}, []int64{c.reach.Report().Unsure, c.gaps.Report().Unsure})
}
