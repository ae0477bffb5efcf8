package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/wasm"
)

func newWasmRunCmd(e *env) *cobra.Command {
	var now, format string
	cmd := &cobra.Command{
		Use: "run BUNDLE_DIR [MODULE_ID]", Short: "Run a module for the contact on standard input", Args: takes(1, 2),
		Long: `Run reads one contact as JSON, the body that the webhook takes, and shows what the
module saw and what it answered: outputs, verdict, variants, its whole log, and
what the call took. The bundle says which fields it sees.

  echo '{"contact": {"id": "c1"}, "orders": {"count": 3}}' | winnow wasm run shop scorer`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmRun(cmd.Context(), args, now, format) },
	}
	cmd.Flags().StringVar(&now, "now", now, "clock of the decision, as 2026-11-22T12:00:00Z (default: now)")
	formatFlag(cmd, &format)
	return cmd
}

func (e *env) wasmRun(ctx context.Context, args []string, now, format string) error {
	at, err := e.clock(now)
	if err != nil {
		return err
	}
	b, spec, err := e.openModule(args)
	if err != nil {
		return err
	}
	body, err := e.readContact()
	if err != nil {
		return err
	}
	in, err := readInput(b.bundle, body, at)
	if err != nil {
		return err
	}
	defer in.Release()
	call := b.call(spec, in)
	return withRuntime(ctx, func(rt *wasm.Runtime) error {
		m, entry, err := admitFor(ctx, rt, spec, func(o *wasm.ModuleOptions) { o.Limits.LogBytes = wasm.HardLimits().LogBytes })
		if err != nil {
			return err
		}
		r := runOnce(ctx, m, entry, spec, call)
		if format == "json" {
			err = e.writeJSON(r)
		} else {
			err = r.writeText(e.stdout)
		}
		if err == nil && r.Failure != nil {
			err = failure(exitFailed, r.Failure.Hint, "module %s gave no answer: %s: %s", spec.ID, r.Failure.Reason, r.Failure.Detail)
		}
		return err
	})
}

// openModule finds the module that a verb's arguments name.
func (e *env) openModule(args []string) (*moduleBundle, rules.ModuleSpec, error) {
	b, err := e.openModules(args[0], false)
	if err != nil {
		return nil, rules.ModuleSpec{}, err
	}
	id := ""
	if len(args) > 1 {
		id = args[1]
	}
	spec, err := b.spec(id)
	return b, spec, err
}

// admitFor admits a module of a bundle, as serving does.
func admitFor(ctx context.Context, rt *wasm.Runtime, spec rules.ModuleSpec, change func(*wasm.ModuleOptions)) (*wasm.Module, wasm.Entry, error) {
	o, err := moduleOptions(spec)
	if err != nil {
		return nil, 0, refused("module "+spec.ID, err)
	}
	if change != nil {
		change(&o)
	}
	m, _, err := rt.Admit(ctx, spec.Wasm, o)
	if err != nil {
		return nil, 0, refused("module "+spec.ID, err)
	}
	entry, ok := m.Entry(spec.Entry)
	if !ok {
		return nil, 0, failure(exitInvalid, "name one with entry: in the bundle", "module %s has no main rule", spec.ID)
	}
	return m, entry, nil
}

// runOnce calls a module and notes everything. The time is that of a second
// call, which finds an instance at hand as calls within a send do.
func runOnce(ctx context.Context, m *wasm.Module, entry wasm.Entry, spec rules.ModuleSpec, call *rules.ModuleCall) *moduleRun {
	r := &moduleRun{Module: spec.ID, Limit: fuelLimit(spec), Outputs: map[string]any{}, Variants: map[string]string{}}
	for i, f := range spec.Inputs {
		s := call.Inputs[i]
		seen := inputSeen{Path: f.Path, State: call.Facts.Slots[s].State.String()}
		seen.Value = call.Layout.AppendValue(nil, call.Facts, s)
		r.Inputs = append(r.Inputs, seen)
	}
	var out wasm.Output
	in := guestInput(spec, call)
	err := m.Evaluate(ctx, entry, in, &out)
	if err == nil {
		started := time.Now()
		err = m.Evaluate(ctx, entry, in, &out)
		r.NS = time.Since(started).Nanoseconds()
	}
	var f *wasm.Failure
	if errors.As(err, &f) {
		r.Failure = &runFailure{f.Reason, f.Detail, failureHint(f.Reason)}
	}
	r.take(spec, &out)
	return r
}
