package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/diag"
)

// probeRules declare the module in testdata/probe, which tells what it sees and
// fails on request. EXTRA stands for more of the module's settings.
const probeRules = `winnow: 1
fields:
  t.flag: {type: bool}
  t.whole: {type: int, min: 0, max: 100}
  t.number: {type: float}
  t.text: {type: string}
  t.id: {type: id}
  t.at: {type: time}
  t.tags: {type: list, of: string}
  t.nums: {type: list, of: int}
  t.floats: {type: list, of: float}
  t.aged: {type: int, max_age: 1d, as_of: t.at}
  t.mode: {type: string}
modules:
  - id: probe
    file: probe.wasm
    inputs: [t.flag, t.whole, t.number, t.text, t.id, t.at, t.tags, t.nums, t.floats, t.aged, t.mode]
    outputs: {seen: string, doc: string, bucket: int, now: int, half: float, big: bool}
    slots: [hero]
    config: {greeting: hello}
EXTRA
personas:
  - {id: half, kind: positive, name: H, when: probe.half > 1}
  - {id: big, kind: positive, name: B, when: probe.big}
  - {id: yes, kind: positive, name: Y, when: probe.verdict}
  - {id: strict, kind: negative, name: S, when: probe.half > 1000, on_error: match, action: {hold: 1d}, holdout: 0%}
  - {id: lax, kind: negative, name: L, when: probe.half > 1000, action: suppress, holdout: 0%}
slots:
  hero:
    default: third
    variants: {first: {}, second: {}, third: {}}
    rules:
      - {id: model, when: always, module: probe}
`

// probeBundle compiles the rules with a loader of their own.
func probeBundle(t testing.TB, extra string, l *moduleLoader) (*rules.Bundle, diag.List) {
	t.Helper()
	module, err := os.ReadFile("testdata/probe.wasm")
	require.NoError(t, err)
	text := strings.Replace(probeRules, "EXTRA\n", extra, 1)
	return rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}, "probe.wasm": {Data: module}}, rules.Options{LoadModule: l.load})
}

func probe(t testing.TB, extra string) (*rules.Bundle, *moduleLoader) {
	t.Helper()
	t.Setenv(moduleCache, "off")
	l := &moduleLoader{compile: time.Minute}
	b, list := probeBundle(t, extra, l)
	require.NotNil(t, b, "%v", list)
	t.Cleanup(func() {
		require.NoError(t, b.Close())
		require.NoError(t, l.runtime.Close(context.Background()))
	})
	return b, l
}

// told decides and returns what the module said under an output.
func told(t *testing.T, b *rules.Bundle, body, output string) string {
	t.Helper()
	in, err := b.Input([]byte(body), scriptNow)
	require.NoError(t, err)
	defer in.Release()
	b.Decide(in)
	return string(b.Layout().AppendValue(nil, in.Facts(), b.Layout().Slot("probe."+output)))
}

// Every kind of value and every way to be unknown is what the guest sees.
func TestModuleSeesValuesAndUnknowns(t *testing.T) {
	b, _ := probe(t, "")
	for name, c := range map[string]struct{ body, want string }{
		"known": {
			`{"t":{"flag":true,"whole":42,"number":2.5,"text":"zażółć","id":77,"at":"2026-11-22T11:00:00.5Z","tags":["a","b"],"nums":[1,-2],"floats":[0.5],"aged":3}}`,
			`flag=8:1 whole=9:42 number=10:2500 text=11:zażółć id=11:77 at=12:1795345200500 aged=9:3 tags=13:a,b, nums=13:1,-2, floats=13:500,`,
		},
		"absent":       {`{}`, `flag=0 whole=0 number=0 text=0 id=0 at=0 aged=0 tags=0 nums=0 floats=0`},
		"null":         {`{"t":null}`, `flag=1 whole=1 number=1 text=1 id=1 at=1 aged=1 tags=1 nums=1 floats=1`},
		"wrong type":   {`{"t":{"flag":1,"whole":"x","number":[],"text":5,"id":{},"at":"noon","tags":"a","nums":["x"],"floats":{},"aged":true}}`, `flag=2 whole=2 number=2 text=2 id=2 at=2 aged=2 tags=2 nums=2 floats=2`},
		"out of range": {`{"t":{"whole":101,"flag":false}}`, `flag=8:0 whole=3 number=0 text=0 id=0 at=0 aged=0 tags=0 nums=0 floats=0`},
		"stale":        {`{"t":{"aged":3,"at":"2026-11-20T12:00:00Z"}}`, `flag=0 whole=0 number=0 text=0 id=0 at=12:1795176000000 aged=4 tags=0 nums=0 floats=0`},
		"empty":        {`{"t":{"text":"","tags":[],"number":-0.0}}`, `flag=0 whole=0 number=10:0 text=11: id=0 at=0 aged=0 tags=13: nums=0 floats=0`},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, `"config={\"greeting\":\"hello\"} `+c.want+`"`, told(t, b, c.body, "seen"))
		})
	}
}

// The document that a module may ask for holds its declared inputs, and of
// those what is known.
func TestModuleDocumentHoldsDeclaredInputsOnly(t *testing.T) {
	b, _ := probe(t, "")
	doc := told(t, b, `{"contact":{"id":"c1","email":"a@b.example"},"t":{"whole":7,"text":"x","secret":1,"number":null},"orders":{"count":3}}`, "doc")
	require.Equal(t, `"{\"t\":{\"text\":\"x\",\"whole\":7}}"`, doc)
}

// A module's buckets are those of conditions and splits, its clock the
// decision's.
func TestModuleBucketAndClock(t *testing.T) {
	b, _ := probe(t, "")
	for i := range 50 {
		id := fmt.Sprintf("contact-%d", i)
		require.Equal(t, fmt.Sprint(bucket.Of("salt", id)), told(t, b, `{"contact":{"id":"`+id+`"}}`, "bucket"))
	}
	require.Equal(t, "-1", told(t, b, `{}`, "bucket"), "nobody has no bucket")
	require.Equal(t, fmt.Sprint(scriptNow.UnixMilli()), told(t, b, `{}`, "now"))
}

func decided(t *testing.T, b *rules.Bundle, body string) *rules.Decision {
	t.Helper()
	in, err := b.Input([]byte(body), scriptNow)
	require.NoError(t, err)
	defer in.Release()
	return b.Decide(in).Clone()
}

func reasonsOf(d *rules.Decision) (out []string) {
	for _, r := range d.Reasons {
		out = append(out, strings.TrimSpace(string(r.Code)+" "+r.Rule+r.Slot+" "+r.Detail))
	}
	return out
}

// Outputs, verdict, reason and choice come back.
func TestModuleAnswers(t *testing.T) {
	b, _ := probe(t, "")
	d := decided(t, b, `{"t":{"mode":"yes","number":4.5,"whole":60}}`)
	require.Equal(t, []string{"half", "big", "yes"}, d.Personas)
	require.Equal(t, "third", d.Variant("hero"), "it did not choose")
	require.Contains(t, reasonsOf(d), "module_verdict probe it said so")

	d = decided(t, b, `{"t":{"mode":"no","number":2,"whole":50}}`)
	require.Empty(t, d.Personas)
	require.NotContains(t, strings.Join(reasonsOf(d), " "), "module_verdict")

	d = decided(t, b, `{"t":{"mode":"unknown"}}`)
	require.Empty(t, d.Personas)
	require.Contains(t, reasonsOf(d), "persona_unknown yes")
	require.Contains(t, reasonsOf(d), "persona_unknown half", "an output that is not set is unknown")
	require.Contains(t, reasonsOf(d), "module_verdict probe cannot tell")

	d = decided(t, b, `{"t":{"mode":"choose"}}`)
	require.Equal(t, "second", d.Variant("hero"))
	require.Contains(t, strings.Join(reasonsOf(d), "\n"), "slot_module model")
}

// Each way to fail arrives as a reason of its own, on_error decides what
// follows, and the next contact finds the module whole.
func TestModuleFailures(t *testing.T) {
	b, _ := probe(t, "    limits: {fuel: 2000000, min_pages: 4, memory_pages: 8}\n")
	for mode, c := range map[string]struct {
		code rules.Code
		says string
	}{
		"fuel":   {rules.ModuleFuel, "2000000"},
		"memory": {rules.ModuleMemory, "8 pages"},
		"depth":  {rules.ModuleDepth, "62000"},
		"trap":   {rules.ModuleTrap, "unreachable"},
		"output": {rules.ModuleBadOutput, "output half is not a finite number"},
		"error":  {rules.ModuleError, "it returned 7"},
	} {
		t.Run(mode, func(t *testing.T) {
			d := decided(t, b, `{"contact":{"id":"c1"},"t":{"number":4000,"mode":"`+mode+`"}}`)
			requireFailure(t, d, c.code, c.says)
			require.Equal(t, []string{"half", "strict", "lax"}, decided(t, b, `{"t":{"number":4000}}`).Personas)
		})
	}
	in, err := b.Input([]byte(`{"t":{"number":4000}}`), scriptNow)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // the deadline of the request is over
	in.Context = ctx
	requireFailure(t, b.Decide(in), rules.ModuleBusy, "no free instance")
	in.Release()
}

func requireFailure(t *testing.T, d *rules.Decision, code rules.Code, says string) {
	t.Helper()
	require.Equal(t, []string{"strict"}, d.Personas, "on_error: match, and the default, pass")
	require.Equal(t, rules.Hold, d.Action)
	require.Equal(t, "third", d.Variant("hero"))
	all := strings.Join(reasonsOf(d), "\n")
	require.Contains(t, all, "persona_error lax")
	require.Contains(t, all, "slot_error model")
	require.Regexp(t, `(?m)^`+string(code)+` probe .*`+says, all)
}

// What the log keeps of an input is enough to decide again, to the byte.
func TestModuleDecidesAgainFromTheRecord(t *testing.T) {
	b, _ := probe(t, "    limits: {fuel: 100000}\n")
	for _, body := range []string{
		`{"contact":{"id":"c1"},"t":{"flag":true,"whole":42,"number":2.5,"text":"x","id":77,"at":"2026-11-22T11:00:00Z","tags":["a"],"nums":[1],"floats":[0.5],"aged":3,"mode":"yes"}}`,
		`{"t":{"whole":101,"text":null,"tags":"a","aged":3,"at":"2026-11-20T12:00:00Z"}}`,
		`{"t":{"mode":"fuel"}}`, `{"t":{"mode":"choose"}}`, `{}`,
	} {
		in, err := b.Input([]byte(body), scriptNow)
		require.NoError(t, err)
		first := string(b.Decide(in).AppendJSON(nil))
		record, complete := b.Layout().AppendJSON(nil, in.Facts(), nil)
		require.True(t, complete)
		again := b.NewInput()
		again.Now = scriptNow
		_, err = b.Layout().DecodeRecord(record, again.Facts())
		require.NoError(t, err)
		require.Equal(t, first, string(b.Decide(again).AppendJSON(nil)), body)
		in.Release()
		again.Release()
	}
}

// Explain and coverage treat what a module says like any other leaf.
func TestModuleIsALeafToExplainAndCoverage(t *testing.T) {
	b, _ := probe(t, "")
	in, err := b.Input([]byte(`{"t":{"number":2.5,"mode":"trap"}}`), scriptNow)
	require.NoError(t, err)
	half := b.Explain(in).Rules[0]
	require.Equal(t, "error", half.Value)
	require.Contains(t, half.Conditions[0].Fault, "module_trap")
	in.Release()

	in, err = b.Input([]byte(`{"t":{"number":2001}}`), scriptNow)
	require.NoError(t, err)
	defer in.Release()
	x := b.Explain(in)
	require.Equal(t, []rules.Seen{{Path: "probe.half", State: "known", Value: "1000.5"}}, x.Rules[0].Conditions[0].Fields)
	require.Equal(t, "t.number", x.Change.Field, "the change is found through the module")

	cov := b.NewCoverage()
	seen := func() (n int) {
		for _, p := range cov.Points() {
			if p.Seen && p.Kind == "leaf" && p.Text == "probe.half > 1" {
				n++
			}
		}
		return n
	}
	cov.Record(in)
	require.Equal(t, 1, seen(), "seen true")
	low, err := b.Input([]byte(`{"t":{"number":1}}`), scriptNow)
	require.NoError(t, err)
	defer low.Release()
	b.Decide(low)
	cov.Record(low)
	require.Equal(t, 2, seen(), "and false")
}
