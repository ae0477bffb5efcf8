package klaviyo_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/klaviyo"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const toldTold = `{"meta":{"klaviyo_webhook_id":"w"},"data":[{"topic":"event:klaviyo.unsubscribed_from_email_marketing","payload":{"data":{"type":"event","id":"k1","attributes":{"datetime":"2026-11-22T12:00:00+00:00"},"relationships":{"profile":{"data":{"type":"profile","id":"01J1"}}}},"included":[{"type":"profile","id":"01J1","attributes":{"email":"ada@example.test"}}]}},{"topic":"event:klaviyo.placed_order","payload":{}}]}`

func toldKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: klaviyo.Events(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(toldTold),
		},
		Want: []ledger.Event{
			{ID: "k1", Kind: ledger.Unsubscribe, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "01J1", Channel: "email"},
		},
	}
}

func TestKlaviyoEvents(t *testing.T) { platformtest.RunEvents(t, toldKit()) }

func FuzzKlaviyoEvents(f *testing.F) {
	platformtest.FuzzEvents(f, toldKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
