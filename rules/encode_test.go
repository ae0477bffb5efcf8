package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/drawn"
	"github.com/winnow-gate/winnow/rules/workload"
)

// spelled is the decision with nothing in it that the compiler wrote: what it
// says has to be written anew.
func spelled(d *rules.Decision) *rules.Decision {
	out := *d
	out.Variants, out.Reasons = nil, nil
	for _, c := range d.Variants {
		out.Variants = append(out.Variants, rules.Choice{Slot: c.Slot, Variant: c.Variant, Content: c.Content})
	}
	for _, r := range d.Reasons {
		out.Reasons = append(out.Reasons, rules.Reason{Code: r.Code, Rule: r.Rule, Slot: r.Slot, Fields: r.Fields, Detail: r.Detail, Would: r.Would})
	}
	return &out
}

// What the compiler wrote of reasons and variants is what the encoder writes.
func TestReadyTextIsWhatTheEncoderWrites(t *testing.T) {
	compare := func(t require.TestingT, d *rules.Decision) {
		plain := spelled(d)
		require.Equal(t, string(plain.AppendJSON(nil)), string(d.AppendJSON(nil)))
		require.NotEqual(t, plain.Variants, d.Variants, "the variants come ready")
	}
	b := workloadBundle(t)
	for _, in := range inputs(t, b, 500) {
		compare(t, b.Decide(in))
	}
	rapid.Check(t, func(t *rapid.T) {
		text, tree := drawn.Bundle(t), drawn.Contact(t)
		compare(t, decision(t, compiled(t, text, cond.Shared), tree, drawn.State(t)))
	})
	in, err := b.Input(workload.Bodies(workload.People(1))[0], noon)
	require.NoError(t, err)
	compare(t, b.Default(in, true, rules.DeadlineDefault))
}
