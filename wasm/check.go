package wasm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

// Fixture is an example input that a module's author gives for Check. It must
// be made up, not a real contact.
type Fixture struct {
	Name  string
	Entry string // rule, empty for Main
	Input *Input
}

// Run is what a fixture gave.
type Run struct {
	Fixture string
	Failure string // empty when there was an answer
	Fuel    int64
	Calls   int           // host calls
	Took    time.Duration // wall time on the compiler
	Output  Output
}

// ErrEngines is wrapped when compiler and interpreter disagree about a module:
// a fault of the compiler. Such a module can run with Engine Interpreter.
var ErrEngines = errors.New("the engines disagree")

// Check admits a module on both engines, runs every fixture on both, and
// compares answers and fuel. Modules are to be checked so before they are
// published: engines have faults, too. Results hold the compiler's runs.
// Errors are those of Admit, or wrap ErrEngines.
func (r *Runtime) Check(ctx context.Context, module []byte, o ModuleOptions, fixtures []Fixture) ([]Run, *Report, error) {
	var mods [2]*Module
	var rep *Report
	for _, e := range []Engine{Interpreter, Compiler} {
		o.Engine = e
		var err error
		if mods[e], rep, err = r.Admit(ctx, module, o); err != nil {
			return nil, rep, err
		}
		defer func() { _ = mods[e].Close() }()
	}
	runs := make([]Run, 0, len(fixtures))
	for _, f := range fixtures {
		run, err := mods[Compiler].fixture(ctx, f)
		if err != nil {
			return runs, rep, err
		}
		other, err := mods[Interpreter].fixture(ctx, f)
		if err != nil {
			return runs, rep, err
		}
		runs = append(runs, run)
		if run.Fuel != other.Fuel || run.Failure != other.Failure || !run.Output.equal(&other.Output) {
			return runs, rep, fmt.Errorf("%w: fixture %s: compiler %s with %d fuel, interpreter %s with %d; run it on the interpreter",
				ErrEngines, f.Name, run.Output.Verdict, run.Fuel, other.Output.Verdict, other.Fuel)
		}
	}
	return runs, rep, nil
}

func (m *Module) fixture(ctx context.Context, f Fixture) (Run, error) {
	run := Run{Fixture: f.Name}
	e, ok := m.Entry(f.Entry)
	if !ok {
		return run, fmt.Errorf("fixture %s: the module has no rule %q", f.Name, f.Entry)
	}
	started := time.Now() // for the report only
	err := m.Evaluate(ctx, e, f.Input, &run.Output)
	run.Took, run.Fuel, run.Calls = time.Since(started), run.Output.Fuel, run.Output.Calls
	if err != nil {
		run.Failure = err.Error()
	}
	return run, ctx.Err()
}

// equal compares answers, not counters.
func (o *Output) equal(p *Output) bool {
	if o.Verdict != p.Verdict || !bytes.Equal(o.Reason, p.Reason) || len(o.Results) != len(p.Results) || len(o.Logs) != len(p.Logs) {
		return false
	}
	for i := range o.Results {
		if o.Results[i].Kind != p.Results[i].Kind || o.Results[i].Num != p.Results[i].Num || !bytes.Equal(o.Results[i].Str, p.Results[i].Str) {
			return false
		}
	}
	for i := range o.Variants {
		if o.Variants[i] != p.Variants[i] {
			return false
		}
	}
	for i := range o.Logs {
		if o.Logs[i].Level != p.Logs[i].Level || !bytes.Equal(o.Logs[i].Text, p.Logs[i].Text) {
			return false
		}
	}
	return true
}
