package gate_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// What platforms need of a request, beside what /v1/decide asks for.

func TestStringsAreReadAsWhatTheFieldHolds(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	body := []byte(`{"contact":{"id":"c1","country":"PL"},"consent":{"marketing":"true"},"orders":{"count":"6"},"message":{"class":"marketing"}}`)
	strict, err := g.Decide(nil, gate.Request{Body: body})
	require.NoError(t, err)
	require.Equal(t, "gate", parse(t, strict).Action)
	loose, err := g.Decide(nil, gate.Request{Body: body, Loose: true})
	require.NoError(t, err)
	require.Equal(t, "suppress", parse(t, loose).Action)
	why, err := g.ExplainRequest(gate.Request{Body: body, Loose: true})
	require.NoError(t, err)
	require.EqualValues(t, "suppress", why.Decision.Action)
}

func TestAPlatformsRepeatMayHaveAnotherBody(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	ask := func(body string, anyBody bool) (string, error) {
		out, err := g.Decide(nil, gate.Request{Body: []byte(body), Caller: "s", Key: "k", AnyBody: anyBody})
		return string(out), err
	}
	first, err := ask(`{"contact":{"id":"c1"},"at":1}`, true)
	require.NoError(t, err)
	again, err := ask(`{"at":2,"contact":{"id":"c1"}}`, true)
	require.NoError(t, err)
	require.Equal(t, first, again)
	_, err = ask(`{"at":2,"contact":{"id":"c1"}}`, false)
	require.ErrorIs(t, err, gate.ErrKeyReused)
}

func TestARequestHasItsOwnDeadlineAndPosture(t *testing.T) {
	log := newSlow(gate.SQLite(openLog(t, t.TempDir()+"/w.db")))
	t.Cleanup(log.letGo)
	g := newGate(t, shop, gate.Options{Store: log, Deadline: time.Hour})
	body := []byte(`{"contact":{"id":"c1","country":"PL"},"consent":{"marketing":true},"message":{"class":"marketing"}}`)
	for _, sends := range []bool{true, false} {
		out, err := g.Decide(nil, gate.Request{Body: body, Within: time.Millisecond, Sends: func(class string) bool {
			require.Equal(t, "marketing", class)
			return sends
		}})
		require.NoError(t, err)
		a := parse(t, out)
		require.True(t, a.Degraded)
		require.Equal(t, sends, a.Send)
	}
}

func TestADefaultNeedNotUseUpItsKey(t *testing.T) {
	log := &failing{Store: gate.SQLite(openLog(t, t.TempDir()+"/w.db"))}
	g := newGate(t, shop, gate.Options{Store: log})
	ask := func(again bool) *answer {
		out, err := g.Decide(nil, gate.Request{
			Body: []byte(`{"contact":{"id":"c1"},"message":{"class":"service"}}`), Key: "k", Again: again,
		})
		require.NoError(t, err)
		return parse(t, out)
	}
	full := errors.New("no space left on device")
	log.submit.Store(&full)
	require.True(t, ask(true).Degraded)
	log.submit.Store(nil)
	require.False(t, ask(true).Degraded, "the key was used up by a default answer")
}

// written are values that know their body, and may be filled in.
type written struct {
	body   string
	fills  bool
	writes int
}

func (w *written) Fill(l *facts.Layout, f *facts.Facts) bool {
	return l.DecodeJSONLoose([]byte(w.body), f) == nil && w.fills
}

func (w *written) Body() []byte {
	w.writes++
	return []byte(w.body)
}

func TestValuesAreDecidedOnAsTheirBody(t *testing.T) {
	const body = `{"contact":{"id":"c1","country":"PL"},"consent":{"marketing":"true"},"orders":{"count":"6"},"message":{"class":"marketing"}}`
	for _, fills := range []bool{true, false} {
		g := newGate(t, shop, gate.Options{})
		v := &written{body: body, fills: fills}
		out, err := g.Decide(nil, gate.Request{Values: v, Loose: true})
		require.NoError(t, err)
		require.Equal(t, "suppress", parse(t, out).Action)
		require.Equal(t, fills, v.writes == 0, "a body was written for nothing, or not read")
	}
}

func TestValuesThatNameNobodyAreRefusedAsTheirBody(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	_, want := g.Decide(nil, gate.Request{Body: []byte(`{"message":{}}`), Loose: true})
	require.Error(t, want)
	_, err := g.Decide(nil, gate.Request{Values: &written{body: `{"message":{}}`, fills: true}, Loose: true})
	require.Equal(t, want, err)
}

func TestAKeyTellsValuesApart(t *testing.T) {
	g := newGate(t, shop, gate.Options{Store: gate.SQLite(openLog(t, t.TempDir()+"/w.db"))})
	ask := func(v gate.Values) error {
		_, err := g.Decide(nil, gate.Request{Values: v, Key: "k"})
		return err
	}
	require.NoError(t, ask(&written{body: `{"contact":{"id":"c1"}}`, fills: true}))
	require.NoError(t, ask(&written{body: `{"contact":{"id":"c1"}}`}))
	require.ErrorIs(t, ask(&written{body: `{"contact":{"id":"c2"}}`, fills: true}), gate.ErrKeyReused)
}

// outlined wants the outline of an answer to be what is in it.
func outlined(t *testing.T, out []byte, o rules.Outline) {
	t.Helper()
	a := parse(t, out)
	require.Equal(t, []any{a.ID, a.Send, rules.Action(a.Action), a.Degraded}, []any{o.ID, o.Send, o.Action, o.Degraded})
	var variants map[string]string
	require.NoError(t, json.Unmarshal(out[o.Variants[0]:o.Variants[1]], &variants))
	require.Equal(t, a.Variants, variants)
}

func TestAnOutlineIsOfTheAnswerThatGoesOut(t *testing.T) {
	log := &failing{Store: gate.SQLite(openLog(t, t.TempDir()+"/w.db"))}
	g := newGate(t, shop, gate.Options{Store: log})
	body := []byte(`{"contact":{"id":"c1","country":"PL"},"consent":{"marketing":true},"orders":{"count":6},"message":{"class":"marketing"}}`)
	var o, again rules.Outline
	out, err := g.Decide([]byte("before"), gate.Request{Body: body, Key: "k", Outline: &o})
	require.NoError(t, err)
	out = out[len("before"):]
	outlined(t, out, o)
	require.Equal(t, rules.PersonaMatch, o.Code)
	require.NotEmpty(t, o.Rule)

	repeated, err := g.Decide(nil, gate.Request{Body: body, Key: "k", Outline: &again})
	require.NoError(t, err)
	require.Equal(t, string(out), string(repeated))
	require.Zero(t, again, "it was given before")

	full := errors.New("no space left on device")
	log.submit.Store(&full)
	out, err = g.Decide(nil, gate.Request{Body: body, Outline: &o, Sends: func(string) bool { return false }})
	require.NoError(t, err)
	outlined(t, out, o)
	require.True(t, o.Degraded)
	require.Equal(t, rules.StoreDefault, o.Code)
}
