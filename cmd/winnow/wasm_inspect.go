package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/wasm"
)

func newWasmInspectCmd(e *env) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "inspect FILE", Short: "Show what a module is made of, without running it", Args: takes(1, 1),
		Long: `Inspect reads a WebAssembly file: imports, exports, memory, features, sections and
sha256, and whether the gate would look at it further. It runs nothing, and it
ends with 0 whatever the gate thinks; check is the verb that judges.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.wasmInspect(cmd.Context(), args[0], format) },
	}
	formatFlag(cmd, &format)
	return cmd
}

// inspection is what inspect shows.
type inspection struct {
	File     string          `json:"file"`
	Digest   string          `json:"sha256"`
	Size     int             `json:"bytes"`
	Mode     string          `json:"mode"`
	Refusal  string          `json:"refused_because,omitempty"`
	Manifest json.RawMessage `json:"manifest,omitempty"`
	wasmFile
}

func (e *env) wasmInspect(ctx context.Context, name, format string) error {
	module, err := readModule(ctx, name)
	if err != nil {
		return err
	}
	f, err := parseWasm(module)
	if err != nil {
		return failure(exitFailed, "a module begins with \\0asm and version 1; a component has to be built as a core module", "%s is no WebAssembly module: %v", name, err)
	}
	rep, err := wasm.Inspect(module, wasm.Limits{ModuleBytes: wasm.HardLimits().ModuleBytes})
	x := &inspection{File: name, Digest: rep.Digest, Size: rep.Size, Mode: rep.Mode, Manifest: rep.Manifest, wasmFile: *f}
	if err != nil {
		x.Refusal = err.Error()
	}
	if format == "json" {
		return e.writeJSON(x)
	}
	return x.writeText(e.stdout)
}

func (x *inspection) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	list := func(what string, items []string) {
		label := what
		for _, it := range items {
			fmt.Fprintf(t, "%s\t%s\n", label, visible(it))
			label = ""
		}
		if more := x.LeftOut[what]; more > 0 {
			fmt.Fprintf(t, "\tand %s more\n", grouped(int64(more)))
		}
	}
	fmt.Fprintf(t, "sha256\t%s\nsize\t%d bytes\n", x.Digest, x.Size)
	if x.Mode != "" {
		fmt.Fprintf(t, "mode\t%s\n", x.Mode)
	}
	var imports, exports, sections []string
	for _, im := range x.Imports {
		imports = append(imports, im.Module+"."+im.Name+" "+im.Type)
	}
	for _, ex := range x.Exports {
		exports = append(exports, ex.Name+" "+ex.Type)
	}
	for _, s := range x.Sections {
		sections = append(sections, fmt.Sprintf("%s %d bytes", s.Name, s.Bytes))
	}
	list("imports", imports)
	list("exports", exports)
	list("memory", x.Memories)
	if len(x.Features) > 0 {
		list("features", []string{strings.Join(x.Features, ", ")})
	}
	list("sections", sections)
	if len(x.Manifest) > 0 {
		var line bytes.Buffer
		_ = json.Compact(&line, x.Manifest) // it is JSON
		fmt.Fprintf(t, "manifest\t%s\n", visible(beginning(line.String(), 4000)))
	}
	verdict := "would look at it further"
	if x.Refusal != "" {
		verdict = "refuses it: " + visible(x.Refusal)
	}
	fmt.Fprintf(t, "the gate\t%s\n", verdict)
	return t.Flush()
}

// beginning is a text cut off at most bytes, which says so.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + fmt.Sprintf("… (%d bytes)", len(text))
}
