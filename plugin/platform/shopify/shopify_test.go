package shopify_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/shopify"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const shopifyTold = `{"id":820982911946154508,"email":"jon@example.test","created_at":"2026-11-22T10:00:00+02:00","total_price":"398.00","currency":"EUR","test":false,"customer":{"id":115310627314723954,"email":"ada@example.test"}}`

func shopifyKit() platformtest.EventKit {
	return platformtest.EventKit{
		Platform: shopify.Platform(),
		Call: platform.Call{
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Shopify-Topic", Value: "orders/create"}}, Body: []byte(shopifyTold),
		},
		Want: []ledger.Event{
			{ID: "820982911946154508", OrderID: "820982911946154508", Kind: ledger.Order, At: platformtest.Moment(1795334400), Email: "ada@example.test", ContactID: "115310627314723954", Amount: 398, Currency: "EUR"},
		},
	}
}

func TestShopifyEvents(t *testing.T) { platformtest.RunEvents(t, shopifyKit()) }

func FuzzShopifyEvents(f *testing.F) {
	platformtest.FuzzEvents(f, shopifyKit(), `{}`, `[]`, `[{"event":1,"timestamp":"x","email":[]}]`, "{}\n{}")
}
