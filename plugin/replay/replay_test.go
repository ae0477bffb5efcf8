package replay_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/replay"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
	"github.com/winnow-gate/winnow/rules/checked"
	"github.com/winnow-gate/winnow/rules/drawn"
)

func compiled(t require.TestingT, text string) *rules.Bundle {
	b, list := rules.Compile(files(text), rules.Options{})
	require.NotNil(t, b, "%v\n%s", list, text)
	return b
}

func files(text string) fstest.MapFS { return fstest.MapFS{"r.yaml": {Data: []byte(text)}} }

// traffic is a gate that has decided, its log, and all that it was told.
type traffic struct {
	log  *store.SQLite
	seen map[int64]request // by decision id
	by   map[string][]request
}

// request is one body and when it came.
type request struct {
	id     int64
	at     time.Time
	who    string
	body   []byte
	answer census.Answer
	class  string
}

// drive has a gate decide on bodies, an hour apart.
func drive(t require.TestingT, dir, text string, bodies [][]byte) *traffic {
	log, err := store.Open(filepath.Join(dir, "log.db"), store.Options{})
	require.NoError(t, err)
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	g, err := gate.New(gate.Options{
		Store: gate.SQLite(log), Keys: []gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef")}}, Retention: -1,
		Clock: func() time.Time { return now }, Deadline: time.Hour,
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, g.Close()) }()
	require.NoError(t, g.Reload(context.Background(), files(text)))
	tr := &traffic{log: log, seen: map[int64]request{}, by: map[string][]request{}}
	for _, body := range bodies {
		now = now.Add(time.Hour)
		answer, err := g.Decide(nil, gate.Request{Body: body})
		if err != nil {
			continue // a contact without a name
		}
		tr.note(t, g.Bundle(), now, body, answer)
	}
	return tr
}

func (tr *traffic) note(t require.TestingT, b *rules.Bundle, now time.Time, body, answer []byte) {
	var w struct {
		ID string `json:"decision_id"`
	}
	require.NoError(t, json.Unmarshal(answer, &w))
	id, err := gate.ParseID(w.ID)
	require.NoError(t, err)
	in, err := b.Input(body, now)
	require.NoError(t, err)
	defer in.Release()
	r := request{id: id, at: now, who: in.ContactID() + "|", body: body, class: in.Class()}
	if in.ContactID() == "" {
		r.who = "|" + in.Email()
	}
	r.answer, err = census.ReadAnswer("", answer)
	require.NoError(t, err)
	tr.seen[id] = r
	tr.by[r.who] = append(tr.by[r.who], r)
}

// truth decides with a bundle as if it had been asked at the time, knowing what
// was known then.
func (tr *traffic) truth(t require.TestingT, b *rules.Bundle, r *store.Record) *rules.Decision {
	req := tr.seen[r.ID]
	in, err := b.Input(req.body, req.at)
	require.NoError(t, err)
	defer in.Release()
	in.ID = gate.FormatID(r.ID)
	if req.who != "|" && (b.NeedsSent() || b.NeedsHeld()) {
		m := past{known: b.NeedsSent(), class: in.Class()}
		for _, x := range tr.by[req.who] {
			if x.id < r.ID {
				m.before = append(m.before, x)
			}
		}
		in.State = m
	}
	return b.Decide(in).Clone()
}

// past is what a contact has gone through, told from the requests themselves.
type past struct {
	before []request
	known  bool
	class  string
}

func (p past) Sent(since int64, _ string) (n int64, ok bool) {
	for _, x := range p.before {
		if x.answer.Send && x.class == p.class && x.at.UnixNano() >= since {
			n++
		}
	}
	return n, p.known
}

func (p past) Held(persona string) bool {
	for i := len(p.before) - 1; i >= 0; i-- {
		a := p.before[i].answer
		gated := slices.ContainsFunc(a.Reasons, func(x rules.Reason) bool {
			return slices.Contains([]rules.Code{rules.GateClosed, rules.GateUnknown, rules.GateError, rules.FieldMissing}, x.Code)
		})
		if len(a.Personas) == 0 && gated {
			continue
		}
		return slices.Contains(a.Personas, persona)
	}
	return false
}

// Whatever a replay says is right: what it calls identical is, what it calls
// changed is what the bundle would have decided, and only what depends on what
// was not kept is called not reproducible.
func TestReplayAgreesWithBruteForce(t *testing.T) {
	seen := map[replay.Verdict]int{}
	enough := func() bool {
		known := seen[replay.Identical] + seen[replay.Changed]
		return seen[replay.Identical] > 20 && seen[replay.Changed] > 20 && seen[replay.NotReproducible] > 0 &&
			seen[replay.NotReproducible] < known // most of what hashed values had a say in is
	}
	checked.Until(t, enough, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "log")
		require.NoError(rt, err)
		text, other := drawn.Bundle(rt), drawn.Bundle(rt)
		var bodies [][]byte
		for range rapid.IntRange(1, 10).Draw(rt, "requests") {
			body, err := json.Marshal(drawn.Contact(rt))
			require.NoError(rt, err)
			bodies = append(bodies, body)
		}
		tr := drive(rt, dir, text, bodies)
		defer func() { require.NoError(rt, tr.log.Close(context.Background())) }()
		was, now := compiled(rt, text), compiled(rt, other)
		all := replay.Options{From: 0, To: math.MaxInt64, Bundles: []*rules.Bundle{was}}
		check(rt, tr, all, was, seen)
		all.With = now
		check(rt, tr, all, now, seen)
		all.Bundles = nil
		check(rt, tr, all, now, seen)
	})
}

func check(t *rapid.T, tr *traffic, o replay.Options, b *rules.Bundle, seen map[replay.Verdict]int) {
	p := replay.New(tr.log, o)
	defer p.Close()
	report, err := p.Run(context.Background())
	require.NoError(t, err)
	require.EqualValues(t, len(tr.seen), report.Records)
	p.RememberOnly(1)
	forgetful, err := p.Run(context.Background())
	require.NoError(t, err)
	require.Equal(t, report, forgetful, "what is forgotten is looked up")
	var hand replay.Report
	flips := census.NewFlips(o.Sampling)
	require.NoError(t, tr.log.Scan(context.Background(), 0, math.MaxInt64, func(r *store.Record) error {
		got, err := p.Replay(context.Background(), r)
		require.NoError(t, err)
		seen[got.Verdict]++
		truth := tr.truth(t, b, r)
		truth.Bundle = r.Bundle
		answer := string(truth.AppendJSON(nil))
		want := census.AnswerOf(gate.FormatID(r.ID), truth)
		switch got.Verdict {
		case replay.Identical:
			hand.Identical++
			flips.Same()
			require.Equal(t, string(r.Answer), answer)
		case replay.Changed:
			hand.Changed++
			require.NotEqual(t, string(r.Answer), answer)
			flips.Add(got.Was, &want)
			alike := census.NewFlips(o.Sampling)
			alike.Add(got.Now, &want)
			require.Zero(t, alike.Report().Changed, "replayed otherwise than it would have been:\n%+v\n%+v\n%s\n%s", got.Now, want, r.Facts, tr.seen[r.ID].body)
		default:
			hand.NotReproducible++
			require.NotEmpty(t, got.Why)
			if o.With == nil {
				require.Equal(t, replay.NotKept, got.Why, "the same bundle falls short only where values were left out")
				require.True(t, dropped(got.About) || noDomain(tr.seen[r.ID].body), "%s: %s", got.About, r.Facts)
			}
		}
		return nil
	}))
	require.Equal(t, []int64{hand.Identical, hand.Changed, hand.NotReproducible}, []int64{report.Identical, report.Changed, report.NotReproducible})
	require.Equal(t, flips.Report(), report.Flips)
}

// dropped reports whether fields are named of which records keep nothing at all.
func dropped(about string) bool { return strings.Contains(about, "contact.name.given") }

// noDomain reports whether the address has no domain: that a predicate over a signal
// is unknown is more than its answer tells.
func noDomain(body []byte) bool { return strings.Contains(string(body), `"nobody"`) }

const shop = `winnow: 1
gates:
  - {id: consent, require: consent.marketing}
personas:
  - {id: rival, kind: negative, name: N, when: 'orders.count > 3 and domain(contact.email) == "rival.example"', action: suppress, holdout: 0%}
  - {id: jan, kind: negative, name: N, when: 'orders.count > 6 and contact.name.given == "Jan"', action: suppress, holdout: 0%}
`

// A record is not reproducible only where what was hashed matters, and says so.
func TestWhy(t *testing.T) {
	body := func(count int) []byte {
		return fmt.Appendf(nil, `{"contact": {"id": "a", "email": "a@rival.example", "name": {"given": "Ola"}}, "consent": {"marketing": true}, "orders": {"count": %d}}`, count)
	}
	tr := drive(t, t.TempDir(), shop, [][]byte{body(1), body(5), body(9)})
	defer func() { require.NoError(t, tr.log.Close(context.Background())) }()
	was := compiled(t, shop)
	run := func(o replay.Options) *replay.Report {
		o.To = math.MaxInt64
		p := replay.New(tr.log, o)
		defer p.Close()
		r, err := p.Run(t.Context())
		require.NoError(t, err)
		return r
	}
	r := run(replay.Options{Bundles: []*rules.Bundle{was}})
	require.Equal(t, []int64{3, 2, 1}, []int64{r.Records, r.Identical, r.NotReproducible})
	require.Equal(t, []string{string(replay.NotKept), "contact.name.given"}, []string{string(r.Reasons[0].Why), r.Reasons[0].About})

	// What the record says of an address counts for the same question only.
	for when, same := range map[string]int64{
		`orders.count > 4 and domain(contact.email) == "rival.example"`:  3,
		`orders.count > 4 and domain(contact.email) == "rivals.example"`: 1,
	} {
		other := compiled(t, "winnow: 1\ngates:\n  - {id: consent, require: consent.marketing}\npersonas:\n  - {id: rival, kind: negative, name: N, when: '"+when+"', action: suppress, holdout: 0%}\n")
		r = run(replay.Options{With: other})
		require.Equal(t, []int64{same, 3 - same}, []int64{r.Identical, r.NotReproducible}, when)
		if same == 1 {
			require.Equal(t, []string{string(replay.NotKept), "contact.email"}, []string{string(r.Reasons[0].Why), r.Reasons[0].About})
		}
	}

	r = run(replay.Options{})
	require.EqualValues(t, 3, r.NotReproducible)
	require.Equal(t, []string{string(replay.NoBundle), was.Digest()}, []string{string(r.Reasons[0].Why), r.Reasons[0].About})

	// Another bundle that reads what the old one did not.
	more := compiled(t, shop+`  - {id: far, kind: negative, name: N, when: contact.country == "PL" and orders.count > 3, action: suppress, holdout: 0%}
`)
	for why, bundles := range map[replay.Why][]*rules.Bundle{replay.NotRead: {was}, replay.NotSeen: nil} {
		r = run(replay.Options{With: more, Bundles: bundles})
		require.EqualValues(t, 1, r.Identical, "%+v: one order is not enough, whatever the country", r.Reasons)
		require.EqualValues(t, 2, r.NotReproducible)
		require.Equal(t, why, r.Reasons[0].Why)
		require.Contains(t, r.Reasons[0].Hint, "mode: observe")
		require.ElementsMatch(t, []string{"contact.country", "contact.country, contact.name.given"}, []string{r.Reasons[0].About, r.Reasons[1].About})
	}
	stricter := compiled(t, `winnow: 1
gates:
  - {id: consent, require: consent.marketing}
personas:
  - {id: few, kind: negative, name: N, when: orders.count < 3, action: suppress, holdout: 0%}
`)
	r = run(replay.Options{With: stricter, Sampling: census.Sampling{Size: 3}})
	require.EqualValues(t, 3, r.Changed)
	require.Equal(t, []int64{2, 1}, []int64{r.Flips.In, r.Flips.Out})
	require.Equal(t, []census.CauseFlips{
		{Cause: census.Cause{Action: "suppress", Rule: "rival", Now: true}, N: 2, Samples: []string{"a"}},
		{Cause: census.Cause{Action: "suppress", Rule: "few"}, N: 1, Samples: []string{"a"}},
	}, r.Flips.Causes)
}
