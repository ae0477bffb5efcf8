// Package shopify is the platform Shopify webhooks: orders, cancellations,
// refunds and changes of marketing consent.
//
// It signs the body with the app's client secret, waits a second for a
// connection and five in all, and tries eight times over four hours. What it
// tells twice, perhaps under several topics, is known by the order's number.
// Refunds name their order and nobody else: winnow knows whose it is.
//
// Source: shopify.dev. Shopify itself was not reachable from here.
package shopify

import (
	_ "embed"
	"encoding/json"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "shopify", Title: "Shopify: orders, refunds, consent",
			Doc:     "Webhooks tell of orders, cancellations, refunds and consent; rules read them as orders.*, and who unsubscribes is on the legal suppression list.",
			Schemes: []verify.ID{verify.Shopify}, Patience: 5 * time.Second, AsksAgain: true, Tells: true, MaxBody: 4 << 20,
			Key:      "the number of the order or refund, or what changed of whose consent",
			Settings: []platform.Setting{intake.Complete()},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &intake.Adapter{Setup: s, Read: read}, nil
		},
		Reacts: intake.Reacts("Shopify sends it again, eight times over four hours; after that an app's subscription may be removed"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

func read(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
	topic := strings.ToLower(c.Get("X-Shopify-Topic"))
	return intake.Each(c, func(v json.RawMessage) error {
		switch topic {
		case "orders/create", "orders/paid", "orders/cancelled":
			return order(a, v, topic == "orders/cancelled", add)
		case "refunds/create":
			return refund(a, v, add)
		case "customers_email_marketing_consent/update", "customers/update":
			return consent(v, add)
		}
		return nil
	})
}

type person struct {
	ID    intake.Text `json:"id"`
	Email string      `json:"email"`
}

func order(a *intake.Adapter, v json.RawMessage, cancelled bool, add func(ledger.Event)) error {
	var o struct {
		person
		Contact   string        `json:"contact_email"`
		Created   intake.Moment `json:"created_at"`
		Cancelled intake.Moment `json:"cancelled_at"`
		Total     intake.Number `json:"total_price"`
		Currency  string        `json:"currency"`
		Test      bool          `json:"test"`
		Customer  person        `json:"customer"`
	}
	if err := intake.Read(v, &o); err != nil || o.Test {
		return err
	}
	e := ledger.Event{
		Kind: ledger.Order, ID: string(o.ID), OrderID: string(o.ID), At: o.Created.Time,
		ContactID: string(o.Customer.ID), Email: first(o.Customer.Email, o.Email, o.Contact),
		Amount: float64(o.Total), Currency: o.Currency, Complete: a.Setup.Settings.Bool("complete"),
	}
	add(e)
	if cancelled {
		e.Kind, e.At, e.Amount = ledger.Cancel, o.Cancelled.Time, 0
		add(e)
	}
	return nil
}

func refund(a *intake.Adapter, v json.RawMessage, add func(ledger.Event)) error {
	var r struct {
		ID           intake.Text   `json:"id"`
		Order        intake.Text   `json:"order_id"`
		Created      intake.Moment `json:"created_at"`
		Transactions []struct {
			Kind     string        `json:"kind"`
			Status   string        `json:"status"`
			Amount   intake.Number `json:"amount"`
			Currency string        `json:"currency"`
		} `json:"transactions"`
	}
	if err := intake.Read(v, &r); err != nil {
		return err
	}
	e := ledger.Event{
		Kind: ledger.Return, ID: string(r.ID), OrderID: string(r.Order), At: r.Created.Time,
		Complete: a.Setup.Settings.Bool("complete"),
	}
	for _, t := range r.Transactions {
		if t.Kind == "refund" && (t.Status == "success" || t.Status == "") {
			e.Amount, e.Currency = e.Amount+float64(t.Amount), t.Currency
		}
	}
	add(e)
	return nil
}

// consent reads a change of consent, and nothing of a customer who never had a
// say: "not_subscribed" is no objection.
func consent(v json.RawMessage, add func(ledger.Event)) error {
	var c struct {
		person
		Customer intake.Text `json:"customer_id"`
		Address  string      `json:"email_address"`
		Consent  struct {
			State   string `json:"state"`
			Updated string `json:"consent_updated_at"`
		} `json:"email_marketing_consent"`
	}
	if err := intake.Read(v, &c); err != nil {
		return err
	}
	e := ledger.Event{
		ContactID: first(string(c.Customer), string(c.ID)), Email: first(c.Address, c.Email),
		At: intake.ParseMoment(c.Consent.Updated), Channel: "email",
	}
	e.ID = "consent " + e.ContactID + " " + e.Email + " " + c.Consent.State + " " + c.Consent.Updated
	switch strings.ToLower(c.Consent.State) {
	case "unsubscribed":
		e.Kind = ledger.Unsubscribe
	case "subscribed":
		e.Kind = ledger.Resubscribe
	default:
		return nil
	}
	add(e)
	return nil
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
