package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/wasm"
)

// moduleLoader joins rules, which declare what a module is, and wasm, which
// runs one; neither knows the other. The runtime is made for the first module.
type moduleLoader struct {
	compile time.Duration          // how long compiling a module may take; 0 is the runtime's own limit
	loaded  func(rules.ModuleSpec) // told of each module that was let in; may be nil
	mu      sync.Mutex
	runtime *wasm.Runtime
}

// moduleKeys names the file of public keys of which one must have signed every
// module, in base64, a line each. Without it unsigned modules are let in.
const moduleKeys = "WINNOW_MODULE_KEYS"

// moduleCache names the folder of compiled modules; "off" keeps none.
const moduleCache = "WINNOW_MODULE_CACHE"

func (l *moduleLoader) load(spec rules.ModuleSpec) (rules.Module, error) {
	ctx := context.Background()
	rt, err := l.start(ctx)
	if err != nil {
		return nil, err
	}
	o, err := moduleOptions(spec)
	if err != nil {
		return nil, err
	}
	o.Limits.Compile = l.compile
	m, _, err := rt.Admit(ctx, spec.Wasm, o)
	if err != nil {
		return nil, err
	}
	if l.loaded != nil {
		l.loaded(spec)
	}
	entry := wasm.Main
	if spec.Entry != "" {
		entry, _ = m.Entry(spec.Entry) // Admit made sure that it is there
	}
	return newWasmModule(m, entry, spec), nil
}

func (l *moduleLoader) start(ctx context.Context) (*wasm.Runtime, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.runtime != nil {
		return l.runtime, nil
	}
	rt, err := wasm.NewRuntime(ctx, wasm.Options{CacheDir: cacheDir(), Now: time.Now})
	if err == nil {
		l.runtime = rt
	}
	return rt, err
}

func cacheDir() string {
	dir := os.Getenv(moduleCache)
	switch {
	case dir == "off":
		return ""
	case dir != "":
		return dir
	}
	base, err := os.UserCacheDir()
	if err != nil {
		return "" // no home, no cache: modules are compiled anew
	}
	return filepath.Join(base, "winnow", "modules")
}

func moduleOptions(spec rules.ModuleSpec) (o wasm.ModuleOptions, err error) {
	o = wasm.ModuleOptions{Name: spec.ID, Config: spec.Config}
	for _, f := range spec.Inputs {
		if f.Type.Elem == field.Object {
			return o, fmt.Errorf("input %s is a list of objects: modules read plain values and lists of them", f.Path)
		}
		o.Fields = append(o.Fields, wasm.FieldDecl{Path: f.Path, Kind: wasmKind(f.Type.Kind), Elem: wasmKind(f.Type.Elem)})
	}
	for _, out := range spec.Outputs {
		o.Outputs = append(o.Outputs, wasm.OutputDecl{Name: out.Name, Kind: wasmKind(out.Kind)})
	}
	for _, s := range spec.Slots {
		o.Slots = append(o.Slots, wasm.SlotDecl{Name: s.Name, Variants: s.Variants})
	}
	l := spec.Limits
	o.Limits = wasm.Limits{
		Fuel: l.Fuel, MemoryPages: uint32(l.MemoryPages), MinPages: uint32(l.MinPages), HostCalls: int(l.HostCalls),
		InputBytes: int(l.InputBytes), OutputBytes: int(l.OutputBytes), ReasonBytes: int(l.ReasonBytes),
		ModuleBytes: int(l.ModuleBytes), Instances: int(l.Instances),
	}
	if spec.KeepState {
		o.Isolation = wasm.IsolateInstance
	}
	if spec.Entry != "" {
		o.Entries = []string{spec.Entry}
	}
	o.Trust.SHA256 = strings.ToLower(spec.SHA256)
	if o.Trust.Signature, err = base64.StdEncoding.DecodeString(spec.Signature); err != nil {
		return o, errors.New("signature is not base64")
	}
	o.Trust.Keys, err = trustedKeys(os.Getenv(moduleKeys))
	return o, err
}

func trustedKeys(file string) (keys []ed25519.PublicKey, err error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", moduleKeys, err)
	}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%s line %d is no ed25519 public key of 32 bytes in base64", file, i+1)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no key: unset %s to let unsigned modules in", file, moduleKeys)
	}
	return keys, nil
}

func wasmKind(k field.Kind) wasm.Kind {
	switch k {
	case field.Bool:
		return wasm.KindBool
	case field.Int:
		return wasm.KindInt
	case field.Float:
		return wasm.KindFloat
	case field.String, field.ID:
		return wasm.KindString
	case field.Time:
		return wasm.KindTime
	case field.List:
		return wasm.KindList
	default:
		return wasm.KindAbsent
	}
}

// wasmModule is an admitted module as rules see it.
type wasmModule struct {
	module *wasm.Module
	entry  wasm.Entry
	spec   rules.ModuleSpec
	kinds  []wasm.Kind // of the inputs
	elems  []wasm.Kind // of their items
	calls  sync.Pool
}

func newWasmModule(m *wasm.Module, entry wasm.Entry, spec rules.ModuleSpec) *wasmModule {
	w := &wasmModule{module: m, entry: entry, spec: spec}
	for _, f := range spec.Inputs {
		w.kinds = append(w.kinds, wasmKind(f.Type.Kind))
		w.elems = append(w.elems, wasmKind(f.Type.Elem))
	}
	w.calls.New = func() any { return &wasmCall{module: w} }
	return w
}

// Run implements rules.Module.
func (w *wasmModule) Run(call *rules.ModuleCall) *rules.ModuleFault {
	c := w.calls.Get().(*wasmCall)
	c.call = call
	c.in = wasm.Input{Fields: c, Contact: c, Now: call.Now.UnixMilli()}
	err := w.module.Evaluate(call.Context, w.entry, &c.in, &c.out)
	if err == nil {
		c.deliver()
	}
	c.call = nil
	w.calls.Put(c)
	if err == nil {
		return nil
	}
	return moduleFault(err)
}

// moduleFault is apart from Run, because asking what an error is allocates.
func moduleFault(err error) *rules.ModuleFault {
	var f *wasm.Failure
	if errors.As(err, &f) {
		return &rules.ModuleFault{Code: rules.Code(f.Reason), Detail: f.Detail}
	}
	return &rules.ModuleFault{Code: rules.ModuleError, Detail: "the module could not be called"}
}

// Close implements rules.Module.
func (w *wasmModule) Close() error { return w.module.Close() }
