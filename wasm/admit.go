package wasm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// Exports of a module, see ABI.md.
const (
	exportMarker   = "winnow_abi_v1"
	exportEvaluate = "winnow_evaluate"
	exportInit     = "winnow_init"
	exportReactor  = "_initialize"
	exportCommand  = "_start"
)

// ErrRefused is what every error of Admit and Inspect is that is the module's
// fault. Such an error says only why: whoever reports it knows which module.
var ErrRefused = errors.New("module refused")

// refusal is why a module is refused.
type refusal struct{ error }

// Is makes every refusal ErrRefused, without a word of that in its text.
func (refusal) Is(target error) bool { return target == ErrRefused }

// Unwrap returns the reason.
func (r refusal) Unwrap() error { return r.error }

func refuse(format string, args ...any) error { return refusal{fmt.Errorf(format, args...)} }

// Inspect judges a module without compiling or running it: size, structure,
// features, imports and exports. The report is filled as far as it got.
// Errors are ErrRefused and say which function, which limit, and what to do.
func Inspect(module []byte, l Limits) (*Report, error) {
	l, err := l.fill(1)
	if err != nil {
		return &Report{}, err
	}
	_, _, rep, err := judge(module, l)
	return rep, err
}

// judge parses and scans a module and checks what it imports and exports.
func judge(module []byte, l Limits) (*wbin.Module, *wbin.Stats, *Report, error) {
	rep := &Report{Digest: Digest(module), Size: len(module)}
	if len(module) > l.ModuleBytes {
		return nil, nil, rep, refuse("%d bytes, at most %d; strip debug information, or raise module_bytes (at most %d)", len(module), l.ModuleBytes, HardLimits().ModuleBytes)
	}
	m, err := wbin.Parse(module, caps())
	if err != nil {
		return nil, nil, rep, refuse("%w", err)
	}
	st, err := wbin.Scan(m, caps())
	if err != nil {
		return nil, nil, rep, refuse("%w", err)
	}
	rep.describe(m, st)
	if err := checkImports(m); err != nil {
		return nil, nil, rep, refuse("%w", err)
	}
	if err := checkExports(m, rep); err != nil {
		return nil, nil, rep, refuse("%w", err)
	}
	return m, st, rep, nil
}

// checkImports compares imports with the allow-list and reports all that are not on it.
func checkImports(m *wbin.Module) error {
	allowed := map[string]hostFunc{}
	for _, f := range hostFuncs() {
		allowed[hostModule+"."+f.name] = f
	}
	for _, f := range wasiFuncs() {
		allowed[wasiModule+"."+f.name] = f
	}
	var bad []string
	for _, im := range m.Imports {
		name := im.Module + "." + im.Name
		f, ok := allowed[name]
		got := m.Types[im.Type]
		switch {
		case !ok:
			bad = append(bad, name)
		case string(got.Params) != string(valueTypes(f.params)) || string(got.Results) != string(valueTypes(f.results)):
			want := wbin.FuncType{Params: valueTypes(f.params), Results: valueTypes(f.results)}
			return fmt.Errorf("import %s has the signature %s, the host's is %s", name, got, want)
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("imports that the host does not give: %s%s", listed(bad), importHint(bad))
	}
	return nil
}

func importHint(names []string) string {
	for _, n := range names {
		switch {
		case n == "env.abort":
			return "; build AssemblyScript with --use abort="
		case strings.HasPrefix(n, "env."):
			return "; an undefined symbol became an import, link without --allow-undefined to see it"
		case strings.HasPrefix(n, "wasi:"), strings.HasPrefix(n, "wasi_unstable."):
			return "; build for WASI preview 1"
		}
	}
	return "; see ABI.md for the list"
}

// checkExports finds out the mode and the entries of a module.
func checkExports(m *wbin.Module, rep *Report) error {
	for _, e := range m.Exports {
		if strings.HasPrefix(e.Name, meter.Prefix) {
			return fmt.Errorf("export %q: names with %q are the host's own", e.Name, meter.Prefix)
		}
	}
	_, native := m.Export(exportMarker)
	_, command := m.Export(exportCommand)
	switch {
	case native:
		rep.Mode = ModeNative
		return checkNative(m, rep)
	case command:
		rep.Mode = ModeStdio
		rep.Entries = []string{""}
		return firstError(checkSignature(m, exportCommand, ""), needMemory(m, true))
	}
	return fmt.Errorf("neither %s nor %s is exported; see ABI.md", exportMarker, exportCommand)
}

func checkNative(m *wbin.Module, rep *Report) error {
	if err := checkSignature(m, exportMarker, "i"); err != nil {
		return err
	}
	for _, e := range m.Exports {
		rest, ok := strings.CutPrefix(e.Name, exportEvaluate)
		if !ok || (rest != "" && rest[0] != '_') {
			continue
		}
		if rest == "_" {
			return fmt.Errorf("export %s: the name of the rule is missing; the main rule is %s", e.Name, exportEvaluate)
		}
		if err := checkSignature(m, e.Name, "i"); err != nil {
			return err
		}
		rep.Entries = append(rep.Entries, strings.TrimPrefix(rest, "_"))
	}
	if len(rep.Entries) == 0 {
		return fmt.Errorf("%s is not exported", exportEvaluate)
	}
	for name, results := range map[string]string{exportInit: "i", exportReactor: ""} {
		if _, ok := m.Export(name); ok {
			if err := checkSignature(m, name, results); err != nil {
				return err
			}
		}
	}
	return needMemory(m, len(m.Imports) > 0)
}

func checkSignature(m *wbin.Module, name, results string) error {
	e, _ := m.Export(name)
	t, ok := m.TypeOf(e.Index)
	want := wbin.FuncType{Results: valueTypes(results)}
	if e.Kind != wbin.ExternFunc || !ok || !t.Equal(want) {
		return fmt.Errorf("export %s must be a function %s", name, want)
	}
	return nil
}

func needMemory(m *wbin.Module, need bool) error {
	if need && len(m.Memories) == 0 {
		return errors.New("the module has no memory, but imports functions that use it")
	}
	return nil
}
