package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/wasm"
	"github.com/winnow-gate/winnow/wasm/guest"
)

const exampleModules = "../../examples/modules"

// Each committed module of the example answers every contact of the example's
// tests as one does that is built from the source beside it now. Bytes and fuel
// may differ: compilers have versions.
func TestExampleModulesAreTheirSources(t *testing.T) {
	lendCompilers(t)
	t.Setenv(moduleCache, t.TempDir())
	e := &env{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	b, err := e.openModules(exampleModules, false)
	require.NoError(t, err)
	require.Len(t, b.specs, 3)
	for _, spec := range b.specs {
		t.Run(spec.ID, func(t *testing.T) {
			if testing.Short() && spec.ID == "churn" {
				t.Skip("compiling 1.8 MB takes seconds; run without -short")
			}
			built := spec
			built.Wasm = rebuild(t, filepath.Join(exampleModules, "src", spec.ID))
			t.Logf("built %d bytes, committed %d, the same: %v", len(built.Wasm), len(spec.Wasm), bytes.Equal(built.Wasm, spec.Wasm))
			require.NoError(t, withLoader(t.Context(), func(l *moduleLoader) error {
				l.compile = time.Minute
				calls, _ := b.contacts(l, spec.ID)
				require.Greater(t, len(calls), 5, "too few contacts to compare by")
				now := answers(t, l, built, calls)
				for i, want := range answers(t, l, spec, calls) {
					got := now[i]
					want.NS, want.Fuel, got.NS, got.Fuel = 0, 0, 0, 0
					require.Equal(t, want, got, "contact %d", i)
				}
				return nil
			}))
		})
	}
}

// compiledAhead compiles a module of 1.8 MB into the folder of compiled modules, in
// the longest time that compiling may take. Verbs give up after 15 s, within which a
// machine that is busy with other things may not be done.
func compiledAhead(t *testing.T, file string) {
	t.Helper()
	module, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, withLoader(t.Context(), func(l *moduleLoader) error {
		m, report, err := l.runtime.Admit(t.Context(), module, wasm.ModuleOptions{Limits: wasm.Limits{Compile: time.Minute}})
		if err == nil {
			err = m.Close()
		}
		require.Positive(t, report.CompileFor, "%v", err) // what it asks for is not declared here: it may be refused after that
		return nil
	}))
}

// rebuild builds a module from source, or skips the test, saying what is missing.
func rebuild(t *testing.T, dir string) []byte {
	t.Helper()
	lang, err := projectLang(dir, "")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "built.wasm")
	var said bytes.Buffer
	err = guest.Build(t.Context(), lang, dir, out, os.Environ(), &said)
	if errors.Is(err, guest.ErrToolchain) {
		missing(t, err.Error()+" (set WINNOW_ALL_GUESTS to make this an error)")
	}
	require.NoError(t, err, said.String())
	module, err := os.ReadFile(out)
	require.NoError(t, err)
	return module
}

func answers(t *testing.T, l *moduleLoader, spec rules.ModuleSpec, calls []*rules.ModuleCall) []*moduleRun {
	t.Helper()
	m, entry, err := admitFor(context.Background(), l.runtime, spec, func(o *wasm.ModuleOptions) { o.Limits.Instances, o.Limits.Compile = 1, l.compile })
	require.NoError(t, err)
	defer func() { require.NoError(t, m.Close()) }()
	runs := make([]*moduleRun, len(calls))
	for i, c := range calls {
		runs[i] = runOnce(context.Background(), m, entry, spec, c)
	}
	return runs
}

// The example's bundle passes its own checks and tests through the command, and its
// modules those of the gate.
func TestExampleModulesAreAdmitted(t *testing.T) {
	t.Setenv(moduleCache, t.TempDir())
	compiledAhead(t, filepath.Join(exampleModules, "churn.wasm"))
	code, out, errs := verb(t, "", "wasm", "check", exampleModules)
	require.Zero(t, code, out+errs)
	for _, id := range []string{"propensity", "churn", "company"} {
		require.Contains(t, out, id+": admitted\n")
	}
	require.NotContains(t, out, "warning:")
	require.NotContains(t, out, "FAILED")

	code, out, errs = verb(t, "", "check", exampleModules)
	require.Zero(t, code, out+errs)
	require.Contains(t, out+errs, "0 errors, 0 warnings, 0 hints")
	code, out, errs = verb(t, "", "test", exampleModules, "--min-cover", "100")
	require.Zero(t, code, out+errs)
}
