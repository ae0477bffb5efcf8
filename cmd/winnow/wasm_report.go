package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/wasm"
)

// moduleReport is an admission report as JSON.
type moduleReport struct {
	Digest       string          `json:"sha256"`
	Size         int             `json:"bytes"`
	Mode         string          `json:"mode"`
	Entries      []string        `json:"entries"`
	Imports      []string        `json:"imports"`
	Uses         []string        `json:"uses"`
	Functions    int             `json:"functions"`
	Pages        uint32          `json:"memory_pages"`
	WarmPages    uint32          `json:"memory_pages_kept"`
	Reset        string          `json:"reset"`
	InitFuel     int64           `json:"fuel_start"`
	WarmFuel     int64           `json:"fuel_warm_up"`
	CompiledInMS float64         `json:"compiled_in_ms"`
	Cached       bool            `json:"from_cache"`
	Figures      []moduleFigure  `json:"largest"`
	Manifest     json.RawMessage `json:"manifest,omitempty"`
	Warnings     []string        `json:"warnings"`
	source       *wasm.Report
}

type moduleFigure struct {
	What     string `json:"what"`
	Value    int    `json:"value"`
	Cap      int    `json:"allowed"`
	Function string `json:"function"`
}

func viewReport(found *wasm.Report) *moduleReport {
	copied := *found
	r := &copied
	r.Uses = slices.Compact(slices.Sorted(slices.Values(r.Uses))) // both engines say it
	v := &moduleReport{
		Digest: r.Digest, Size: r.Size, Mode: r.Mode, Entries: r.Entries, Imports: r.Imports, Uses: r.Uses,
		Functions: r.Functions, Pages: r.Pages, WarmPages: r.WarmPages, Reset: r.Reset,
		InitFuel: r.InitFuel, WarmFuel: r.WarmFuel, CompiledInMS: float64(r.CompileFor.Microseconds()) / 1000,
		Cached: r.Cached, Manifest: r.Manifest, Warnings: r.Warnings, source: r,
	}
	for _, f := range r.Figures {
		v.Figures = append(v.Figures, moduleFigure{f.What, f.Value, f.Cap, f.Function})
	}
	return v
}

// writeText shows a check to people.
func (c *moduleCheck) writeText(w io.Writer) error {
	state := "admitted"
	if !c.Admitted {
		state = "refused"
	}
	fmt.Fprintf(w, "%s: %s\n", c.Module, state)
	if c.Problem != "" {
		fmt.Fprintf(w, "%s\n  %s\n", c.Problem, c.Hint)
	}
	if c.Report != nil && c.Report.Mode != "" {
		fmt.Fprintln(w)
		if _, err := c.Report.source.WriteTo(w); err != nil {
			return err
		}
	}
	if len(c.Unused) > 0 {
		fmt.Fprintf(w, "warning: it never looked up %s; leave them out of its inputs\n", strings.Join(c.Unused, ", "))
	}
	if c.Trust != "" {
		fmt.Fprintf(w, "\ntrust     %s\n", c.Trust)
	}
	if c.Contacts != nil {
		c.Contacts.writeText(w)
	}
	return c.writeCases(w)
}

func (c *moduleCheck) writeCases(w io.Writer) error {
	if len(c.Cases) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, r := range c.Cases {
		verdict := "ok"
		if r.Problem != "" {
			verdict = "FAILED  " + r.Problem
		}
		fmt.Fprintf(t, "%s\t%d fuel\t%s\n", r.Case, r.Fuel, verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "conformance: %d of %d cases passed on both engines\n", len(c.Cases)-c.Failed, len(c.Cases))
	return err
}

// contactFigures is what the contacts of the bundle's tests took.
type contactFigures struct {
	Contacts   int            `json:"contacts"`
	FuelMin    int64          `json:"fuel_min"`
	FuelMedian int64          `json:"fuel_median"`
	FuelMax    int64          `json:"fuel_max"`
	FuelLimit  int64          `json:"fuel_limit"`
	CallsMax   int            `json:"host_calls_max"`
	Failures   map[string]int `json:"failures,omitempty"`
	NotRun     bool           `json:"not_run,omitempty"` // another module of the bundle is refused
}

func figuresOf(runs []wasm.Run, spec rules.ModuleSpec) *contactFigures {
	f := &contactFigures{Contacts: len(runs), FuelLimit: fuelLimit(spec)}
	var fuel []int64
	for _, r := range runs {
		fuel = append(fuel, r.Fuel)
		f.CallsMax = max(f.CallsMax, r.Calls)
		if r.Failure != "" {
			if f.Failures == nil {
				f.Failures = map[string]int{}
			}
			f.Failures[r.Failure]++
		}
	}
	if len(fuel) > 0 {
		slices.Sort(fuel)
		f.FuelMin, f.FuelMedian, f.FuelMax = fuel[0], fuel[len(fuel)/2], fuel[len(fuel)-1]
	}
	return f
}

func fuelLimit(spec rules.ModuleSpec) int64 {
	if spec.Limits.Fuel > 0 {
		return spec.Limits.Fuel
	}
	return wasm.DefaultLimits(1).Fuel
}

// mayOutlast warns of fuel that a call may not spend before the deadline of a
// decision, "" when it does.
func mayOutlast(spec rules.ModuleSpec, deadline time.Duration) string {
	fuel := fuelLimit(spec)
	if wasm.Longest(fuel) <= deadline {
		return ""
	}
	return fmt.Sprintf("a call may take %v if it spends all of its fuel of %d, and the deadline is %v: "+
		"the default would go out, when the call has ended; lower limits: {fuel: …}", wasm.Longest(fuel), fuel, deadline)
}

func (f *contactFigures) failed() int {
	n := 0
	for _, k := range f.Failures {
		n += k
	}
	return n
}

func (f *contactFigures) writeText(w io.Writer) {
	switch {
	case f.NotRun:
		fmt.Fprintln(w, "contacts  not run: another module of the bundle is refused")
		return
	case f.Contacts == 0:
		fmt.Fprintln(w, "contacts  none: no test of the bundle has a condition that reads this module")
		return
	}
	fmt.Fprintf(w, "contacts  %d of the bundle's tests, the same on both engines\n", f.Contacts)
	fmt.Fprintf(w, "fuel      %d to %d, median %d: at most %.3g %% of the limit of %d\n",
		f.FuelMin, f.FuelMax, f.FuelMedian, 100*float64(f.FuelMax)/float64(f.FuelLimit), f.FuelLimit)
	fmt.Fprintf(w, "calls     at most %d host calls\n", f.CallsMax)
	for _, what := range slices.Sorted(maps.Keys(f.Failures)) {
		fmt.Fprintf(w, "FAILED    %s for %s\n", what, plural(f.Failures[what], "contact"))
	}
}

// took is a duration as people read it.
func took(d time.Duration) string {
	if d < 100*time.Microsecond {
		return fmt.Sprintf("%.3g µs", float64(d.Nanoseconds())/1000)
	}
	return d.Round(time.Microsecond).String()
}
