package rules_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/drawn"
)

// losable are fields of drawn.Contact and values that they might have had.
var losable = map[string][]any{
	"contact.country": {"PL", "US"}, "contact.language": {"pl", "en"}, "contact.city": {"Gdynia", "Sopot"}, "contact.id": {"a", "b", "q"},
	"contact.email": {"a@rival.example", "b@x.example"}, "orders.count": {0, 3, 9}, "orders.returns_count": {0, 2}, "orders.aov": {1, 50},
	"consent.newsletter": {true, false}, "consent.marketing": {true, false}, "cart.value": {0, 40}, "engagement.clicks_90d": {0, 9},
	"partner.code": {0, 40}, "partner.seen_at": {"2026-01-01", "2026-11-20"},
}

// When a decision is sure of itself, the values that were lost can't have
// mattered: the decision with them is the same.
func TestDecideWithoutIsRight(t *testing.T) {
	sureOnes := 0
	checked.Until(t, func() bool { return sureOnes > 0 }, func(t *rapid.T) {
		b := compiled(t, drawn.Bundle(t), cond.Shared)
		tree, state := drawn.Contact(t), drawn.State(t)
		want := string(decision(t, b, tree, state).AppendJSON(nil))

		var lost rules.Lost
		for _, path := range rapid.SliceOfNDistinct(rapid.SampledFrom(keys(losable)), 1, 4, rapid.ID[string]).Draw(t, "lost") {
			slot := b.Layout().Slot(path)
			if slot < 0 {
				continue
			}
			group, key := split(path)
			other := rapid.SampledFrom(losable[path]).Draw(t, "other")
			if known(t, b, tree, slot) && rapid.Bool().Draw(t, "value only") {
				lost.Values = append(lost.Values, slot)
				tree[group][key] = other
				continue
			}
			lost.Slots = append(lost.Slots, slot)
			if delete(tree[group], key); rapid.Bool().Draw(t, "filled") {
				tree[group][key] = other
			}
		}
		in := input(t, b, tree)
		defer in.Release()
		in.State = state
		d, sure := b.DecideWithout(in, lost)
		if sure {
			require.Equal(t, want, string(d.AppendJSON(nil)), "lost %v", lost)
			sureOnes++
		}
	})
}

func known(t *rapid.T, b *rules.Bundle, tree any, slot int) bool {
	in := input(t, b, tree)
	defer in.Release()
	return in.Facts().Slots[slot].State.String() == "known"
}

func input(t *rapid.T, b *rules.Bundle, tree any) *rules.Input {
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	in, err := b.Input(body, noon)
	require.NoError(t, err)
	return in
}

// What was lost is met only where it matters.
func TestDecideWithout(t *testing.T) {
	b := bundle(t, `
gates:
  - {id: address, fields: [contact.email]}
personas:
  - {id: rival, kind: negative, name: N, when: 'domain(contact.email) == "rival.example" and orders.count > 5', action: suppress, holdout: 0%}
  - {id: measured, kind: negative, name: N, when: 'contact.city == "Gdynia"', action: suppress, holdout: 50%}
`)
	email, id := b.Layout().Slot("contact.email"), b.Layout().Slot("contact.id")
	for _, c := range []struct {
		body string
		lost rules.Lost
		sure bool
		what string
	}{
		{`{"contact": {"email": "x", "id": "a", "city": "x"}, "orders": {"count": 1}}`, rules.Lost{Values: []int{email}}, true, "the address is there, and the count settles it"},
		{`{"contact": {"email": "x", "id": "a", "city": "x"}, "orders": {"count": 9}}`, rules.Lost{Values: []int{email}}, false, "the domain matters"},
		{`{"contact": {"id": "a", "city": "x"}, "orders": {"count": 1}}`, rules.Lost{Values: []int{email}}, true, "a dropped value was a value"},
		{`{"contact": {"id": "a", "city": "x"}, "orders": {"count": 1}}`, rules.Lost{Slots: []int{email}}, false, "the gate asks whether there is one"},
		{`{"contact": {"email": "x", "id": "a", "city": "x"}, "orders": {"count": 1}}`, rules.Lost{Values: []int{id}}, true, "nobody is in a holdout"},
		{`{"contact": {"email": "x", "id": "a", "city": "Gdynia"}, "orders": {"count": 1}}`, rules.Lost{Values: []int{id}}, false, "the holdout goes by the id"},
	} {
		in, err := b.Input([]byte(c.body), noon)
		require.NoError(t, err)
		_, sure := b.DecideWithout(in, c.lost)
		require.Equal(t, c.sure, sure, c.what)
		again := b.Decide(in)
		require.NotNil(t, again)
		in.Release()
	}
}

func keys(m map[string][]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func split(path string) (group, key string) {
	group, key, _ = strings.Cut(path, ".")
	return group, key
}
