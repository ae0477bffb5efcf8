package library_test

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/library"
	"github.com/winnow-gate/winnow/rules/lists"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

func open(t *testing.T) *library.Library {
	t.Helper()
	l, err := library.Open()
	require.NoError(t, err)
	return l
}

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// bundleOf is the chosen entries as installed into an empty folder.
func bundleOf(t *testing.T, l *library.Library, words ...string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	install(t, l, out, words...)
	return out
}

// install puts entries into a bundle.
func install(t *testing.T, l *library.Library, bundle fstest.MapFS, words ...string) *library.Installed {
	t.Helper()
	chosen, unknown := l.Select(words)
	require.Empty(t, unknown)
	in, err := library.Install(bundle, chosen, library.Options{Now: today, Owner: "anna@shop.example"})
	require.NoError(t, err)
	for _, f := range in.Files {
		bundle[f.Path] = &fstest.MapFile{Data: f.Text}
	}
	return in
}

// keptByDefault is for how long winnow serve keeps decisions unless it is told.
const keptByDefault = 90 * 24 * time.Hour

// run wants no mistake, warning or hint of an entry, on a server as it comes.
func run(t *testing.T, fsys fstest.MapFS) *ruletest.Report {
	t.Helper()
	b, list := rules.Compile(fsys, rules.Options{Knowledge: lists.Builtin().Functions(), Now: today, Retention: keptByDefault})
	source := func(name string) ([]byte, bool) {
		f, ok := fsys[name]
		if !ok {
			return nil, false
		}
		return f.Data, true
	}
	var shown bytes.Buffer
	require.NoError(t, diag.WriteText(&shown, list, source, false))
	require.NotNil(t, b, shown.String())
	require.Empty(t, shown.String(), "an entry has no mistake, warning or hint")
	r := ruletest.Run(b, ruletest.Options{Source: fsys})
	require.NoError(t, r.WriteText(&shown, false))
	require.NoError(t, r.Coverage.WriteText(&shown))
	require.True(t, r.OK(), shown.String())
	return r
}

// Sixty entries compile against the canonical contact alone, pass their own
// tests, and their tests show every part of every condition true and false.
func TestAllSixtyCompileAndPass(t *testing.T) {
	l := open(t)
	negative, positive, cases := 0, 0, 0
	for _, e := range l.Entries() {
		t.Run(e.Number+"-"+e.ID(), func(t *testing.T) {
			require.Empty(t, e.File.Fields, "the canonical contact is enough")
			require.Equal(t, e.Persona().Kind.Value == "negative", e.Number[0] == 'n')
			r := run(t, bundleOf(t, l, e.ID()))
			requireCovered(t, r, "")
			for _, want := range []string{"matches", "nothing speaks", "each part counts", "a record that knows nothing"} {
				require.Contains(t, string(e.Tests), "- name: "+want+"\n")
			}
			cases += len(r.Results)
		})
		if e.Number[0] == 'n' {
			negative++
			require.Equal(t, fmt.Sprintf("n%02d", negative), e.Number)
		} else {
			positive++
			require.Equal(t, fmt.Sprintf("p%02d", positive), e.Number)
		}
	}
	require.Equal(t, 40, negative)
	require.Equal(t, 20, positive)
	require.Greater(t, cases, 500)
}

// requireCovered wants every part shown, but for what entries would pin that only
// observe: all but the enforced one.
func requireCovered(t *testing.T, r *ruletest.Report, enforced string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, r.Coverage.WriteText(&out))
	for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		fine := i == 0 || strings.Contains(line, "was never served") && (enforced == "" || !strings.Contains(line, enforced+".yaml"))
		require.True(t, fine, out.String())
	}
}

// Each pack is a bundle, and so are all of them together: guards hold in company.
func TestPacksPassAsBundles(t *testing.T) {
	l := open(t)
	all := []string{}
	for _, p := range library.Packs() {
		all = append(all, p.ID)
		t.Run(p.ID, func(t *testing.T) {
			chosen, unknown := l.Select([]string{p.ID})
			require.Empty(t, unknown)
			require.GreaterOrEqual(t, len(chosen), len(p.Entries))
			run(t, bundleOf(t, l, p.ID))
		})
	}
	chosen, _ := l.Select(all)
	require.Len(t, chosen, 60, "every entry is in a pack")
	run(t, bundleOf(t, l, all...))
}

// An entry starts as an observer; once it is enforced, its action is what its
// card says.
func TestEnforcedEntriesAct(t *testing.T) {
	l := open(t)
	acting := 0
	for _, e := range l.Entries() {
		p := e.Persona()
		if p.Kind.Value == "positive" {
			continue
		}
		t.Run(e.ID(), func(t *testing.T) {
			require.Equal(t, "observe", p.Mode.Kind.Value)
			fsys := bundleOf(t, l, e.ID())
			own := fsys["library/"+e.ID()+".yaml"]
			own.Data = regexp.MustCompile(`mode: observe`).ReplaceAll(own.Data, []byte("mode: enforce"))
			own.Data = regexp.MustCompile(`holdout: \d+%`).ReplaceAll(own.Data, []byte("holdout: 0%"))
			test := fsys["library/"+e.ID()+"_test.yaml"]
			include := "      personas_include: [" + e.ID() + "]\n"
			require.Contains(t, string(test.Data), include)
			test.Data = []byte(strings.Replace(string(test.Data), include, include+"      action: "+p.Action.Kind.Value+"\n", 1))
			requireCovered(t, run(t, fsys), e.ID())
			acting++
		})
	}
	require.Equal(t, 40, acting)
}

// Approved and enforced, an entry has no finding but that its evidence is for its
// owner to bring.
func TestLintFindsNothingButMissingEvidence(t *testing.T) {
	l := open(t)
	fsys := bundleOf(t, l, "shop", "b2b", "subscription", "nonprofit")
	for _, f := range fsys {
		f.Data = bytes.ReplaceAll(f.Data, []byte("status: draft"), []byte("status: approved"))
		f.Data = bytes.ReplaceAll(f.Data, []byte("mode: observe"), []byte("mode: enforce"))
	}
	b, list := rules.Compile(fsys, rules.Options{Knowledge: lists.Builtin().Functions()})
	require.NotNil(t, b)
	for _, d := range list {
		require.Contains(t, []string{diag.NoEvidence, diag.SingleSource, diag.NoInterview, diag.FewTeams}, d.Code, "%v", d)
	}
	require.NotEmpty(t, list)
}

// What every entry of the library keeps to.
func TestHouseRules(t *testing.T) {
	l := open(t)
	slots := map[string]string{}
	for _, e := range l.Entries() {
		p, text := e.Persona(), string(e.Rules)
		require.NotEmpty(t, e.Packs, e.ID())
		require.Equal(t, "draft", p.Status.Value, "nobody but its owner approves a card")
		require.Empty(t, p.Evidence, "evidence is the owner's; the library has none")
		require.NotNil(t, p.ReviewEvery, e.ID())
		require.GreaterOrEqual(t, p.ReviewEvery.Value, 14*24*time.Hour, e.ID())
		require.NotEmpty(t, p.FalsePos, e.ID())
		require.NotNil(t, p.Legal, e.ID())
		require.NotContains(t, text, "opens_90d", "%s: machines open mail too", e.ID())
		require.NotContains(t, text, "last_open_at", "%s: machines open mail too", e.ID())
		for _, s := range e.File.Slots {
			require.Empty(t, slots[s.Key.Value], "%s and %s share a slot", e.ID(), slots[s.Key.Value])
			slots[s.Key.Value] = e.ID()
		}
		for _, src := range [][]byte{e.Rules, e.Tests} {
			require.NotContains(t, string(src), "\t")
		}
		tidy, err := format.Format(e.Rules)
		require.NoError(t, err)
		require.Equal(t, string(tidy), text)
		tidy, err = ruletest.Format(e.Tests)
		require.NoError(t, err)
		require.Equal(t, string(tidy), string(e.Tests))
		if p.Kind.Value == "negative" {
			require.NotNil(t, p.OurLimit, "%s: the limit is ours", e.ID())
			require.NotNil(t, p.Alternative, "%s: nobody disappears", e.ID())
			require.NotNil(t, p.Harm, e.ID())
			require.NotNil(t, p.Why, e.ID())
			require.NotNil(t, p.Reason, e.ID())
			require.NotNil(t, p.Basis, e.ID())
		}
	}
}

func TestSelectAndFind(t *testing.T) {
	l := open(t)
	require.Equal(t, "serial-returner", l.Find("n16").ID())
	require.Equal(t, "n16", l.Find("n16-serial-returner").Number)
	require.Nil(t, l.Find("n41"))
	chosen, unknown := l.Select([]string{"window-shopper"})
	require.Empty(t, unknown)
	require.Len(t, chosen, 2, "its guard comes with it")
	require.Equal(t, "vanished-store-buyer", chosen[1].ID())
	_, unknown = l.Select([]string{"shop", "shoop"})
	require.Equal(t, "shoop", unknown)
	for _, p := range library.Packs() {
		for _, id := range p.Entries {
			require.NotNil(t, l.Find(id), "%s names %s", p.ID, id)
		}
	}
}
