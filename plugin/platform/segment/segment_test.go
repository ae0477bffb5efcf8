package segment_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/segment"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const segmentTold = `{"type":"track","messageId":"s1","userId":"c1","event":"Order Completed","timestamp":"2026-11-22T12:00:00.000Z","context":{"traits":{"email":"ada@example.test"}},"properties":{"order_id":"o1","total":"27.50","currency":"USD"}}`

func segmentKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: segment.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(segmentTold),
		},
		Want: []ledger.Event{
			{ID: "s1", OrderID: "o1", Kind: ledger.Order, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "c1", Amount: 27.5, Currency: "USD", Channel: "email", Complete: true},
		},
		Options: platform.Options{Settings: platform.Settings{"complete": true}},
	}
}

func TestSegmentEvents(t *testing.T) { platformtest.RunEvents(t, segmentKit()) }

func FuzzSegmentEvents(f *testing.F) {
	platformtest.FuzzEvents(f, segmentKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
