// Package events is the platform for programs of one's own, and for whatever can
// send JSON: it takes events as CloudEvents (structured, batched or binary) and as
// plain objects, one, a list of them, or one a line.
//
//	{"id": "o-17", "type": "order", "time": "2026-11-22T12:00:00Z",
//	 "contact": {"id": "c-1001", "email": "ada@example.test"},
//	 "order": {"id": "17", "total": 19.99, "currency": "EUR"}}
//
// Of a CloudEvent that object is the data, and id, type and time are its
// attributes. type is a kind of event, perhaps as the last part of a longer name
// ("com.shop.order"), or a name that the setting types gives to a kind.
package events

import (
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/intake"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "events", Title: "events as CloudEvents or JSON",
			Doc: "Any program tells what contacts did: orders, returns, opens, clicks, bounces, complaints, unsubscribes; one event, a list, or one a line.",
			Schemes: []verify.ID{
				verify.StaticHeader, verify.StandardWebhooksV1, verify.StandardWebhooksV1a, verify.CloudEvents,
				verify.Basic, verify.SecretPath,
			},
			AsksAgain: true, Tells: true, MaxBody: 8 << 20,
			Key: "the event's id; of CloudEvents, source and id; of orders, order.id",
			Settings: []platform.Setting{
				intake.Complete(), intake.Bounces(),
				{Name: "types", Kind: platform.KindTexts, Doc: "your names of events, each with the kind it is, as in \"Order Placed=order\"; kinds are " + strings.Join(ledger.KindNames(), ", ")},
			},
		},
		New:    newAdapter,
		Reacts: intake.Reacts("a well-made sender sends it again"),
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

func newAdapter(s platform.Setup) (platform.Adapter, error) {
	names := map[string]ledger.Kind{}
	for _, pair := range s.Settings.Texts("types") {
		name, kind, ok := strings.Cut(pair, "=")
		k, known := ledger.ParseKind(strings.TrimSpace(kind))
		if !ok || !known {
			return nil, fmt.Errorf("setting types: want NAME=KIND, with a kind among %s", strings.Join(ledger.KindNames(), ", "))
		}
		names[strings.TrimSpace(name)] = k
	}
	return &intake.Adapter{Setup: s, Read: func(a *intake.Adapter, c *platform.Call, add func(ledger.Event)) error {
		return read(a, names, c, add)
	}}, nil
}

// event is one event, plain or structured.
type event struct {
	Version string          `json:"specversion"`
	ID      intake.Text     `json:"id"`
	Source  string          `json:"source"`
	Type    string          `json:"type"`
	Time    intake.Moment   `json:"time"`
	Data    json.RawMessage `json:"data"`
	Base64  string          `json:"data_base64"`
}

// what is what an event says.
type what struct {
	Contact struct {
		ID    intake.Text `json:"id"`
		Email string      `json:"email"`
	} `json:"contact"`
	Order struct {
		ID       intake.Text   `json:"id"`
		Total    intake.Number `json:"total"`
		Currency string        `json:"currency"`
	} `json:"order"`
	Channel string `json:"channel"`
}

func read(a *intake.Adapter, names map[string]ledger.Kind, c *platform.Call, add func(ledger.Event)) error {
	if c.Get("ce-id") != "" {
		doc, err := c.Document()
		if err != nil {
			return err
		}
		return one(a, names, event{
			Version: c.Get("ce-specversion"), ID: intake.Text(c.Get("ce-id")), Source: c.Get("ce-source"), Type: c.Get("ce-type"),
			Time: intake.Moment{Time: intake.ParseMoment(c.Get("ce-time"))}, Data: doc,
		}, nil, add)
	}
	return intake.Each(c, func(v json.RawMessage) error {
		var x event
		if err := intake.Read(v, &x); err != nil {
			return err
		}
		return one(a, names, x, v, add)
	})
}

// one reads an event; of a plain one, whole is what it says.
func one(a *intake.Adapter, names map[string]ledger.Kind, x event, whole json.RawMessage, add func(ledger.Event)) error {
	data := whole
	if x.Version != "" {
		data = x.Data
	}
	if x.Base64 != "" {
		var err error
		if data, err = base64.StdEncoding.DecodeString(x.Base64); err != nil {
			return payload.ErrNotJSON
		}
	}
	var w what
	if len(data) > 0 {
		if err := intake.Read(slices.Clone(data), &w); err != nil {
			return err
		}
	}
	e := ledger.Event{
		ID: string(x.ID), At: x.Time.Time, Kind: kindOf(names, x.Type),
		ContactID: string(w.Contact.ID), Email: w.Contact.Email, Channel: strings.ToLower(w.Channel),
		OrderID: string(w.Order.ID), Amount: float64(w.Order.Total), Currency: w.Order.Currency,
		Complete: a.Setup.Settings.Bool("complete"),
	}
	if x.Source != "" && e.ID != "" {
		e.ID = platform.KeyOf(x.Source, e.ID)
	}
	switch e.Kind {
	case 0:
		return nil
	case ledger.HardBounce:
		e = a.Bounce(e, true)
	case ledger.Order:
		if e.ID == "" {
			e.ID = e.OrderID
		}
	}
	add(e)
	return nil
}

// kindOf reads a name as the setting has it, or else its last part that is a
// kind.
func kindOf(names map[string]ledger.Kind, name string) ledger.Kind {
	if k, ok := names[name]; ok {
		return k
	}
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '.' || r == '/' || r == ':' })
	for _, part := range slices.Backward(parts) {
		if k, ok := ledger.ParseKind(part); ok {
			return k
		}
	}
	return 0
}
