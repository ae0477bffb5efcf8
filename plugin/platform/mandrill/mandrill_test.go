package mandrill_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/mandrill"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const mandrillTold = `mandrill_events=%5B%7B%22event%22%3A%22hard_bounce%22%2C%22_id%22%3A%22m1%22%2C%22ts%22%3A1795348800%2C%22msg%22%3A%7B%22email%22%3A%22ada%40example.test%22%2C%22metadata%22%3A%7B%22customer%22%3A%22c1%22%7D%7D%7D%2C%7B%22event%22%3A%22deferral%22%2C%22_id%22%3A%22m1%22%2C%22ts%22%3A1795348801%2C%22msg%22%3A%7B%22email%22%3A%22ada%40example.test%22%7D%7D%2C%7B%22type%22%3A%22blacklist%22%2C%22action%22%3A%22add%22%7D%5D`

func mandrillKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: mandrill.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(mandrillTold),
		},
		Want: []ledger.Event{
			{Kind: ledger.HardBounce, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "c1", Channel: "email"},
		},
		Options: platform.Options{Settings: platform.Settings{"contact_key": "customer"}},
	}
}

func TestMandrillEvents(t *testing.T) { platformtest.RunEvents(t, mandrillKit()) }

func FuzzMandrillEvents(f *testing.F) {
	platformtest.FuzzEvents(f, mandrillKit(), `mandrill_events=%5B%5D`, `mandrill_events=[{"event":"open"}]`, `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
