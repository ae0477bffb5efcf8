package platform_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/brevo"
	"github.com/winnow-gate/winnow/plugin/platform/mautic"
	"github.com/winnow-gate/winnow/plugin/platform/salesmanago"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

// outbox remembers what it is given, or refuses it.
type outbox struct {
	ws  []writeback.Write
	err error
}

func (o *outbox) Put(_ context.Context, ws ...writeback.Write) error {
	if o.err != nil {
		return o.err
	}
	o.ws = append(o.ws, ws...)
	return nil
}

const backRules = `winnow: 1
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.count >= 5
    action: suppress
slots: {hero: {default: plain, variants: {plain: {}}}}
`

func newSource(t *testing.T, p platform.Platform, settings platform.Settings, posture platform.Posture, out platform.Outbox, bundle bool) *platform.Source {
	t.Helper()
	g, err := gate.New(gate.Options{Deadline: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	if bundle {
		require.NoError(t, g.Reload(t.Context(), fstest.MapFS{"r.yaml": {Data: []byte(backRules)}}))
	}
	s, err := platform.NewSource(p, platform.Options{Name: "autumn", Settings: settings, Posture: posture, Outbox: out}, g)
	require.NoError(t, err)
	return s
}

func post(s *platform.Source, body string) platform.Reply {
	var r platform.Reply
	s.Serve(&platform.Call{
		Method: "POST", Path: "/v1/in/autumn", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}},
		Body: []byte(body), Received: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}, &r)
	return r
}

func mauticSettings() platform.Settings {
	return platform.Settings{"api_url": "https://mautic.test", "api_user": "u", "api_password": "p"}
}

const fromMautic = `{"contact_id":"52","email":"ada@example.test","campaign":"october","orders":{"count":7}}`

func TestDecisionsAreKeptBeforeTheAnswer(t *testing.T) {
	var out outbox
	r := post(newSource(t, mautic.Platform(), mauticSettings(), platform.Posture{}, &out, true), fromMautic)
	require.Equal(t, 200, r.Status)
	require.Len(t, out.ws, 1)
	w := out.ws[0]
	require.Equal(t, "autumn", w.Target)
	require.Equal(t, writeback.Contact{ID: "52", Email: "ada@example.test"}, w.Contact)
	require.Equal(t, "false", w.Value("send"))
	require.Equal(t, "persona_match:returner", w.Value("reason"))
	require.Equal(t, "october", w.Value("for"))
	require.Equal(t, "plain", w.Value("hero"))
	require.True(t, w.Suppressed)
}

// A decision that can't be kept is not acknowledged: Mautic calls again.
func TestWhatCannotBeKeptIsAskedForAgain(t *testing.T) {
	full := &outbox{err: errors.New("disk full")}
	for _, posture := range []platform.Posture{{}, {Marketing: platform.HoldBack}, {Marketing: platform.Retry}} {
		s := newSource(t, mautic.Platform(), mauticSettings(), posture, full, true)
		r := post(s, fromMautic)
		require.Equal(t, 503, r.Status, "%s", r.Body)
		require.Contains(t, string(r.Body), "Decision not kept")
		require.Equal(t, platform.AsksAgain, s.Reacts(&r).Then)
	}
	s := newSource(t, brevo.Platform(), platform.Settings{"api_key": "k"}, platform.Posture{}, full, true)
	r := post(s, `{"email":"ada@example.test"}`)
	require.Equal(t, 503, r.Status)
	require.Equal(t, platform.SendsDefault, s.Reacts(&r).Then, "Brevo never calls again")
}

// Without a bundle the fields say what the owner wants, not what an older
// decision said.
func TestTheOwnersDefaultIsWritten(t *testing.T) {
	for choice, send := range map[platform.OnTrouble]string{platform.SendDefault: "true", platform.HoldBack: "false"} {
		var out outbox
		r := post(newSource(t, mautic.Platform(), mauticSettings(), platform.Posture{Marketing: choice}, &out, false), fromMautic)
		require.Equal(t, 200, r.Status)
		require.Len(t, out.ws, 1)
		require.Equal(t, send, out.ws[0].Value("send"))
		require.False(t, out.ws[0].Suppressed, "nobody's persona")
	}
	var out outbox
	r := post(newSource(t, mautic.Platform(), mauticSettings(), platform.Posture{Marketing: platform.Retry}, &out, false), fromMautic)
	require.Equal(t, 503, r.Status)
	require.Empty(t, out.ws)
}

func TestContactsWithoutANameAreRefused(t *testing.T) {
	var out outbox
	r := post(newSource(t, mautic.Platform(), mauticSettings(), platform.Posture{Marketing: platform.Retry}, &out, true), `{"orders":{"count":1}}`)
	require.Contains(t, []int{400, 422}, r.Status, "%s", r.Body)
	require.Empty(t, out.ws)
}

// An id of NULs is no name: two people that have it are two in the queue.
func TestNULsAreNoName(t *testing.T) {
	var out outbox
	s := newSource(t, mautic.Platform(), mauticSettings(), platform.Posture{}, &out, true)
	require.Equal(t, 200, post(s, `{"contact_id":"\u0000","email":"ada@example.test"}`).Status)
	require.Equal(t, writeback.Contact{Email: "ada@example.test"}, out.ws[0].Contact)
}

// SALESmanago's call says too little: it is kept as a question.
func TestThinCallsAreKeptAsQuestions(t *testing.T) {
	var out outbox
	s := newSource(t, salesmanago.Platform(), platform.Settings{
		"api_url": "https://app3.salesmanago.pl", "client_id": "c", "api_secret": "s", "owner": "anna@shop.example",
	}, platform.Posture{}, &out, true)
	thin := `{"id":"r1","name":"october","contactId":"sm-1","description":"","email":"ada@example.test","phone":"","company":""}`
	r := post(s, thin)
	require.Equal(t, 200, r.Status)
	require.Equal(t, platform.UpToCaller, s.Reacts(&r).Then)
	require.Len(t, out.ws, 1)
	require.True(t, json.Valid(out.ws[0].Ask))
	require.Equal(t, writeback.Contact{ID: "sm-1", Email: "ada@example.test"}, out.ws[0].Contact)
	require.NotNil(t, s.Target())
}
