package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/guest"
)

const wasmHelp = `A module is a WebAssembly program that computes typed outputs from the fields
a bundle lets it read. It runs within a send, so it is judged before it runs,
counted while it runs, and forgets everything after each call.

  winnow wasm new --lang c scorer         a project with a rule that works
  winnow wasm build scorer -o scorer.wasm
  winnow wasm check scorer.wasm           what the gate says of it
  winnow wasm check shop scorer           … within the bundle in shop
  winnow wasm run shop scorer < c.json    one contact
  winnow wasm bench shop scorer           what a call costs

A bundle names its modules so, and reads their outputs in any condition:

  modules:
    - id: scorer
      file: scorer.wasm
      inputs: [orders.count]
      outputs: {score: float}
      sha256: …                           # from winnow wasm sign
      signature: …

Exit codes: 0 ok, 1 failed, 2 usage, 3 module or bundle refused,
4 conformance failed.`

// newWasmCmd is the group of verbs for the developers of modules.
func newWasmCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "wasm", Short: "Write, build, check and measure modules", Long: wasmHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newWasmNewCmd(e), newWasmBuildCmd(e), newWasmCheckCmd(e), newWasmRunCmd(e), newWasmBenchCmd(e),
		newWasmInspectCmd(e), newWasmTypesCmd(e), newWasmPackCmd(e), newWasmSignCmd(e), newWasmKeygenCmd(e),
	)
	return cmd
}

const langNames = "go, as, rust or c"

// parseLang is the language that --lang names.
func parseLang(name string) (guest.Lang, error) {
	for _, l := range guest.Langs() {
		if name == string(l) {
			return l, nil
		}
	}
	if name == "" {
		return "", failure(exitUsage, "as is AssemblyScript; any other language works by wasm/ABI.md", "--lang is needed: "+langNames)
	}
	return "", failure(exitUsage, "as is AssemblyScript; any other language works by wasm/ABI.md", "--lang cannot be %q: use "+langNames, name)
}

// withRuntime gives a verb a runtime for its length.
func withRuntime(ctx context.Context, do func(*wasm.Runtime) error) error {
	return withLoader(ctx, func(l *moduleLoader) error { return do(l.runtime) })
}

// withLoader is withRuntime for verbs that also compile bundles.
func withLoader(ctx context.Context, do func(*moduleLoader) error) error {
	l := new(moduleLoader)
	rt, err := l.start(ctx)
	if err != nil {
		return failure(exitFailed, moduleCache+" names another folder for compiled modules, or off", "%v", err)
	}
	return errors.Join(do(l), rt.Close(ctx))
}

// refused is the error of a module that the gate does not let in.
func refused(name string, err error) error {
	return failure(exitInvalid, refusalHint(err), "%s is refused: %v", name, err)
}

func refusalHint(err error) string {
	switch {
	case errors.Is(err, wasm.ErrPin):
		return "sha256: in the bundle must name this file; winnow wasm sign prints it"
	case errors.Is(err, wasm.ErrSignature):
		return moduleKeys + " asks for a signature: winnow wasm sign --key FILE MODULE.wasm prints one for signature: in the bundle"
	case errors.Is(err, wasm.ErrEngines):
		return "please report it with the module; nothing of it runs until then"
	case undeclared(err):
		return "name it in the inputs, outputs or slots of the module in the bundle"
	case strings.Contains(err.Error(), "winnow_init"):
		return "the module itself refused to start: look at its config: in the bundle"
	case errors.Is(err, wasm.ErrRefused):
		return "winnow wasm inspect shows what it is made of; wasm/ABI.md says what is allowed"
	default:
		return "winnow help wasm shows how modules are declared"
	}
}

// undeclared reports whether a module was refused because it asks for more than
// it was promised.
func undeclared(err error) bool {
	return errors.Is(err, wasm.ErrRefused) && strings.Contains(err.Error(), "asks for what is not declared")
}

// failureHint says what to do about a call that gave no answer.
func failureHint(r wasm.Reason) string {
	switch r {
	case wasm.ReasonFuel:
		return "do less for a contact, or raise limits: {fuel: …} (at most 50000000) or {host_calls: …} of the module in the bundle"
	case wasm.ReasonMemory:
		return "keep less in memory, or raise limits: {memory_pages: …} or {input_bytes: …} of the module in the bundle"
	case wasm.ReasonDepth:
		return "look for a recursion without an end; turn a deep one into a loop"
	case wasm.ReasonTrap:
		return "look for a division by zero, an index out of bounds, a panic, or a handle below 0; log lines show how far it came"
	case wasm.ReasonOutput:
		return "declare the output with this kind in the bundle, or leave it unset when it is unknown"
	case wasm.ReasonBusy:
		return "raise limits: {instances: …} of the module in the bundle"
	default:
		return "the rule itself returned a number other than 0; its log lines may say why"
	}
}
