package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm"
)

func newWasmPackCmd(e *env) *cobra.Command {
	out := ""
	cmd := &cobra.Command{
		Use: "pack MODULE.wasm MANIFEST.json -o FILE", Short: "Put a description into a module", Args: takes(2, 2),
		Long: `Pack writes a copy of the module with the manifest in it: JSON of your choice, at
most 64 KiB, that says what the module is, such as its name, version and source.
Inspect shows it; nothing reads it while the module runs. Pack before you sign:
the copy has another sha256.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmPack(cmd.Context(), args[0], args[1], out) },
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the file to write; there must be none")
	return cmd
}

const manifestHint = `a manifest is JSON, as in {"name": "scorer", "version": "1.2.0"}`

func (e *env) wasmPack(ctx context.Context, name, manifestFile, out string) error {
	if out == "" {
		return failure(exitUsage, "the module itself stays as it is", "-o is needed: the file to write")
	}
	module, err := readModule(ctx, name)
	if err != nil {
		return err
	}
	manifest, err := readAtMost(ctx, manifestFile, maxKept)
	if err != nil {
		return failure(exitUsage, manifestHint, "can't read the manifest: %v", err)
	}
	packed, err := wasm.Pack(module, manifest)
	if err != nil {
		return failure(exitInvalid, "winnow wasm inspect shows what a module holds; "+manifestHint, "%s can't be packed with %s: %v", name, manifestFile, err)
	}
	err = writeNew(out, packed)
	switch {
	case errors.Is(err, fs.ErrExist):
		return failure(exitFailed, "choose another name; pack never overwrites a module", "%v", err)
	case err != nil:
		return failure(exitFailed, "choose a place that you may write to", "can't write the module: %v", err)
	}
	_, err = fmt.Fprintf(e.stdout, "wrote %s, %d bytes, sha256 %s\n", out, len(packed), wasm.Digest(packed))
	return err
}
