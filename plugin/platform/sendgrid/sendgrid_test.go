package sendgrid_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/sendgrid"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const sendgridTold = `[
 {"event":"delivered","sg_event_id":"a","timestamp":1795348800,"email":"ada@example.test","customer":"c1"},
 {"event":"open","sg_event_id":"b","timestamp":"1795348801","email":"ada@example.test"},
 {"event":"open","sg_event_id":"c","timestamp":1795348802,"email":"ada@example.test","sg_machine_open":true},
 {"event":"click","sg_event_id":"d","timestamp":1795348803,"email":"ada@example.test","url":"https://x"},
 {"event":"bounce","sg_event_id":"e","timestamp":1795348804,"email":"gone@example.test","type":"bounce"},
 {"event":"bounce","sg_event_id":"f","timestamp":1795348805,"email":"ada@example.test","type":"blocked"},
 {"event":"spamreport","sg_event_id":"g","timestamp":1795348806,"email":"Bob@example.test"},
 {"event":"unsubscribe","sg_event_id":"h","timestamp":1795348807,"email":"ada@example.test"},
 {"event":"group_resubscribe","sg_event_id":"i","timestamp":1795348808,"email":"ada@example.test","asm_group_id":7},
 {"event":"dropped","sg_event_id":"j","timestamp":1795348809,"email":"ada@example.test","reason":"Unsubscribed Address"},
 {"event":"click","timestamp":1795348810,"email":"ada@example.test"},
 {"event":"click","sg_event_id":"k","timestamp":1795348811}]`

func sendgridKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: sendgrid.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(sendgridTold),
		},
		Want: []ledger.Event{
			{ID: "a", Kind: ledger.Sent, At: platformtest.Moment(1795348800), Email: "ada@example.test", ContactID: "c1", Channel: "email"},
			{ID: "b", Kind: ledger.Opened, At: platformtest.Moment(1795348801), Email: "ada@example.test", Channel: "email"},
			{ID: "d", Kind: ledger.Clicked, At: platformtest.Moment(1795348803), Email: "ada@example.test", Channel: "email"},
			{ID: "e", Kind: ledger.HardBounce, At: platformtest.Moment(1795348804), Email: "gone@example.test", Channel: "email"},
			{ID: "f", Kind: ledger.SoftBounce, At: platformtest.Moment(1795348805), Email: "ada@example.test", Channel: "email"},
			{ID: "g", Kind: ledger.Complaint, At: platformtest.Moment(1795348806), Email: "Bob@example.test", Channel: "email"},
			{ID: "h", Kind: ledger.Unsubscribe, At: platformtest.Moment(1795348807), Email: "ada@example.test", Channel: "email"},
			{ID: "i", Kind: ledger.Resubscribe, At: platformtest.Moment(1795348808), Email: "ada@example.test", Channel: "email"},
		},
		Options: platform.Options{Settings: platform.Settings{"contact_key": "customer"}},
	}
}

func TestSendGridEvents(t *testing.T) { platformtest.RunEvents(t, sendgridKit()) }

func FuzzSendGridEvents(f *testing.F) {
	platformtest.FuzzEvents(f, sendgridKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
