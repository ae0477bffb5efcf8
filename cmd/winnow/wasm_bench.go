package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/wasm"
)

type benchFlags struct {
	contact, now, format string
	length               time.Duration
}

func newWasmBenchCmd(e *env) *cobra.Command {
	flags := benchFlags{length: time.Second}
	cmd := &cobra.Command{
		Use: "bench BUNDLE_DIR [MODULE_ID]", Short: "Measure what a call of a module costs", Args: takes(1, 2),
		Long: `Bench calls a module again and again, for the contacts of the bundle's own tests
or for one from a file, taking turns with a module that does nothing. The ratio
of the two says more than nanoseconds, which depend on the machine. Calls put the
module's memory back as they do in a send.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmBench(cmd.Context(), args, flags) },
	}
	cmd.Flags().StringVar(&flags.contact, "contact", "", "file with a contact as JSON (default: the contacts of the bundle's tests)")
	cmd.Flags().StringVar(&flags.now, "now", "", "clock for --contact, as 2026-11-22T12:00:00Z (default: now)")
	durationFlag(cmd, &flags.length, "time", time.Millisecond, "how long to measure")
	formatFlag(cmd, &flags.format)
	return cmd
}

func (e *env) wasmBench(ctx context.Context, args []string, flags benchFlags) error {
	b, spec, err := e.openModule(args)
	if err != nil {
		return err
	}
	return withLoader(ctx, func(l *moduleLoader) error {
		calls, err := e.benchContacts(ctx, b, l, spec, flags)
		if err != nil {
			return err
		}
		m, entry, err := admitFor(ctx, l.runtime, spec, nil)
		if err != nil {
			return err
		}
		kept, _, err := admitFor(ctx, l.runtime, spec, func(o *wasm.ModuleOptions) { o.Isolation = wasm.IsolateInstance })
		if err != nil {
			return err
		}
		empty, _, err := l.runtime.Admit(ctx, emptyModule(), wasm.ModuleOptions{Name: "empty"})
		if err != nil {
			return err
		}
		r := &benchResult{Module: spec.ID, Contacts: len(calls), FuelLimit: fuelLimit(spec)}
		ins := inputsOf(spec, calls)
		own, keeps := newSeries(ctx, m, entry, ins), newSeries(ctx, kept, entry, ins)
		floor := newSeries(ctx, empty, wasm.Main, []*wasm.Input{{}})
		r.measure(own, keeps, floor, flags.length)
		if flags.format == "json" {
			return e.writeJSON(r)
		}
		return r.writeText(e.stdout)
	})
}

// benchContacts are whom the module is called for.
func (e *env) benchContacts(ctx context.Context, b *moduleBundle, l *moduleLoader, spec rules.ModuleSpec, flags benchFlags) ([]*rules.ModuleCall, error) {
	if flags.contact == "" {
		if calls, _ := b.contacts(l, spec.ID); len(calls) > 0 {
			return calls, nil
		}
	}
	body := []byte("{}")
	if flags.contact != "" {
		var err error
		if body, err = readAtMost(ctx, flags.contact, maxBody); err != nil {
			return nil, failure(exitFailed, "name a file with one contact as JSON", "can't read the contact: %v", err)
		}
	}
	at, err := e.clock(flags.now)
	if err != nil {
		return nil, err
	}
	in, err := readInput(b.bundle, body, at)
	if err != nil {
		return nil, err
	}
	return []*rules.ModuleCall{b.call(spec, in)}, nil // the input is kept: it is never released
}

func inputsOf(spec rules.ModuleSpec, calls []*rules.ModuleCall) []*wasm.Input {
	ins := make([]*wasm.Input, len(calls))
	for i, c := range calls {
		ins[i] = guestInput(spec, c)
	}
	return ins
}

// series calls one module for its inputs in turn.
type series struct {
	ctx    context.Context
	module *wasm.Module
	entry  wasm.Entry
	ins    []*wasm.Input
	out    wasm.Output
	failed map[string]int
	ns     []float64 // of a call, by round
}

func newSeries(ctx context.Context, m *wasm.Module, entry wasm.Entry, ins []*wasm.Input) *series {
	return &series{ctx: ctx, module: m, entry: entry, ins: ins, failed: map[string]int{}}
}

// size is how many rounds of all inputs take about a millisecond or more.
func (s *series) size() int {
	for n := 1; ; n *= 2 {
		if d := s.run(n); d > time.Millisecond || n > 1<<20 {
			return n
		}
	}
}

// run calls the module n times for each input.
func (s *series) run(n int) time.Duration {
	started := time.Now()
	for range n {
		for _, in := range s.ins {
			if err := s.module.Evaluate(s.ctx, s.entry, in, &s.out); err != nil {
				s.failed[err.Error()]++
			}
		}
	}
	return time.Since(started)
}

func (s *series) round(n int) {
	s.ns = append(s.ns, float64(s.run(n).Nanoseconds())/float64(n*len(s.ins)))
}

// best is the quickest round: what else runs on the machine only adds.
func (s *series) best() float64 { return slices.Min(s.ns) }

// benchResult is what bench found out.
type benchResult struct {
	Module    string         `json:"module"`
	Contacts  int            `json:"contacts"`
	NS        float64        `json:"ns_per_call"`
	MedianNS  float64        `json:"ns_per_call_median"`
	KeptNS    float64        `json:"ns_per_call_without_reset"`
	EmptyNS   float64        `json:"ns_per_empty_call"`
	Ratio     float64        `json:"ratio"`
	Allocs    float64        `json:"allocs_per_call"`
	FuelMin   int64          `json:"fuel_min"`
	FuelMax   int64          `json:"fuel_max"`
	FuelLimit int64          `json:"fuel_limit"`
	CallsMax  int            `json:"host_calls_max"`
	Rounds    int            `json:"rounds"`
	Failures  map[string]int `json:"failures,omitempty"`
}

// measure takes turns, so that what else runs on the machine hits all alike.
func (r *benchResult) measure(own, kept, floor *series, length time.Duration) {
	r.fuel(own)
	n, k, m := own.size(), kept.size(), floor.size()
	clear(own.failed)
	for end := time.Now().Add(length); r.Rounds < 5 || time.Now().Before(end); r.Rounds++ {
		own.round(n)
		kept.round(k)
		floor.round(m)
	}
	r.NS, r.KeptNS, r.EmptyNS = own.best(), kept.best(), floor.best()
	r.Ratio = r.NS / r.EmptyNS
	slices.Sort(own.ns)
	r.MedianNS = own.ns[len(own.ns)/2]
	r.Failures = own.failed
	r.Allocs = own.allocs(n)
}

// fuel calls the module once for each contact: the count is exact.
func (r *benchResult) fuel(s *series) {
	for i, in := range s.ins {
		_ = s.module.Evaluate(s.ctx, s.entry, in, &s.out) // failures are counted in the rounds
		if i == 0 || s.out.Fuel < r.FuelMin {
			r.FuelMin = s.out.Fuel
		}
		r.FuelMax = max(r.FuelMax, s.out.Fuel)
		r.CallsMax = max(r.CallsMax, s.out.Calls)
	}
}

// allocs is the fewest allocations a call in a few rounds: other goroutines
// only add.
func (s *series) allocs(n int) float64 {
	fewest := -1.0
	for range 3 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s.run(n)
		runtime.ReadMemStats(&after)
		a := float64(after.Mallocs-before.Mallocs) / float64(n*len(s.ins))
		if fewest < 0 || a < fewest {
			fewest = a
		}
	}
	return float64(int(fewest*100)) / 100
}

func (r *benchResult) writeText(w io.Writer) error {
	fmt.Fprintf(w, "module    %s, %s\n", r.Module, plural(r.Contacts, "contact"))
	fmt.Fprintf(w, "time      %.0f ns a call, %.1f times an empty module's %.0f ns (best of %d rounds; median %.0f ns)\n",
		r.NS, r.Ratio, r.EmptyNS, r.Rounds, r.MedianNS)
	fmt.Fprintf(w, "reset     %.0f ns of it put the module's memory back\n", max(0, r.NS-r.KeptNS))
	fmt.Fprintf(w, "fuel      %d to %d of %d\n", r.FuelMin, r.FuelMax, r.FuelLimit)
	fmt.Fprintf(w, "calls     at most %s\n", plural(r.CallsMax, "host call"))
	_, err := fmt.Fprintf(w, "allocs    %.3g a call\n", r.Allocs)
	for what, n := range r.Failures {
		fmt.Fprintf(w, "FAILED    %s (%s)\n", what, plural(n, "call"))
	}
	return err
}

// emptyModule exports a rule that does nothing: the floor of every call.
func emptyModule() []byte {
	const abi, rule = "winnow_abi_v1", "winnow_evaluate"
	exports := "\x03" + string(rune(len(abi))) + abi + "\x00\x00" + string(rune(len(rule))) + rule + "\x00\x00" + "\x06memory\x02\x00"
	return []byte(strings.Join([]string{
		"\x00asm\x01\x00\x00\x00",
		"\x01\x05\x01\x60\x00\x01\x7f",                // type () -> i32
		"\x03\x02\x01\x00",                            // one function
		"\x05\x03\x01\x00\x01",                        // one page of memory
		"\x07" + string(rune(len(exports))) + exports, // both names are that function
		"\x0a\x06\x01\x04\x00\x41\x00\x0b",            // i32.const 0
	}, ""))
}
