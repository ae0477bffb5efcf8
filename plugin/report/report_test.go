package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/plugin/replay"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

// many is a bundle with more personas than a picture shows.
func many(t *testing.T, from int) *rules.Bundle {
	t.Helper()
	var b strings.Builder
	b.WriteString("winnow: 1\ngates:\n  - {id: consent, require: consent.marketing}\npersonas:\n  - {id: liked, kind: positive, name: N, when: orders.count > 3}\n")
	for i := range 20 {
		mode := "enforce"
		if i%3 == 0 {
			mode = "observe"
		}
		fmt.Fprintf(&b, "  - {id: p%d, kind: negative, name: N, when: orders.count == %d or orders.count == %d, action: suppress, holdout: 0%%, mode: %s}\n", i, i+from, i+from+1, mode)
	}
	b.WriteString("slots:\n  hero: {default: a, variants: {a: {}, b: {}}, rules: [{id: r, when: orders.count > 2, split: {salt: s, weights: {a: 50, b: 50}}}]}\n")
	bundle, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(b.String())}}, rules.Options{})
	require.NotNil(t, bundle, "%v", list)
	return bundle
}

func pages(t *testing.T, n int) map[string]console.Page {
	t.Helper()
	was, now := many(t, 1), many(t, 2)
	how := census.Sampling{Size: 2}
	reach, gaps, pairs, flips, after := census.NewReach(was, "", how), census.NewGaps(was), census.NewPairs(was, how), census.NewFlips(how), census.NewReach(now, "", how)
	for i := range n {
		tree := map[string]any{"contact": map[string]any{"id": fmt.Sprintf("<b>%d</b>", i)}, "consent": map[string]any{"marketing": i%7 > 0}, "orders": map[string]any{"count": i % 24}}
		if i%11 == 0 {
			delete(tree, "orders")
		}
		body, err := json.Marshal(tree)
		require.NoError(t, err)
		a, err := was.Input(body, time.Unix(0, 0))
		require.NoError(t, err)
		b, err := now.Input(body, time.Unix(0, 0))
		require.NoError(t, err)
		x, y := census.AnswerOf(a.ContactID(), was.Decide(a)), census.AnswerOf(a.ContactID(), now.Decide(b))
		reach.Add(&x)
		after.Add(&y)
		gaps.Add(a, &x)
		pairs.Add(a, x.Contact)
		flips.Add(&x, &y)
		a.Release()
		b.Release()
	}
	made := report.Made{Verb: "test", Source: "<file>", Rules: "shop", At: time.Unix(0, 0), Rows: study.Result{Rejected: 12, Rejects: []study.Reject{{Line: 4, Reason: "<script>"}}}}
	return map[string]console.Page{
		"simulate": report.Simulate(reach.Report(), gaps.Report(), made),
		"coverage": report.Coverage(gaps.Report(), made),
		"overlap":  report.Overlap(pairs.Report(), made),
		"diff":     report.Diff(flips.Report(), reach.Report(), after.Report(), made),
		"replay": report.Replay(&replay.Report{
			Records: 3, Identical: 1, Changed: 1, NotReproducible: 1, Flips: flips.Report(),
			Reasons: []replay.ReasonCount{{Why: replay.NotKept, About: "contact.email", N: 1}},
		}, made),
	}
}

// Every page is whole HTML without outside requests, and says in words what it
// says in pictures; an audience of nobody makes no trouble.
func TestPages(t *testing.T) {
	for _, n := range []int{0, 1, 500} {
		for name, p := range pages(t, n) {
			page := p.Render()
			_, err := html.Parse(bytes.NewReader(page))
			require.NoError(t, err)
			require.NotContains(t, string(page), "<script", name)
			require.NotContains(t, string(page), "<b>", name)
			require.NotRegexp(t, `(?:src|href)="https?:`, string(page), name)
			require.NotContains(t, string(page), "NaN", name)
			var words bytes.Buffer
			require.NoError(t, report.WriteText(&words, p, 0))
			require.Contains(t, words.String(), p.Lead)
			require.NotContains(t, words.String(), "NaN", name)
			require.NotContains(t, words.String(), "%!", name)
			for _, s := range p.Sections {
				if s.Title != "Side by side" { // a picture, whose numbers stand in the tables
					require.Contains(t, words.String(), s.Title)
				}
			}
		}
	}
}

// A picture with more personas than it has room for puts the smallest together,
// and loses nobody.
func TestFlowFolds(t *testing.T) {
	p := pages(t, 500)["simulate"]
	for _, s := range p.Sections {
		for _, part := range s.Parts {
			f, ok := part.(console.Flow)
			if !ok {
				continue
			}
			columns, others := map[int]int{}, 0
			into := make([]float64, len(f.Nodes))
			for _, l := range f.Links {
				into[l.To] += l.Value
			}
			for i, n := range f.Nodes {
				columns[n.Column]++
				if n.Name == "others" {
					others++
				}
				if n.Column > 0 {
					require.InDelta(t, n.Value, into[i], 1e-9, n.Name)
				}
			}
			require.Equal(t, 1, others)
			require.LessOrEqual(t, columns[3], 11)
			return
		}
	}
	t.Fatal("there is no picture")
}
