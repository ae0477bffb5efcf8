package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cond"
)

// A panel asks behind closed gates too.
func TestPanel(t *testing.T) {
	b := bundle(t, `
gates:
  - {id: consent, require: consent.marketing}
personas:
  - {id: returner, kind: negative, name: N, when: 'orders.count > 2 and not persona("vip")', action: suppress}
  - {id: vip, kind: positive, name: N, when: orders.aov > 100}
slots:
  hero:
    default: b
    variants: {a: {}, b: {}}
    rules:
      - {id: r, when: orders.aov > 100, split: {salt: s, weights: {a: 30, b: 70}}}
`)
	p := b.NewPanel()
	require.Equal(t, []string{"vip", "returner"}, p.Personas())
	var texts []string
	for _, x := range p.Predicates() {
		texts = append(texts, x.Text)
	}
	require.Equal(t, []string{"orders.aov > 100", "orders.count > 2", `persona("vip")`}, texts)
	require.Equal(t, []string{"vip"}, p.Predicates()[2].Personas)

	in, err := b.Input([]byte(`{"consent": {"marketing": false}, "orders": {"count": 3}}`), noon)
	require.NoError(t, err)
	defer in.Release()
	require.Empty(t, b.Decide(in).Personas)
	of, says := p.Read(in, nil, nil)
	require.Equal(t, []cond.Tri{cond.Unknown, cond.Unknown}, of)
	require.Equal(t, []cond.Tri{cond.Unknown, cond.True, cond.Unknown}, says)
	v, missing, ok := p.Persona(in, "returner")
	require.True(t, ok)
	require.Equal(t, cond.Unknown, v)
	require.Equal(t, []string{"orders.aov"}, missing)
	_, _, ok = p.Persona(in, "nobody")
	require.False(t, ok)

	require.Equal(t, "r", b.Splits()[0].Rule)
	require.Equal(t, "contact.id", b.Splits()[0].By)
	require.InDelta(t, 0.3, b.Splits()[0].Shares[0].Share, 1e-12)
	require.InDelta(t, 0.7, b.Splits()[0].Shares[1].Share, 1e-12)
	require.Equal(t, []string{"b", "a"}, b.Slots()[0].Variants)
}
