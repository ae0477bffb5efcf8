// Package conformance is the kit that every guest must pass: one rule,
// messages in, messages out.
//
// It exists because a contract in prose is read differently in every language.
// The rule is described in wasm/guest/SAMPLE.md; whoever writes it in a new
// language and passes the suite has a working SDK. Each case runs on both
// engines, twice, and must give the same answer with the same fuel.
package conformance

import (
	"context"
	_ "embed" // the suite
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/winnow-gate/winnow/wasm"
)

//go:embed suite.json
var suiteJSON []byte

// Suite is the rule's interface and its cases.
type Suite struct {
	Config  string   `json:"config"`
	Fields  []Field  `json:"fields"`
	Outputs []Output `json:"outputs"`
	Slots   []Slot   `json:"slots"`
	Cases   []Case   `json:"cases"`
	// Limits are those of the module; the zero value is the defaults. A
	// fallback module in a heavy language may need more fuel.
	Limits wasm.Limits `json:"-"`
}

// Field is a declared field; kinds are named as in ABI.md.
type Field struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
	Elem string `json:"elem"`
}

// Output is a declared output.
type Output struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// Slot is a declared slot.
type Slot struct {
	Name     string   `json:"name"`
	Variants []string `json:"variants"`
}

// Case is one message in and one message out.
type Case struct {
	Name       string                     `json:"name"`
	Rule       string                     `json:"rule"`   // empty: the module's main rule
	Now        int64                      `json:"now"`    // Unix milliseconds
	Bucket     int32                      `json:"bucket"` // what every salt gives; -1: no contact id
	Fields     map[string]json.RawMessage `json:"fields"`
	Unknown    map[string]string          `json:"unknown"`     // path to kind; other fields are absent
	RepeatTags int                        `json:"repeat_tags"` // made-up tags before those in Fields
	Want       Answer                     `json:"want"`
}

// Answer is what a rule said. Outputs that it did not set are missing.
type Answer struct {
	Verdict  string            `json:"verdict"`
	Reason   string            `json:"reason"`
	Outputs  map[string]any    `json:"outputs"`
	Variants map[string]string `json:"variants"`
	Logs     []string          `json:"logs"`
	Failure  string            `json:"failure"` // reason code of a failed call
}

// Result is the outcome of one case. Problem is empty when it passed.
type Result struct {
	Case    string
	Fuel    int64 // of one call
	Problem string
}

// Load returns the suite that is built in.
func Load() (*Suite, error) {
	s := &Suite{}
	if err := json.Unmarshal(suiteJSON, s); err != nil {
		return nil, fmt.Errorf("conformance suite: %w", err)
	}
	return s, nil
}

// Options returns what a module must be admitted with to run the suite.
func (s *Suite) Options() wasm.ModuleOptions {
	o := wasm.ModuleOptions{Name: "conformance", Config: []byte(s.Config), Limits: s.Limits}
	for _, f := range s.Fields {
		o.Fields = append(o.Fields, wasm.FieldDecl{Path: f.Path, Kind: kind(f.Kind), Elem: kind(f.Elem)})
	}
	for _, d := range s.Outputs {
		o.Outputs = append(o.Outputs, wasm.OutputDecl{Name: d.Name, Kind: kind(d.Kind)})
	}
	for _, d := range s.Slots {
		o.Slots = append(o.Slots, wasm.SlotDecl{Name: d.Name, Variants: d.Variants})
	}
	return o
}

func kind(name string) wasm.Kind {
	for k := wasm.KindAbsent; k <= wasm.KindList; k++ {
		if k.String() == name {
			return k
		}
	}
	return wasm.KindAbsent
}

// Run admits a module and runs every case on both engines. The error says why
// the module could not be run at all; wrong answers are in the results.
func (s *Suite) Run(ctx context.Context, rt *wasm.Runtime, module []byte) ([]Result, error) {
	if len(s.Cases) == 0 {
		return nil, errors.New("conformance suite: no cases")
	}
	var mods [2]*wasm.Module
	stdio := false
	for _, e := range []wasm.Engine{wasm.Compiler, wasm.Interpreter} {
		o := s.Options()
		o.Engine = e
		m, rep, err := rt.Admit(ctx, module, o)
		if err != nil {
			return nil, err
		}
		defer func() { _ = m.Close() }()
		mods[e], stdio = m, rep.Mode == wasm.ModeStdio
	}
	results := make([]Result, len(s.Cases))
	for i, c := range s.Cases {
		if stdio && c.Rule != "" {
			results[i] = Result{Case: c.Name} // a program has one rule
			continue
		}
		results[i] = s.runCase(ctx, mods, c, stdio)
	}
	return results, nil
}

// runCase compares four runs with what is wanted and with each other.
func (s *Suite) runCase(ctx context.Context, mods [2]*wasm.Module, c Case, stdio bool) Result {
	r := Result{Case: c.Name}
	in, err := s.Input(c)
	if err != nil {
		r.Problem = err.Error()
		return r
	}
	entry, ok := mods[0].Entry(c.Rule)
	if !ok {
		r.Problem = fmt.Sprintf("there is no rule %s", c.Rule)
		return r
	}
	if stdio {
		c.Want.Logs = nil // buckets are not part of the fallback
	}
	for i, m := range []*wasm.Module{mods[0], mods[1], mods[0], mods[1]} {
		var out wasm.Output
		got := s.answer(&out, m.Evaluate(ctx, entry, in, &out))
		if stdio {
			got.Logs = nil
		}
		if problem := c.Want.differs(got); problem != "" {
			r.Problem = fmt.Sprintf("run %d: %s", i+1, problem)
			return r
		}
		if i > 0 && out.Fuel != r.Fuel {
			r.Problem = fmt.Sprintf("run %d used %d fuel, the first %d", i+1, out.Fuel, r.Fuel)
			return r
		}
		r.Fuel = out.Fuel
	}
	return r
}

// answer puts an output into the suite's words.
func (s *Suite) answer(out *wasm.Output, err error) Answer {
	var f *wasm.Failure
	if errors.As(err, &f) {
		return Answer{Failure: string(f.Reason)}
	}
	a := Answer{
		Verdict: out.Verdict.String(), Reason: string(out.Reason),
		Outputs: map[string]any{}, Variants: map[string]string{},
	}
	for i, r := range out.Results {
		name := s.Outputs[i].Name
		switch r.Kind {
		case wasm.KindBool:
			a.Outputs[name] = r.Num != 0
		case wasm.KindInt:
			a.Outputs[name] = float64(r.Num)
		case wasm.KindFloat:
			a.Outputs[name] = r.Float()
		case wasm.KindString:
			a.Outputs[name] = string(r.Str)
		}
	}
	for i, v := range out.Variants {
		if v >= 0 {
			a.Variants[s.Slots[i].Name] = s.Slots[i].Variants[v]
		}
	}
	for _, l := range out.Logs {
		a.Logs = append(a.Logs, string(l.Text))
	}
	return a
}

// differs says where got is not what is wanted. Numbers must be equal to the bit.
func (a Answer) differs(got Answer) string {
	switch {
	case a.Failure != got.Failure:
		return fmt.Sprintf("failure %q, want %q", got.Failure, a.Failure)
	case a.Verdict != got.Verdict:
		return fmt.Sprintf("verdict %q, want %q", got.Verdict, a.Verdict)
	case a.Reason != got.Reason:
		return fmt.Sprintf("reason %q, want %q", got.Reason, a.Reason)
	case !maps.Equal(a.Outputs, got.Outputs):
		return fmt.Sprintf("outputs %v, want %v", got.Outputs, a.Outputs)
	case !maps.Equal(a.Variants, got.Variants):
		return fmt.Sprintf("variants %v, want %v", got.Variants, a.Variants)
	case !slices.Equal(a.Logs, got.Logs):
		return fmt.Sprintf("logs %q, want %q", got.Logs, a.Logs)
	}
	return ""
}
