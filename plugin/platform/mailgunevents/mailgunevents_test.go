package mailgunevents_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/mailgunevents"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const mailgunTold = `{"event-data":{"id":"m1","event":"failed","severity":"permanent","timestamp":1795348800.25,"recipient":"ada@example.test","user-variables":{"customer":"c1"}}}`

func mailgunKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: mailgunevents.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(mailgunTold),
		},
		Want: []ledger.Event{
			{ID: "m1", Kind: ledger.HardBounce, At: platformtest.Moment(1795348800).Add(250e6), Email: "ada@example.test", ContactID: "c1", Channel: "email", CountOnly: true},
		},
		Options: platform.Options{Settings: platform.Settings{"contact_key": "customer", "hard_bounces": "count"}},
	}
}

func TestMailgunEvents(t *testing.T) { platformtest.RunEvents(t, mailgunKit()) }

func FuzzMailgunEvents(f *testing.F) {
	platformtest.FuzzEvents(f, mailgunKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}

// A token is good for the body it came with: for that again, and for no other.
func TestAMailgunTokenIsForOneBody(t *testing.T) {
	_, secrets := platformtest.Secrets(verify.Mailgun)
	scheme, err := verify.New(verify.Mailgun, secrets[:1], verify.Options{})
	require.NoError(t, err)
	good := platformtest.Sign(t, scheme, mailgunKit().Call, platformtest.Now())
	require.NoError(t, scheme.Verify(good.Request()))
	require.NoError(t, scheme.Verify(good.Request()), "Mailgun sends it again when it gets no answer")
	other := good
	other.Body = bytes.Replace(good.Body, []byte("failed"), []byte("unsubscribed"), 1)
	require.ErrorIs(t, scheme.Verify(other.Request()), verify.Reused)
	require.NoError(t, scheme.Verify(good.Request()))
}
