package customerio_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/customerio"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const toldTold = `{"metric":"spammed","event_id":"e1","object_type":"email","timestamp":1795348800,"data":{"recipient":"ada@example.test","customer_id":"42","identifiers":{"id":"42"}}}`

func toldKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: customerio.Events(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(toldTold),
		},
		Want: []ledger.Event{
			{ID: "e1", Kind: ledger.Complaint, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "42", Channel: "email"},
		},
	}
}

func TestCustomerIOEvents(t *testing.T) { platformtest.RunEvents(t, toldKit()) }

func FuzzCustomerIOEvents(f *testing.F) {
	platformtest.FuzzEvents(f, toldKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
