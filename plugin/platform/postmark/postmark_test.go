package postmark_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/postmark"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const postmarkTold = `{"RecordType":"SubscriptionChange","MessageID":"883953f4","ChangedAt":"2026-11-22T12:00:00Z","Recipient":"ada@example.test","SuppressSending":true,"SuppressionReason":"ManualSuppression","Metadata":{"customer":"c1"}}`

func postmarkKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: postmark.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(postmarkTold),
		},
		Want: []ledger.Event{
			{Kind: ledger.Unsubscribe, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "c1", Channel: "email"},
		},
		Options: platform.Options{Settings: platform.Settings{"contact_key": "customer"}},
	}
}

func TestPostmarkEvents(t *testing.T) { platformtest.RunEvents(t, postmarkKit()) }

func FuzzPostmarkEvents(f *testing.F) {
	platformtest.FuzzEvents(f, postmarkKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
