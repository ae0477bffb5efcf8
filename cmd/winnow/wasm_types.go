package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm/guest"
)

func newWasmTypesCmd(e *env) *cobra.Command {
	lang, out := "", ""
	cmd := &cobra.Command{
		Use: "types --lang LANG BUNDLE_DIR [MODULE_ID]", Short: "Generate names for a module's inputs and outputs", Args: takes(1, 2),
		Long: `Types writes a source file with a name for each input, output and slot that the
bundle declares for the module, so that a misspelled one does not compile. The
module need not be built yet. Put the file beside the module's rule, in
AssemblyScript into assembly/.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.wasmTypes(args, lang, out) },
	}
	cmd.Flags().StringVar(&lang, "lang", "", langNames)
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file to write (default: standard output)")
	return cmd
}

func (e *env) wasmTypes(args []string, name, out string) error {
	lang, err := parseLang(name)
	if err != nil {
		return err
	}
	b, err := e.openModules(args[0], true)
	if err != nil {
		return err
	}
	id := ""
	if len(args) > 1 {
		id = args[1]
	}
	spec, err := b.spec(id)
	if err != nil {
		return err
	}
	o, err := moduleOptions(spec)
	if err != nil {
		return refused("module "+spec.ID, err)
	}
	text, err := guest.Types(lang, o)
	if err != nil {
		return failure(exitFailed, "rename one of them in the bundle", "%v", err)
	}
	if out == "" {
		_, err = e.stdout.Write(text)
		return err
	}
	if isWritten(out) {
		return failure(exitFailed, "choose another name; types writes only over what it generated", "%s is there already", out)
	}
	if err := os.WriteFile(out, text, 0o644); err != nil {
		return failure(exitFailed, "choose a place that you may write to", "can't write %s: %v", out, err)
	}
	_, err = fmt.Fprintf(e.stdout, "wrote %s\n", out)
	return err
}

// isWritten reports whether a file holds what somebody wrote, and not an earlier
// list of names.
func isWritten(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	text, err := os.ReadFile(name)
	return err == nil && len(text) > 0 && !bytes.Contains(text, []byte("enerated from the bundle's fields"))
}
