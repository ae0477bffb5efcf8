package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/wasm"
)

func newWasmRunCmd(e *env) *cobra.Command {
	now, format := "", "text"
	cmd := &cobra.Command{
		Use: "run BUNDLE_DIR [MODULE_ID]", Short: "Run a module for the contact on standard input", Args: cobra.RangeArgs(1, 2),
		Long: `Run reads one contact as JSON, the body that the webhook takes, and shows what the
module saw and what it answered: outputs, verdict, variants, its whole log, and
what the call took. The bundle says which fields it sees.

  echo '{"contact": {"id": "c1"}, "orders": {"count": 3}}' | winnow wasm run shop scorer`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmRun(cmd.Context(), args, now, format) },
	}
	cmd.Flags().StringVar(&now, "now", now, "clock of the decision, as 2026-11-22T12:00:00Z (default: now)")
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	return cmd
}

func (e *env) wasmRun(ctx context.Context, args []string, now, format string) error {
	if err := knownFormat(format); err != nil {
		return err
	}
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

// moduleRun is one call of a module.
type moduleRun struct {
	Module   string            `json:"module"`
	Inputs   []inputSeen       `json:"inputs"`
	Verdict  string            `json:"verdict"`
	Reason   string            `json:"reason"`
	Outputs  map[string]any    `json:"outputs"` // null when it was not set
	Variants map[string]string `json:"variants"`
	Logs     []logged          `json:"logs"`
	LogCut   bool              `json:"log_cut"`
	Fuel     int64             `json:"fuel"`
	Limit    int64             `json:"fuel_limit"`
	Calls    int               `json:"host_calls"`
	NS       int64             `json:"ns"`
	Failure  *runFailure       `json:"failure"`
	names    []string          // of the outputs, in order
	slots    []string
}

type inputSeen struct {
	Path  string          `json:"path"`
	State string          `json:"state"`
	Value json.RawMessage `json:"value"`
}

type logged struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

type runFailure struct {
	Reason wasm.Reason `json:"reason"`
	Detail string      `json:"detail"`
	Hint   string      `json:"hint"`
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

// take copies what the module said.
func (r *moduleRun) take(spec rules.ModuleSpec, out *wasm.Output) {
	r.Verdict, r.Reason = out.Verdict.String(), string(out.Reason)
	r.Fuel, r.Calls, r.LogCut = out.Fuel, out.Calls, out.LogCut
	for i, o := range spec.Outputs {
		r.names = append(r.names, o.Name)
		r.Outputs[o.Name] = nil
		if i < len(out.Results) {
			r.Outputs[o.Name] = plainValue(out.Results[i])
		}
	}
	for i, v := range out.Variants {
		if v >= 0 {
			s := spec.Slots[i]
			r.slots = append(r.slots, s.Name)
			r.Variants[s.Name] = s.Variants[v]
		}
	}
	for _, l := range out.Logs {
		r.Logs = append(r.Logs, logged{[...]string{"debug", "info", "warning", "error"}[l.Level&3], string(l.Text)})
	}
}

func plainValue(v wasm.Result) any {
	switch v.Kind {
	case wasm.KindBool:
		return v.Num != 0
	case wasm.KindInt:
		return v.Num
	case wasm.KindFloat:
		return v.Float()
	case wasm.KindString:
		return string(v.Str)
	default:
		return nil
	}
}

func (r *moduleRun) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	label := func(s string, i int) string {
		if i > 0 {
			return ""
		}
		return s
	}
	for i, in := range r.Inputs {
		value := "unknown: " + in.State
		if in.State == facts.Known.String() {
			value = string(in.Value)
		}
		fmt.Fprintf(t, "%s\t%s = %s\n", label("inputs", i), in.Path, value)
	}
	if r.Failure == nil {
		r.writeAnswer(t, label)
	}
	for i, l := range r.Logs {
		fmt.Fprintf(t, "%s\t%s: %s\n", label("log", i), l.Level, l.Text)
	}
	if r.LogCut {
		fmt.Fprintf(t, "\tthe rest is cut off at %d bytes\n", wasm.HardLimits().LogBytes)
	}
	fmt.Fprintf(t, "fuel\t%d of %d\n", r.Fuel, r.Limit)
	fmt.Fprintf(t, "calls\t%s\n", plural(r.Calls, "host call"))
	if r.Failure == nil {
		fmt.Fprintf(t, "time\t%s\n", took(time.Duration(r.NS)))
	}
	return t.Flush()
}

func (r *moduleRun) writeAnswer(w io.Writer, label func(string, int) string) {
	for i, name := range r.names {
		text := "unknown: the module did not set it"
		if v := r.Outputs[name]; v != nil {
			b, err := json.Marshal(v)
			if err == nil {
				text = string(b)
			}
		}
		fmt.Fprintf(w, "%s\t%s = %s\n", label("outputs", i), name, text)
	}
	verdict := r.Verdict
	if verdict == "" {
		verdict = "none"
	}
	if r.Reason != "" {
		verdict += ": " + r.Reason
	}
	fmt.Fprintf(w, "verdict\t%s\n", verdict)
	for i, s := range r.slots {
		fmt.Fprintf(w, "%s\t%s = %s\n", label("variants", i), s, r.Variants[s])
	}
}
