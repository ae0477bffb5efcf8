package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/conformance"
)

type wasmCheckFlags struct {
	conformance bool
	format      string
}

func newWasmCheckCmd(e *env) *cobra.Command {
	var flags wasmCheckFlags
	cmd := &cobra.Command{
		Use: "check FILE | BUNDLE_DIR [MODULE_ID]", Short: "Say whether the gate lets a module in, and what it takes", Args: takes(1, 2),
		Long: `Check admits a module as serving does and reports what was found: size, memory,
imports, what it reads, fuel. Within a bundle it has the fields, outputs, config
and limits that the bundle gives it, and is run for every contact of the bundle's
own tests, on both engines, which must agree. Without MODULE_ID all modules of
the bundle are checked.

--conformance runs the suite that every guest kit must pass. The suite is about
one rule, the one that winnow wasm new writes: it tells whether a kit, a compiler
or flags of your own speak the interface right.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmCheck(cmd.Context(), args, flags) },
	}
	cmd.Flags().BoolVar(&flags.conformance, "conformance", false, "run the conformance suite on a FILE")
	formatFlag(cmd, &flags.format)
	return cmd
}

func (e *env) wasmCheck(ctx context.Context, args []string, flags wasmCheckFlags) error {
	info, err := os.Stat(args[0])
	whole := err == nil && info.IsDir()
	switch {
	case whole && flags.conformance:
		return failure(exitUsage, "name the .wasm file: the suite declares its own fields", "--conformance is about one file")
	case whole:
		return e.checkBundleModules(ctx, args, flags.format)
	case len(args) == 2:
		return failure(exitUsage, "as in winnow wasm check shop scorer", "%s is no folder of a bundle", args[0])
	}
	module, err := readModule(ctx, args[0])
	if err != nil {
		return err
	}
	return withRuntime(ctx, func(rt *wasm.Runtime) error {
		c := &moduleCheck{Module: args[0]}
		if flags.conformance {
			c.conform(ctx, rt, module)
		} else {
			c.admitAlone(ctx, rt, module)
		}
		return e.finishCheck([]*moduleCheck{c}, flags.format)
	})
}

func (e *env) checkBundleModules(ctx context.Context, args []string, format string) error {
	b, err := e.openModules(args[0], false)
	if err != nil {
		return err
	}
	specs := b.specs
	if len(args) == 2 || len(specs) == 0 {
		one, err := b.spec(strings.Join(args[1:], ""))
		if err != nil {
			return err
		}
		specs = []rules.ModuleSpec{one}
	}
	return withLoader(ctx, func(l *moduleLoader) error {
		var checks []*moduleCheck
		for _, spec := range specs {
			c := &moduleCheck{Module: spec.ID}
			c.admit(ctx, b, l, spec)
			checks = append(checks, c)
		}
		return e.finishCheck(checks, format)
	})
}

// finishCheck writes the findings and fails when one of them is bad.
func (e *env) finishCheck(checks []*moduleCheck, format string) error {
	var err error
	if format == "json" {
		err = e.writeJSON(checks)
	} else {
		for i, c := range checks {
			if i > 0 {
				fmt.Fprintln(e.stdout)
			}
			err = errors.Join(err, c.writeText(e.stdout))
		}
	}
	if err != nil {
		return err
	}
	for _, c := range checks {
		switch {
		case !c.Admitted:
			return &exitError{code: exitInvalid} // all is said
		case c.Failed > 0:
			err = &exitError{code: exitTests}
		}
	}
	return err
}

// moduleCheck is what check found out about a module.
type moduleCheck struct {
	Module   string        `json:"module"`
	Admitted bool          `json:"admitted"`
	Problem  string        `json:"problem,omitempty"`
	Hint     string        `json:"hint,omitempty"`
	Report   *moduleReport `json:"report"`
	// Unused are declared inputs that the module did not look up.
	Unused   []string        `json:"unused_inputs,omitempty"`
	Trust    string          `json:"trust,omitempty"`
	Contacts *contactFigures `json:"contacts,omitempty"`
	Cases    []caseResult    `json:"conformance,omitempty"`
	Failed   int             `json:"failed"` // contacts or cases
}

type caseResult struct {
	Case    string `json:"case"`
	Fuel    int64  `json:"fuel"`
	Problem string `json:"problem,omitempty"`
}

func (c *moduleCheck) found(rep *wasm.Report, err error) {
	c.Report = viewReport(rep)
	c.Admitted = err == nil
	if err != nil {
		c.Problem, c.Hint = err.Error(), refusalHint(err)
	}
}

// admitAlone judges a file without a bundle. What it asks for can't be declared
// then, so that alone is no fault.
func (c *moduleCheck) admitAlone(ctx context.Context, rt *wasm.Runtime, module []byte) {
	m, rep, err := rt.Admit(ctx, module, wasm.ModuleOptions{})
	if err == nil {
		err = m.Close()
	}
	c.found(rep, err)
	switch {
	case err != nil && undeclared(err):
		c.Admitted = true
	case errors.Is(err, wasm.ErrRefused) && strings.Contains(err.Error(), "winnow_init"):
		c.Hint = "a file alone gets no config: check it within its bundle, as in winnow wasm check BUNDLE_DIR MODULE_ID"
	}
}

func (c *moduleCheck) conform(ctx context.Context, rt *wasm.Runtime, module []byte) {
	suite, err := conformance.Load()
	if err != nil {
		c.found(&wasm.Report{}, err)
		return
	}
	suite.Limits = wasm.Limits{Fuel: wasm.HardLimits().Fuel} // it judges answers, not thrift
	o := suite.Options()
	m, rep, err := rt.Admit(ctx, module, o)
	if err == nil {
		err = m.Close()
	}
	c.found(rep, err)
	if err != nil {
		return
	}
	results, err := suite.Run(ctx, rt, module)
	if err != nil {
		c.found(rep, err)
		return
	}
	for _, r := range results {
		c.Cases = append(c.Cases, caseResult(r))
		if r.Problem != "" {
			c.Failed++
		}
	}
}

// admit judges a module within its bundle.
func (c *moduleCheck) admit(ctx context.Context, b *moduleBundle, l *moduleLoader, spec rules.ModuleSpec) {
	o, err := moduleOptions(spec)
	if err != nil {
		c.found(&wasm.Report{Digest: wasm.Digest(spec.Wasm), Size: len(spec.Wasm)}, err)
		return
	}
	calls, ran := b.contacts(l, spec.ID)
	fixtures := make([]wasm.Fixture, len(calls))
	for i, call := range calls {
		fixtures[i] = wasm.Fixture{Name: fmt.Sprintf("%d", i+1), Entry: spec.Entry, Input: guestInput(spec, call)}
	}
	runs, rep, err := l.runtime.Check(ctx, spec.Wasm, o, fixtures)
	if why := mayOutlast(spec, usualDeadline); why != "" {
		rep.Warnings = append(rep.Warnings, why)
	}
	c.found(rep, err)
	if err != nil {
		return
	}
	c.Trust = trustOf(o.Trust)
	c.Contacts = figuresOf(runs, spec)
	c.Contacts.NotRun = !ran
	c.Failed = c.Contacts.failed()
	if rep.Mode != wasm.ModeNative || slices.Contains(rep.Imports, "winnow_v1.input_json") {
		return // it gets all of them at once
	}
	for _, f := range spec.Inputs {
		if !slices.Contains(rep.Uses, "field "+f.Path) {
			c.Unused = append(c.Unused, f.Path)
		}
	}
}

func trustOf(t wasm.Trust) string {
	words := []string{"any content may stand in the file"}
	if t.SHA256 != "" {
		words[0] = "pinned"
	}
	switch {
	case len(t.Keys) > 0:
		words = append(words, "signed by a trusted key")
	case len(t.Signature) > 0:
		words = append(words, "signed, but "+moduleKeys+" names no keys to check the signature with")
	default:
		words = append(words, "not signed")
	}
	return strings.Join(words, "; ")
}
