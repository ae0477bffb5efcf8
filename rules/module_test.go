package rules_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// scorer stands for a module: score is a tenth of orders.count, and it fails
// from 100 on.
type scorer struct {
	spec   rules.ModuleSpec
	runs   int
	closed bool
}

func (s *scorer) Run(c *rules.ModuleCall) *rules.ModuleFault {
	s.runs++
	in := c.Facts.Slots[c.Inputs[0]]
	if in.State != facts.Known {
		return nil
	}
	if in.Int >= 100 {
		return &rules.ModuleFault{Code: rules.ModuleFuel, Detail: "too much"}
	}
	c.SetOutput(0, int64(math.Float64bits(float64(in.Int)/10)), "")
	c.SetOutput(1, 0, "gold")
	c.SetVerdict(in.Int > 5)
	c.Choose(0, int(in.Int)%2)
	return nil
}

func (s *scorer) Close() error { s.closed = true; return nil }

const moduleRules = `winnow: 1
modules:
  - id: propensity
    file: p.wasm
    inputs: [orders.count]
    outputs: {score: float, tier: string}
    slots: [hero]
    config: {weight: 3}
    limits: {fuel: 1000}
personas:
  - {id: hot, kind: positive, name: H, when: propensity.score > 0.8 and propensity.tier == "gold"}
  - {id: yes, kind: positive, name: Y, when: propensity.verdict}
  - {id: n, kind: negative, name: N, when: propensity.score > 0.95, action: suppress, holdout: 0%}
slots:
  hero:
    default: c
    variants: {a: {}, b: {}, c: {}}
    rules:
      - {id: model, when: always, module: propensity}
`

func withScorer(t *testing.T, text string) (*rules.Bundle, *scorer, diag.List) {
	s := &scorer{}
	b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}, "p.wasm": {Data: []byte("\x00asm")}}, rules.Options{
		LoadModule: func(spec rules.ModuleSpec) (rules.Module, error) {
			s.spec = spec
			return s, nil
		},
	})
	return b, s, list
}

func TestModules(t *testing.T) {
	b, s, list := withScorer(t, moduleRules)
	require.NotNil(t, b, list)
	require.Equal(t, []rules.ModuleOutput{{Name: "score", Kind: field.Float}, {Name: "tier", Kind: field.String}}, s.spec.Outputs)
	require.Equal(t, []rules.ModuleSlot{{Name: "hero", Variants: []string{"a", "b", "c"}}}, s.spec.Slots)
	require.JSONEq(t, `{"weight":3}`, string(s.spec.Config))
	require.EqualValues(t, 1000, s.spec.Limits.Fuel)
	require.Equal(t, []string{"propensity"}, b.Modules())

	d := decide(t, b, `{"contact":{"id":"c"},"message":{"class":"marketing"},"orders":{"count":9}}`)
	require.Equal(t, []string{"hot", "yes"}, d.Personas)
	require.Equal(t, "b", d.Variant("hero"))
	require.Equal(t, 1, s.runs, "four conditions, one run")

	d = decide(t, b, `{"contact":{"id":"c"},"message":{"class":"marketing"},"orders":{"count":2},"propensity":{"score":0.9,"tier":"gold"}}`)
	require.Empty(t, d.Personas, "a body can't speak for a module")

	d = decide(t, b, `{"contact":{"id":"c"},"message":{"class":"marketing"}}`)
	require.Contains(t, codes(d), "persona_unknown hot")
	require.Equal(t, "c", d.Variant("hero"))

	d = decide(t, b, `{"contact":{"id":"c"},"message":{"class":"marketing"},"orders":{"count":100}}`)
	require.Contains(t, codes(d), "persona_error hot")
	require.Contains(t, codes(d), "slot_error model")
	require.Contains(t, codes(d), "module_fuel propensity")
	require.True(t, d.Send)

	in, err := b.Input([]byte(`{"contact":{"id":"c"},"message":{"class":"marketing"},"orders":{"count":10}}`), noon)
	require.NoError(t, err)
	e := b.Explain(in)
	require.False(t, e.Decision.Send)
	require.Equal(t, "orders.count", e.Change.Field)

	require.NoError(t, b.Close())
	require.True(t, s.closed)
}

func TestMistakesOfModules(t *testing.T) {
	for name, c := range map[string]struct{ old, new, code string }{
		"file":          {"file: p.wasm", "file: q.wasm", diag.ModuleMissing},
		"input":         {"inputs: [orders.count]", "inputs: [orders.cuont]", diag.UnknownField},
		"circle":        {"inputs: [orders.count]", "inputs: [propensity.score]", diag.ModuleCycle},
		"output kind":   {"score: float", "score: time", diag.ModuleOutput},
		"verdict":       {"score: float", "score: float, verdict: bool", diag.ModuleOutput},
		"undeclared":    {"propensity.score > 0.8", "propensity.scroe > 0.8", diag.UnknownField},
		"output's type": {"propensity.score > 0.8", "propensity.score == \"x\"", diag.TypeMismatch},
		"slot":          {"slots: [hero]", "slots: [hreo]", diag.UnknownSlot},
		"name":          {"id: propensity", "id: orders", diag.ModuleName},
		"chooser":       {"module: propensity}", "module: propensitty}", diag.ModuleName},
		"protected":     {"inputs: [orders.count]", "inputs: [contact.birth_year]", diag.ProtectedTrait},
	} {
		t.Run(name, func(t *testing.T) {
			b, s, list := withScorer(t, strings.Replace(moduleRules, c.old, c.new, 1))
			require.Nil(t, b)
			require.True(t, s.spec.ID == "" || s.closed, "a refused bundle leaves no module open")
			found := false
			for _, d := range list {
				found = found || d.Code == c.code
			}
			require.True(t, found, "%v", list)
		})
	}
	_, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(moduleRules)}, "p.wasm": {}}, rules.Options{
		LoadModule: func(rules.ModuleSpec) (rules.Module, error) { return nil, errors.New("it has no memory") },
	})
	require.ErrorContains(t, err, "it has no memory")
	_, err = rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(moduleRules)}, "p.wasm": {}}, rules.Options{})
	require.ErrorContains(t, err, "runs no modules")
}
