package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
	"github.com/winnow-gate/winnow/wasm"
)

// A bundle's tests see modules as its decisions do.
func TestModuleInTestsOfABundle(t *testing.T) {
	t.Setenv(moduleCache, "off")
	module, err := os.ReadFile("testdata/probe.wasm")
	require.NoError(t, err)
	l := &moduleLoader{compile: time.Minute}
	b, list := rules.Compile(fstest.MapFS{
		"r.yaml": {Data: []byte(strings.Replace(probeRules, "EXTRA\n", "", 1))}, "probe.wasm": {Data: module},
		"r_test.yaml": {Data: []byte(`winnow_test: 1
now: 2026-11-22T12:00:00Z
contacts: {a: {t: {number: 4, mode: "yes"}}}
cases:
  - {name: a verdict, contact: a, expect: {personas: [half, yes], reasons: [module_verdict probe]}}
  - {name: a failure, contact: a, set: {t.mode: trap}, expect: {reasons: [module_trap probe, persona_error half]}}
`)},
	}, rules.Options{LoadModule: l.load})
	require.NotNil(t, b, "%v", list)
	defer func() { require.NoError(t, b.Close()) }()
	require.Empty(t, ruletest.Failures(b))
}

// Pins and signatures are compared with the file before it is looked at.
func TestModulePinsAndSignatures(t *testing.T) {
	t.Setenv(moduleCache, "off")
	module, err := os.ReadFile("testdata/probe.wasm")
	require.NoError(t, err)
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	_, stranger, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	keys := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(keys, []byte("# who may\n\n"+base64.StdEncoding.EncodeToString(public)+"\n"), 0o600))
	sig := func(k ed25519.PrivateKey) string { return base64.StdEncoding.EncodeToString(wasm.Sign(k, module)) }
	for name, c := range map[string]struct{ extra, keys, says string }{
		"pinned":             {"    sha256: " + wasm.Digest(module) + "\n", "", ""},
		"pinned in capitals": {"    sha256: " + strings.ToUpper(wasm.Digest(module)) + "\n", "", ""},
		"altered":            {"    sha256: " + strings.Repeat("0", 64) + "\n", "", "the module probe is refused: it is not the pinned one: its sha256"},
		"signed":             {"    signature: " + sig(private) + "\n", keys, ""},
		"unsigned":           {"", keys, "the module probe is refused: it is not signed as it must be: there is no signature; sign it with a trusted key"},
		"by a stranger":      {"    signature: " + sig(stranger) + "\n", keys, "none of 1 trusted keys made the signature for this content; sign it anew"},
		"no base64":          {"    signature: '?'\n", keys, "signature is not base64"},
		"no keys file":       {"", keys + "x", "no such file"},
		"nobody asks":        {"    signature: " + sig(stranger) + "\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(moduleKeys, c.keys)
			b, list := probeBundle(t, c.extra, &moduleLoader{compile: time.Minute})
			if c.says == "" {
				require.NotNil(t, b, "%v", list)
				require.NoError(t, b.Close())
				return
			}
			require.Nil(t, b)
			require.Contains(t, fmt.Sprint(list), c.says)
		})
	}
}

// A decision with a module allocates nothing as long as no texts come back.
func TestModuleDecisionsAllocateNothing(t *testing.T) {
	b, _ := probe(t, "    entry: numbers\n")
	in := b.NewInput()
	defer in.Release()
	in.Now, in.Context = scriptNow, context.Background()
	body := []byte(`{"contact":{"id":"c1"},"message":{"class":"marketing"},"t":{"whole":60,"number":4.5}}`)
	once := func() {
		if err := in.Decode(body); err != nil || len(b.Decide(in).Personas) != 2 {
			t.Fatal("it should match", err)
		}
	}
	once()
	if !raceDetector {
		require.Zero(t, testing.AllocsPerRun(1000, once))
	}
}

// Many decide at once; everybody gets their own answer.
func TestModuleHammer(t *testing.T) {
	b, l := probe(t, "    limits: {fuel: 100000, instances: 3}\n")
	bodies, want := make([]string, 24), make([]string, 24)
	modes := []string{"yes", "no", "choose", "trap", "fuel", ""}
	for i := range bodies {
		bodies[i] = fmt.Sprintf(`{"contact":{"id":"c%d"},"t":{"number":%d,"text":"text of %d","mode":"%s"}}`, i, i, i, modes[i%len(modes)])
		want[i] = string(decided(t, b, bodies[i]).AppendJSON(nil))
	}
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	var wg sync.WaitGroup
	for g := range 6 {
		wg.Go(func() {
			for r := range rounds {
				i := (g*7 + r) % len(bodies)
				in, err := b.Input([]byte(bodies[i]), scriptNow)
				if err != nil {
					t.Error(err)
					return
				}
				if got := string(b.Decide(in).AppendJSON(nil)); got != want[i] {
					t.Errorf("contact %d got %s, want %s", i, got, want[i])
				}
				in.Release()
			}
		})
	}
	wg.Wait()
	require.LessOrEqual(t, l.runtime.MemoryInUse(), int64(4*16*64<<10))
}

// Closing a bundle frees its modules, and leaves those of others alone.
func TestModuleClose(t *testing.T) {
	t.Setenv(moduleCache, "off")
	l := &moduleLoader{compile: time.Minute}
	old, list := probeBundle(t, "", l)
	require.NotNil(t, old, "%v", list)
	young, list := probeBundle(t, "    limits: {instances: 1}\n", l)
	require.NotNil(t, young, "%v", list)
	both := l.runtime.MemoryInUse()
	require.NoError(t, old.Close())
	require.Less(t, l.runtime.MemoryInUse(), both)
	require.Equal(t, []string{"half"}, decided(t, young, `{"t":{"number":9}}`).Personas)
	require.NoError(t, young.Close())
	require.Zero(t, l.runtime.MemoryInUse())

	broken, _ := probeBundle(t, "    limits: {fuel: -1}\n", l)
	require.Nil(t, broken)
	require.Zero(t, l.runtime.MemoryInUse(), "a refused bundle leaves no module behind")
	require.NoError(t, l.runtime.Close(context.Background()))
}

// The probe in the repository is the one of its source.
func TestProbeIsItsSource(t *testing.T) {
	committed, err := os.ReadFile("testdata/probe.wasm")
	require.NoError(t, err)
	built := rebuild(t, "testdata/probe")
	want, err := wasm.Inspect(committed, wasm.Limits{})
	require.NoError(t, err)
	got, err := wasm.Inspect(built, wasm.Limits{})
	require.NoError(t, err)
	require.Equal(t, want.Imports, got.Imports)
	require.Equal(t, want.Entries, got.Entries)
}
