package wasm

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// The ways in which a module is called.
const (
	ModeNative = "winnow_v1" // exports of ABI.md
	ModeStdio  = "stdio"     // a WASI command, JSON in and out
)

// manifestSection is the custom section in which a module describes itself.
const (
	manifestSection = "winnow.manifest"
	maxManifest     = 64 << 10
)

// Figure is the largest value that any function of a module has, and its cap.
type Figure struct {
	What     string
	Value    int
	Cap      int
	Function string
}

// Report says what admission found out about a module.
type Report struct {
	Digest    string // hex SHA-256
	Size      int    // bytes
	Mode      string // ModeNative or ModeStdio, empty when it was refused before
	Entries   []string
	Imports   []string
	Functions int
	Figures   []Figure
	Pages     uint32          // initial memory, in pages of 64 KiB
	Segments  int             // data segments
	Manifest  json.RawMessage // custom section winnow.manifest, when it is JSON

	// What only Admit fills. Uses lists what the module looked up while it
	// started and warmed up, as "field orders.count".
	Uses       []string
	Rewritten  int           // bytes of the rewritten module
	Merged     int           // data segments after merging
	Cached     bool          // the rewritten module came from the disk cache
	CompileFor time.Duration // wall time of compiling
	InitFuel   int64         // fuel from instantiation to the end of winnow_init
	WarmFuel   int64         // fuel of the warm-up call
	WarmPages  uint32        // memory after the warm-up call
	Reset      string        // "dirty pages", "copy" or "copy-on-write"
	Warnings   []string
}

// Pack appends a manifest, which must be JSON of at most 64 KiB, to a module.
// A signature or pin made before does not fit the result.
func Pack(module []byte, manifest json.RawMessage) ([]byte, error) {
	if !json.Valid(manifest) || len(manifest) > maxManifest {
		return nil, fmt.Errorf("the manifest must be JSON of at most %d bytes", maxManifest)
	}
	if m, err := wbin.Parse(module, caps()); err != nil {
		return nil, refuse("%w", err)
	} else if _, ok := m.Custom(manifestSection); ok {
		return nil, refuse("it has a manifest already")
	}
	return wbin.AppendSection(slices.Clone(module), wbin.SecCustom, append(wbin.AppendName(nil, manifestSection), manifest...)), nil
}

// describe fills the static part.
func (r *Report) describe(m *wbin.Module, st *wbin.Stats) {
	for _, im := range m.Imports {
		r.Imports = append(r.Imports, im.Module+"."+im.Name)
	}
	slices.Sort(r.Imports)
	r.Imports = slices.Compact(r.Imports) // Go imports fd_write twice
	r.Functions = len(m.Codes)
	r.Segments = len(m.Datas)
	if len(m.Memories) > 0 {
		r.Pages = m.Memories[0].Min
	}
	if data, ok := m.Custom(manifestSection); ok && len(data) <= maxManifest && json.Valid(data) {
		r.Manifest = append(json.RawMessage(nil), data...)
	}
	c := caps()
	add := func(what string, limit int, f func(wbin.FuncInfo) int) {
		v, at := st.Max(f)
		name := ""
		if len(st.Funcs) > 0 {
			name = m.DebugName(at)
		}
		r.Figures = append(r.Figures, Figure{what, v, limit, name})
	}
	add("bytes of one function", c.FunctionBytes, func(f wbin.FuncInfo) int {
		return m.Codes[int(f.Index)-len(m.Imports)].Size
	})
	add("blocks in one function", c.Blocks, func(f wbin.FuncInfo) int { return f.Blocks })
	add("nesting of blocks", c.Nesting, func(f wbin.FuncInfo) int { return f.Nesting })
	add("branch targets in one function", c.Branches, func(f wbin.FuncInfo) int { return f.Branches })
	add("br_table targets", c.BranchTable, func(f wbin.FuncInfo) int { return f.Table })
	add("locals", c.Locals, func(f wbin.FuncInfo) int { return f.Locals })
	add("(blocks + branches) x locals", c.EdgeLocals, func(f wbin.FuncInfo) int { return (f.Blocks + f.Branches) * f.Locals })
	add("values on the operand stack", c.StackValues, func(f wbin.FuncInfo) int { return f.Stack })
}

// WriteTo prints the report for people. It implements io.WriterTo.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		_, _ = fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	list := func(name string, items []string) {
		if len(items) > 0 {
			line(name, "%s", listed(items))
		}
	}
	line("sha256", "%s", r.Digest)
	line("size", "%d bytes, %d functions", r.Size, r.Functions)
	line("mode", "%s", r.Mode)
	list("entries", r.entryNames())
	list("imports", r.Imports)
	line("memory", "%d KiB at start", int(r.Pages)*pageBytes>>10)
	if r.Rewritten > 0 {
		line("rewritten", "%d bytes, data segments %d -> %d", r.Rewritten, r.Segments, r.Merged)
		list("uses", r.Uses)
		line("compiled in", "%s (from cache: %v)", r.CompileFor.Round(time.Millisecond/10), r.Cached)
		r.writeFuel(line)
	}
	if r.Reset != "" {
		line("memory kept", "%d KiB an instance, restored by %s", int(r.WarmPages)*pageBytes>>10, r.Reset)
	}
	_ = t.Flush()
	_, _ = fmt.Fprintf(t, "\nlargest\tvalue\tallowed\tfunction\n")
	for _, f := range r.Figures {
		_, _ = fmt.Fprintf(t, "%s\t%d\t%d\t%s\n", f.What, f.Value, f.Cap, f.Function)
	}
	_ = t.Flush()
	for _, s := range r.Warnings[:min(len(r.Warnings), maxListed)] {
		_, _ = fmt.Fprintf(&b, "warning: %s\n", s)
	}
	if more := len(r.Warnings) - maxListed; more > 0 {
		_, _ = fmt.Fprintf(&b, "warning: and %d more\n", more)
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// writeFuel says what starting took, as far as it came.
func (r *Report) writeFuel(line func(name, format string, args ...any)) {
	switch {
	case r.WarmFuel > 0:
		line("fuel", "%d to start, %d for the warm-up call", r.InitFuel, r.WarmFuel)
	case r.InitFuel > 0:
		line("fuel", "%d to start", r.InitFuel)
	}
}

func (r *Report) entryNames() []string {
	names := make([]string, len(r.Entries))
	for i, e := range r.Entries {
		names[i] = ruleName(e)
	}
	return names
}

// ruleName is a rule's name for people.
func ruleName(entry string) string {
	if entry == "" {
		return "(main)"
	}
	return entry
}
