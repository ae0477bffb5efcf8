package census_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/drawn"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func compiled(t require.TestingT, text string) *rules.Bundle {
	b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, rules.Options{})
	require.NotNil(t, b, "%v\n%s", list, text)
	return b
}

func input(t require.TestingT, b *rules.Bundle, tree any) *rules.Input {
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	in, err := b.Input(body, noon)
	require.NoError(t, err)
	return in
}

// plainAnswer is an answer as another program would read it.
type plainAnswer struct {
	Send     bool              `json:"send"`
	Action   string            `json:"action"`
	By       string            `json:"by"`
	Variants map[string]string `json:"variants"`
	Personas []string          `json:"personas"`
	Holdout  bool              `json:"holdout"`
	Content  map[string]json.RawMessage
	Route    []string
	Ask      []string
	Until    *string `json:"hold_until"`
	Reasons  []struct {
		Code, Rule, Slot, Would, Detail string
		Fields                          []string
	} `json:"reasons"`
}

func plain(t require.TestingT, d *rules.Decision) (p plainAnswer) {
	require.NoError(t, json.Unmarshal(d.AppendJSON(nil), &p))
	return p
}

// reasonSet is a set of code, rule and slot.
func (p plainAnswer) reasonSet() map[string]bool {
	out := map[string]bool{}
	for k := range p.details() {
		out[k] = true
	}
	return out
}

// details is what reasons say besides.
func (p plainAnswer) details() map[string]string {
	out := map[string]string{}
	for _, r := range p.Reasons {
		out[r.Code+"|"+r.Rule+"|"+r.Slot] = fmt.Sprint(r.Would, r.Detail, r.Fields)
	}
	return out
}

// Flips agrees with counting by hand over the answers as JSON, whoever counts
// which part, in whatever order.
func TestFlipsAgreeWithBruteForce(t *testing.T) {
	flips := 0
	checked.Until(t, func() bool { return flips > 0 }, func(t *rapid.T) {
		was, now := compiled(t, drawn.Bundle(t)), compiled(t, drawn.Bundle(t))
		how := census.Sampling{Size: 1000}
		whole, one, two := census.NewFlips(how), census.NewFlips(how), census.NewFlips(how)
		hand := byHand{in: map[string]int64{}}
		for i := range rapid.IntRange(0, 12).Draw(t, "contacts") {
			tree := drawn.Contact(t)
			a, b := input(t, was, tree), input(t, now, tree)
			id := fmt.Sprint("row ", i)
			before, after := census.AnswerOf(id, was.Decide(a)), census.AnswerOf(id, now.Decide(b))
			whole.Add(&before, &after)
			part := one
			if i%3 == 0 {
				part = two
			}
			part.Add(&before, &after)
			hand.add(id, plain(t, was.Decide(a)), plain(t, now.Decide(b)))
			a.Release()
			b.Release()
		}
		two.Merge(one)
		got := whole.Report()
		require.Equal(t, got, two.Report(), "parts add up to the whole")
		hand.check(t, got)
		flips += int(got.In + got.Out)
	})
}

// byHand counts flips the slow way.
type byHand struct {
	n, changed, sentNow, keptNow, rest int64
	in                                 map[string]int64 // persona, reason and variant changes by text
	ids                                map[string][]string
}

func (h *byHand) add(id string, a, b plainAnswer) {
	if h.ids == nil {
		h.ids = map[string][]string{}
	}
	h.n++
	changed := a.Action != b.Action || a.Holdout != b.Holdout
	switch {
	case a.Send && !b.Send:
		h.keptNow++
		h.ids["out"] = append(h.ids["out"], id)
	case b.Send && !a.Send:
		h.sentNow++
		h.ids["in"] = append(h.ids["in"], id)
	}
	note := func(text string) { h.in[text]++; changed = true }
	if a.Action != b.Action {
		note("action " + a.Action + " " + b.Action)
	}
	for _, p := range b.Personas {
		if !slices.Contains(a.Personas, p) {
			note("+" + p)
		}
	}
	for _, p := range a.Personas {
		if !slices.Contains(b.Personas, p) {
			note("-" + p)
		}
	}
	for slot, v := range b.Variants {
		if a.Variants[slot] != v {
			note("slot " + slot + " " + a.Variants[slot] + " " + v)
		}
	}
	for r := range b.reasonSet() {
		if !a.reasonSet()[r] {
			note("+" + r)
		}
	}
	for r := range a.reasonSet() {
		if !b.reasonSet()[r] {
			note("-" + r)
		}
	}
	rest := a.Action == b.Action && a.By != b.By
	for k, text := range a.details() {
		rest = rest || b.reasonSet()[k] && b.details()[k] != text
	}
	rest = rest || !slices.Equal(a.Route, b.Route) || !slices.Equal(a.Ask, b.Ask) || !reflect.DeepEqual(a.Until, b.Until)
	for slot, v := range b.Variants {
		rest = rest || a.Variants[slot] == v && string(a.Content[slot]) != string(b.Content[slot])
	}
	if rest {
		h.rest++
	}
	if changed || rest {
		h.changed++
	}
}

func (h *byHand) check(t *rapid.T, got *census.FlipReport) {
	require.Equal(t, []int64{h.n, h.changed, h.sentNow, h.keptNow, h.rest}, []int64{got.Contacts, got.Changed, got.In, got.Out, got.Rest})
	counted := map[string]int64{}
	for _, a := range got.Actions {
		counted["action "+a.From+" "+a.To] = a.N
	}
	for _, p := range got.Personas {
		counted["+"+p.ID], counted["-"+p.ID] = p.Gained, p.Lost
	}
	for _, s := range got.Slots {
		counted["slot "+s.Slot+" "+s.From+" "+s.To] = s.N
	}
	for _, r := range got.Reasons {
		k := string(r.Code) + "|" + r.Rule + "|" + r.Slot
		counted["+"+k], counted["-"+k] = r.Gained, r.Lost
	}
	for k, n := range counted {
		if n == 0 {
			delete(counted, k)
		}
	}
	require.Equal(t, h.in, counted)
	ids := map[string][]string{}
	for _, c := range got.Causes {
		way := "out"
		if c.Now {
			way = "in"
		}
		require.Len(t, c.Samples, int(c.N))
		ids[way] = append(ids[way], c.Samples...)
	}
	for way := range h.ids {
		require.ElementsMatch(t, h.ids[way], ids[way])
	}
}

// counters are the three that look at one bundle.
type counters struct {
	reach *census.Reach
	gaps  *census.Gaps
	pairs *census.Pairs
}

func newCounters(b *rules.Bundle) counters {
	how := census.Sampling{Size: 3, Seed: "s"}
	return counters{census.NewReach(b, "", how), census.NewGaps(b), census.NewPairs(b, how)}
}

func (c counters) add(in *rules.Input, a *census.Answer) {
	c.reach.Add(a)
	c.gaps.Add(in, a)
	c.pairs.Add(in, a.Contact)
}

// Reach, Gaps and Pairs agree with counting by hand, and parts add up.
func TestCensusAgreesWithBruteForce(t *testing.T) {
	pairs := 0
	checked.Until(t, func() bool { return pairs > 0 }, func(t *rapid.T) {
		b := compiled(t, drawn.Bundle(t))
		whole, one, two := newCounters(b), newCounters(b), newCounters(b)
		var all []plainAnswer
		known, both := map[string]int64{}, map[string]int64{}
		for i := range rapid.IntRange(0, 12).Draw(t, "contacts") {
			in := input(t, b, drawn.Contact(t))
			noteBoth(both, b.Explain(in))
			d := b.Decide(in)
			all = append(all, plain(t, d))
			for s, f := range b.Layout().Fields() {
				if in.Facts().Slots[s].State.String() == "known" {
					known[f.Path]++
				}
			}
			a := census.AnswerOf(fmt.Sprint("row ", i), d)
			whole.add(in, &a)
			if i%3 == 0 {
				one.add(in, &a)
			} else {
				two.add(in, &a)
			}
			in.Release()
		}
		two.reach.Merge(one.reach)
		two.gaps.Merge(one.gaps)
		two.pairs.Merge(one.pairs)
		require.Equal(t, whole.reach.Report(), two.reach.Report(), "parts add up to the whole")
		require.Equal(t, whole.gaps.Report(), two.gaps.Report())
		require.Equal(t, whole.pairs.Report(), two.pairs.Report())
		checkReach(t, whole.reach.Report(), all)
		checkGaps(t, whole.gaps.Report(), all, known)
		require.Equal(t, whole.reach.Report().Unsure, whole.gaps.Report().Unsure+whole.gaps.Report().Other, "both count whom something is not known of")
		counted := map[string]int64{}
		for _, p := range whole.pairs.Report().Pairs {
			counted[p.A+" "+p.B] = p.Both
			require.Equal(t, both[p.A+" "+p.A], p.Both+p.OnlyA)
			require.Equal(t, both[p.B+" "+p.B], p.Both+p.OnlyB)
			pairs++
		}
		for _, p := range whole.pairs.Report().Personas {
			if p.N > 0 {
				counted[p.ID+" "+p.ID] = p.N
			}
		}
		require.Equal(t, both, counted)
	})
}

// noteBoth counts the pairs of personas that an explanation finds true.
func noteBoth(both map[string]int64, e *rules.Explanation) {
	var of []string
	for _, r := range e.Rules {
		if r.Kind == "persona" && r.Value == "true" {
			of = append(of, r.ID)
		}
	}
	for i := range of {
		for _, b := range of[i:] {
			both[of[i]+" "+b]++
		}
	}
}

func checkReach(t *rapid.T, got *census.ReachReport, all []plainAnswer) {
	want := map[string]int64{}
	for _, a := range all {
		want["action "+a.Action]++
		if a.Send {
			want["sent"]++
		}
		shadow := false
		for _, p := range a.Personas {
			want["matched "+p]++
		}
		for _, r := range a.Reasons {
			switch r.Code {
			case "persona_observed", "persona_canary_out":
				want["would "+r.Rule+" "+r.Would]++
				shadow = shadow || slices.Contains([]string{"suppress", "hold", "reroute", "cap"}, r.Would)
			case "holdout":
				want["held out "+r.Rule]++
			case "persona_exempt":
				want["exempt "+r.Rule]++
			}
		}
		if a.Send && shadow {
			want["shadow"]++
		}
		if a.Action != "gate" {
			want["shown "+a.Variants["hero"]]++
		}
	}
	counted := map[string]int64{"sent": got.Sent, "shadow": got.Shadow}
	for _, a := range got.Actions {
		counted["action "+a.Name] = a.N
	}
	for _, p := range got.Personas {
		counted["matched "+p.ID], counted["held out "+p.ID], counted["exempt "+p.ID] = p.Matched, p.HeldOut, p.Exempt
		for _, w := range p.Would {
			counted["would "+p.ID+" "+w.Name] = w.N
		}
	}
	for _, v := range got.Slots[0].Variants {
		counted["shown "+v.Variant] = v.N
	}
	for k, n := range counted {
		if n == 0 {
			delete(counted, k)
		}
	}
	require.Equal(t, want, counted)
	require.Equal(t, int64(len(all)), got.Contacts)
	checkFlow(t, got)
}

// checkFlow sees that nobody is lost in the picture.
func checkFlow(t *rapid.T, got *census.ReachReport) {
	into, outOf := map[int]int64{}, map[int]int64{}
	for _, l := range got.Flow.Links {
		into[l.To] += l.N
		outOf[l.From] += l.N
	}
	for i, n := range got.Flow.Nodes {
		if n.Column > 0 {
			require.Equal(t, n.N, into[i])
		} else {
			require.Equal(t, got.Contacts, n.N)
		}
		if n.Kind != "gate" && n.Kind != "persona" && n.Kind != "variant" {
			require.Equal(t, n.N, outOf[i])
		}
	}
}

func checkGaps(t *rapid.T, got *census.GapReport, all []plainAnswer, known map[string]int64) {
	wanted, alone := map[string]int64{}, map[string]int64{}
	for _, a := range all {
		seen := map[string]bool{}
		for _, r := range a.Reasons {
			for _, f := range r.Fields {
				seen[f] = true
			}
		}
		for f := range seen {
			wanted[f]++
			if len(seen) == 1 {
				alone[f]++
			}
		}
	}
	for _, f := range got.Fields {
		require.Equal(t, []int64{known[f.Path], wanted[f.Path], alone[f.Path]}, []int64{f.Known, f.Wanted, f.Alone}, f.Path)
		require.Equal(t, got.Contacts, f.Known+f.Stale+f.Null+f.WrongType+f.OutOfRange+f.Absent)
	}
}
