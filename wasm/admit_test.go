package wasm_test

import (
	"bytes"
	"crypto/ed25519"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
)

// with builds a module that f has spoiled.
func with(f func(b *wbuild.Builder)) []byte {
	b := guest()
	f(b)
	return finish(b, 1, 1, "", "i32.const 0")
}

// raw builds a module with one more function of these bytes.
func raw(code ...byte) []byte {
	return with(func(b *wbuild.Builder) { b.Raw(b.Declare("raw", "", ""), "", append(code, wbin.OpEnd)) })
}

// refusal is a module that must not get in, and a part of what is said.
type refusal struct {
	module []byte
	says   string
	limits wasm.Limits
}

// badShapes are modules with the wrong outside.
func badShapes() map[string]refusal {
	small := wasm.Limits{ModuleBytes: 1 << 20}
	return map[string]refusal{
		"no module":                   {[]byte("not a module"), "it does not start with", small},
		"a component":                 {[]byte("\x00asm\x0d\x00\x01\x00"), "the component model", small},
		"cut off":                     {scoring()[:200], "malformed", small},
		"too large":                   {with(func(b *wbuild.Builder) { b.Custom("x", make([]byte, 1<<20)) }), "at most 1048576; strip", small},
		"start section that spins":    {with(func(b *wbuild.Builder) { b.Start(b.Func("s", "", "", "", "loop br 0 end")) }), "winnow:start: module_fuel", small},
		"start section that recurses": {with(func(b *wbuild.Builder) { f := b.Declare("s", "", ""); b.Body(f, "", "call $s"); b.Start(f) }), "winnow:start: module_depth", small},
		"_initialize that spins":      {with(func(b *wbuild.Builder) { b.Export("_initialize", 0, b.Func("s", "", "", "", "loop br 0 end")) }), "_initialize: module_fuel", small},
		"init that fails":             {with(func(b *wbuild.Builder) { b.Export("winnow_init", 0, b.Func("s", "", "i", "", "i32.const 9")) }), "winnow_init: module_error: it returned 9", small},
		"init that traps":             {with(func(b *wbuild.Builder) { b.Export("winnow_init", 0, b.Func("s", "", "i", "", "unreachable")) }), "winnow_init: module_trap", small},
		"undeclared field": {with(func(b *wbuild.Builder) {
			b.Data(0, []byte("orders.count"))
			b.Export("winnow_init", 0, b.Func("s", "", "i", "", "i32.const 0 i32.const 12 call $field drop i32.const 0"))
		}), "it asks for what is not declared: field orders.count", small},
		"unknown import":              {with(func(b *wbuild.Builder) { b.Import("env", "abort", "iiii", "") }), "env.abort; build AssemblyScript with --use abort=", small},
		"import of another signature": {with(func(b *wbuild.Builder) { b.Import("winnow_v1", "now", "", "i") }), "winnow_v1.now has the signature () -> i32, the host's is () -> i64", small},
		"no entry":                    {func() []byte { b := guest(); b.Memory(1, 1); return b.Bytes() }(), "neither winnow_abi_v1 nor _start", small},
		"marker without evaluate": {func() []byte {
			b := guest()
			b.Export("winnow_abi_v1", 0, b.Func("m", "", "i", "", "i32.const 0"))
			b.Memory(1, 1)
			return b.Bytes()
		}(), "winnow_evaluate is not exported", small},
		"evaluate of another signature": {with(func(b *wbuild.Builder) { b.Export("winnow_evaluate_x", 0, b.Func("m", "i", "i", "", "local.get 0")) }), "export winnow_evaluate_x must be a function () -> i32", small},
		"unknown feature bits": {func() []byte {
			b := guest()
			b.Export("winnow_abi_v1", 0, b.Func("m", "", "i", "", "i32.const 4"))
			b.Export("winnow_evaluate", 0, b.Func("e", "", "i", "", "i32.const 0"))
			b.Memory(1, 1)
			return b.Bytes()
		}(), "feature bits 0x4", small},
		"reach for its own fuel": {with(func(b *wbuild.Builder) { b.Func("f", "", "", "", "i64.const 9000000000 global.set 0") }), "there is no global 0", small},
		"rule without its name":  {with(func(b *wbuild.Builder) { b.Export("winnow_evaluate_", 0, b.Func("m", "", "i", "", "i32.const 0")) }), "the name of the rule is missing", small},
		"export that steers a terminal": {with(func(b *wbuild.Builder) {
			b.Export("winnow_evaluate_\x1b[31m", 0, b.Func("m", "", "i", "", "i32.const 0"))
		}), `the name "winnow_evaluate_?[31m" has characters that can't be shown`, small},
		"import of a very long name":    {with(func(b *wbuild.Builder) { b.Import("env", strings.Repeat("x", 2000), "", "") }), "bytes of a name: 2000, at most 1024", small},
		"export with the host's prefix": {with(func(b *wbuild.Builder) { b.Export("winnow:fuel", 0, 0) }), "names with \"winnow:\" are the host's own", small},
	}
}

// badFeatures are modules that use or ask for too much.
func badFeatures() map[string]refusal {
	small := wasm.Limits{ModuleBytes: 1 << 20}
	return map[string]refusal{
		"table of 50 million": {with(func(b *wbuild.Builder) { b.Table(50_000_000, -1) }), "table entries: 50000000", small},
		"two tables":          {with(func(b *wbuild.Builder) { b.Table(1, 1); b.Table(1, 1) }), "tables: 2", small},
		"million globals": {with(func(b *wbuild.Builder) {
			for range 2000 {
				b.Global(wbin.I32, false, "i32.const 0")
			}
		}), "globals: 2000", small},
		"mutable reference": {with(func(b *wbuild.Builder) { b.Global(wbin.FuncRef, true, "ref.null") }), "mutable global of type funcref", small},
		"initial memory":    {func() []byte { b := guest(); return finish(b, 300, -1, "", "i32.const 0") }(), "initial memory over the limit: 300 pages of 64 KiB, at most 256", small},
		"two memories":      {with(func(b *wbuild.Builder) { b.Memory(1, 1) }), "memories: 2", small},
		"no memory": {func() []byte {
			b := guest()
			b.Export("winnow_abi_v1", 0, b.Func("m", "", "i", "", "i32.const 0"))
			b.Export("winnow_evaluate", 0, b.Func("e", "", "i", "", "i32.const 0"))
			return b.Bytes()
		}(), "the module has no memory", small},
		"table.grow":             {raw(0xd0, 0x70, 0x41, 0x01, 0xfc, 0x0f, 0x00, 0x1a), "table.grow is not accepted", small},
		"table.set":              {raw(0x41, 0x00, 0xd0, 0x70, 0x26, 0x00), "table.set is not accepted", small},
		"data.drop":              {raw(0xfc, 0x09, 0x00), "data.drop is not accepted", small},
		"SIMD":                   {raw(0xfd, 0x0c), "SIMD is not accepted", small},
		"threads":                {raw(0xfe, 0x03, 0x00), "threads (atomic instructions)", small},
		"tail call":              {raw(0x12, 0x00), "tail calls is not accepted", small},
		"exceptions":             {raw(0x06, 0x40), "exception handling is not accepted", small},
		"ill-typed code":         {raw(0x6a), "the engine does not accept it", small},
		"limit over the maximum": {scoring(), "limit fuel: 60000000 is outside 1 to 50000000", wasm.Limits{Fuel: 60_000_000}},
	}
}

func TestRefusals(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	list := badShapes()
	maps.Copy(list, badFeatures())
	for name, c := range list {
		t.Run(name, func(t *testing.T) {
			_, _, err := rt.Admit(t.Context(), c.module, wasm.ModuleOptions{Limits: c.limits})
			require.ErrorContains(t, err, c.says)
		})
	}
	require.Zero(t, rt.MemoryInUse())
}

func TestTrust(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	pub, key, err := ed25519.GenerateKey(bytes.NewReader(make([]byte, 64)))
	require.NoError(t, err)
	module := scoring()
	o := scoringOptions()
	o.Trust = wasm.Trust{SHA256: wasm.Digest(module), Keys: []ed25519.PublicKey{pub}, Signature: wasm.Sign(key, module)}
	admit(t, rt, module, o)

	altered := append(bytes.Clone(module), 0, 2, 1, 'x') // a harmless custom section
	_, _, err = rt.Admit(t.Context(), altered, o)
	require.ErrorIs(t, err, wasm.ErrPin)
	o.Trust.SHA256 = ""
	_, _, err = rt.Admit(t.Context(), altered, o)
	require.ErrorIs(t, err, wasm.ErrSignature)
	o.Trust.Signature = nil
	_, _, err = rt.Admit(t.Context(), module, o)
	require.ErrorIs(t, err, wasm.ErrSignature)
}

func TestCacheOnDisk(t *testing.T) {
	dir := t.TempDir()
	for i := range 3 {
		rt := newRuntime(t, wasm.Options{CacheDir: dir})
		m, rep, err := rt.Admit(t.Context(), scoring(), scoringOptions())
		require.NoError(t, err)
		require.Equal(t, i > 0, rep.Cached)
		require.Equal(t, wasm.ModeNative, rep.Mode)
		var out wasm.Output
		require.Empty(t, evaluate(t, m, scoringInput(), &out))
		require.NoError(t, m.Close())
	}
	entries, err := filepath.Glob(filepath.Join(dir, "winnow-wasm-v5", "*.module"))
	require.NoError(t, err)
	require.Len(t, entries, 1)

	// A damaged entry is a miss, not a wrong module.
	b, err := os.ReadFile(entries[0])
	require.NoError(t, err)
	b[len(b)-1] ^= 1
	require.NoError(t, os.WriteFile(entries[0], b, 0o600))
	_, rep, err := newRuntime(t, wasm.Options{CacheDir: dir}).Admit(t.Context(), scoring(), scoringOptions())
	require.NoError(t, err)
	require.False(t, rep.Cached)

	// A folder that others can reach is refused.
	require.NoError(t, os.Chmod(filepath.Join(dir, "winnow-wasm-v5"), 0o755))
	_, err = wasm.NewRuntime(t.Context(), wasm.Options{CacheDir: dir})
	require.ErrorContains(t, err, "make it a folder of mode 0700")
}

func TestCompiledModulesAreShared(t *testing.T) {
	rt := newRuntime(t, wasm.Options{CompiledModules: 1})
	a, first, err := rt.Admit(t.Context(), scoring(), scoringOptions())
	require.NoError(t, err)
	_, rep, err := rt.Admit(t.Context(), scoring(), scoringOptions())
	require.NoError(t, err)
	require.True(t, rep.Cached)
	require.Equal(t, first.Uses, rep.Uses, "what it uses is not counted twice")
	// Another module pushes it out of the list; who uses it keeps it.
	admit(t, rt, thief(1), thiefOptions())
	var out wasm.Output
	require.Empty(t, evaluate(t, a, scoringInput(), &out))
}

func TestReportPrints(t *testing.T) {
	rt := newRuntime(t, wasm.Options{})
	_, rep, err := rt.Admit(t.Context(), scoring(), scoringOptions())
	require.NoError(t, err)
	var b bytes.Buffer
	_, err = rep.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, []string{"field contact.country", "field orders.count", "field orders.spent", "output score", "output tier", "slot hero"}, rep.Uses)
	for _, s := range []string{"winnow_v1", "restored by dirty pages", "nesting of blocks", "winnow_v1.get_f64"} {
		require.Contains(t, b.String(), s)
	}
}

func TestPackAddsAManifest(t *testing.T) {
	packed, err := wasm.Pack(scoring(), []byte(`{"name":"scoring"}`))
	require.NoError(t, err)
	rep, err := wasm.Inspect(packed, wasm.Limits{})
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"scoring"}`, string(rep.Manifest))
	_, err = wasm.Pack(packed, []byte(`{}`))
	require.ErrorContains(t, err, "a manifest already")
	_, err = wasm.Pack(scoring(), []byte(`{`))
	require.ErrorContains(t, err, "must be JSON")
}
