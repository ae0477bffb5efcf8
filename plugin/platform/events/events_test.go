package events_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/events"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const eventsTold = `{"id":"1","type":"com.shop.order.v1","time":"2026-11-22T12:00:00Z","contact":{"email":"ada@example.test"},"order":{"id":17,"total":"19.99","currency":"EUR"}}
{"specversion":"1.0","id":"2","source":"/shop","type":"Said No","time":"2026-11-22T12:00:00Z","data":{"contact":{"id":7},"channel":"SMS"}}
{"id":"3","type":"sneeze","contact":{"id":7}}
{"specversion":"1.0","id":"4","source":"/shop","type":"click","data_base64":"eyJjb250YWN0Ijp7ImlkIjoiNyJ9fQ=="}`

func eventsKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: events.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(eventsTold),
		},
		Want: []ledger.Event{
			{ID: "1", OrderID: "17", Kind: ledger.Order, At: platformtest.Moment(1795348800), Email: "ada@example.test", Amount: 19.99, Currency: "EUR"},
			{ID: "5:/shop:2", Kind: ledger.Unsubscribe, At: platformtest.Moment(1795348800), ContactID: "7", Channel: "sms"},
			{ID: "5:/shop:4", Kind: ledger.Clicked, ContactID: "7"},
		},
		Options: platform.Options{Settings: platform.Settings{"types": []string{"Said No=unsubscribe"}}},
	}
}

func TestPlainEvents(t *testing.T) { platformtest.RunEvents(t, eventsKit()) }

type inbox []ledger.Event

func (b *inbox) Put(_ context.Context, events ...ledger.Event) error {
	*b = append(*b, events...)
	return nil
}

// An order is known by its number. Who objects is heard without an id, too: two
// of them are two, and what could not be told from a repeat is passed over.
func TestEventsWithoutAnID(t *testing.T) {
	var b inbox
	s, err := platform.NewSource(events.Platform(), platform.Options{Name: "told", Inbox: &b}, nil)
	require.NoError(t, err)
	var r platform.Reply
	s.Serve(&platform.Call{Method: "POST", Received: time.Unix(1795348800, 0), Body: []byte(`[
		{"type":"unsubscribe","contact":{"email":"ada@example.test"}}, {"type":"complaint","contact":{"id":7}},
		{"type":"order","contact":{"id":7},"order":{"id":17,"total":3}}, {"type":"click","contact":{"id":7}},
		{"type":"order","contact":{"id":7},"order":{"total":3}}, {"type":"unsubscribe"}]`)}, &r)
	require.JSONEq(t, `{"accepted":3,"passed_over":3}`, string(r.Body))
	var kinds []ledger.Kind
	ids := map[string]bool{}
	for _, e := range b {
		kinds, ids[e.ID] = append(kinds, e.Kind), true
	}
	require.Equal(t, []ledger.Kind{ledger.Unsubscribe, ledger.Complaint, ledger.Order}, kinds)
	require.Len(t, ids, 3)
	require.Contains(t, ids, "17")
}

// An id of NULs names nobody, as in a decision: one who objects under it alone is
// passed over, and it leads to nobody's address.
func TestEventsAboutNoReadableName(t *testing.T) {
	var b inbox
	s, err := platform.NewSource(events.Platform(), platform.Options{Name: "told", Inbox: &b}, nil)
	require.NoError(t, err)
	var r platform.Reply
	s.Serve(&platform.Call{Method: "POST", Received: time.Unix(1795348800, 0), Body: []byte(`[
		{"id":"1","type":"unsubscribe","contact":{"id":"\u0000"}},
		{"id":"2","type":"unsubscribe","contact":{"id":"\u0000","email":"ada@example.test"}}]`)}, &r)
	require.JSONEq(t, `{"accepted":1,"passed_over":1}`, string(r.Body))
	require.Empty(t, b[0].ContactID)
	require.Equal(t, "ada@example.test", b[0].Email)
}

func FuzzPlainEvents(f *testing.F) {
	platformtest.FuzzEvents(f, eventsKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
