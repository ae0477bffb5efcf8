package shopify_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/shopify"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

type inbox []ledger.Event

func (b *inbox) Put(_ context.Context, events ...ledger.Event) error {
	*b = append(*b, events...)
	return nil
}

func TestTopics(t *testing.T) {
	at := platformtest.Moment(1795348800)
	for name, c := range map[string]struct {
		topic, body string
		want        []ledger.Event
	}{
		"cancelled": {"orders/cancelled", `{"id":1,"email":"a@b.example","created_at":"2026-11-22T12:00:00Z","cancelled_at":"2026-11-22T12:00:01Z","total_price":"5.00","currency":"EUR"}`, []ledger.Event{
			{Source: "shop", Kind: ledger.Order, ID: "1", OrderID: "1", At: at, Email: "a@b.example", Amount: 5, Currency: "EUR"},
			{Source: "shop", Kind: ledger.Cancel, ID: "1", OrderID: "1", At: at.Add(1e9), Email: "a@b.example", Currency: "EUR"},
		}},
		"refund": {"refunds/create", `{"id":9,"order_id":1,"created_at":"2026-11-22T12:00:00Z","transactions":[{"kind":"refund","status":"success","amount":"2.50","currency":"EUR"},{"kind":"refund","status":"failure","amount":"9"}]}`, []ledger.Event{
			{Source: "shop", Kind: ledger.Return, ID: "9", OrderID: "1", At: at, Amount: 2.5, Currency: "EUR"},
		}},
		"unsubscribed": {"customers_email_marketing_consent/update", `{"customer_id":7,"email_address":"a@b.example","email_marketing_consent":{"state":"unsubscribed","consent_updated_at":"2026-11-22T12:00:00Z"}}`, []ledger.Event{
			{Source: "shop", Kind: ledger.Unsubscribe, ID: "consent 7 a@b.example unsubscribed 2026-11-22T12:00:00Z", At: at, ContactID: "7", Email: "a@b.example", Channel: "email"},
		}},
		"never had a say": {"customers/update", `{"id":7,"email":"a@b.example","email_marketing_consent":{"state":"not_subscribed"}}`, nil},
		"no consent":      {"customers/update", `{"id":7,"email":"a@b.example","email_marketing_consent":null}`, nil},
		"a test order":    {"orders/create", `{"id":1,"email":"a@b.example","test":true}`, nil},
		"a guest":         {"orders/create", `{"id":1,"email":null,"contact_email":"g@b.example","customer":null,"total_price":"1"}`, []ledger.Event{{Source: "shop", Kind: ledger.Order, ID: "1", OrderID: "1", Email: "g@b.example", Amount: 1}}},
		"nobody":          {"orders/create", `{"id":1}`, nil},
		"another topic":   {"products/update", `{"id":1,"email":"a@b.example"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var b inbox
			s, err := platform.NewSource(shopify.Platform(), platform.Options{Name: "shop", Inbox: &b}, nil)
			require.NoError(t, err)
			var r platform.Reply
			s.Serve(&platform.Call{
				Method: "POST", Path: "/v1/in/shop", Body: []byte(c.body),
				Header: verify.Header{{Name: "X-Shopify-Topic", Value: c.topic}, {Name: "Content-Type", Value: "application/json"}},
			}, &r)
			require.Equal(t, 200, r.Status, string(r.Body))
			require.Equal(t, c.want, []ledger.Event(b))
		})
	}
}
