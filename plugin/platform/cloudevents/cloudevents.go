// Package cloudevents is the platform for callers that speak CloudEvents 1.0 over
// HTTP: event brokers, Knative, Azure Event Grid, the SDKs. It exists so that a
// send can be decided as a step of an event flow: an event about a contact goes
// in, an event with the decision comes out.
//
// All three modes are read: binary (ce-… headers), structured
// (application/cloudevents+json) and batched (application/cloudevents-batch+json);
// the reply is in the mode of the call, of the type dev.winnow.decision.v1. An
// item of a batch that can't be decided on gets an event of the type
// dev.winnow.problem.v1 in its place, and spoils no other.
//
// The event's data is the body of /v1/decide, or any JSON object with a mapping.
// The attributes can be mapped as ce.id, ce.subject, ce.type and so on; unless
// the data says otherwise the subject is the contact's id. Source and id name the
// call: an event that is delivered again gets the recorded answer.
//
// Specification: github.com/cloudevents/spec, http-protocol-binding.md and
// http-webhook.md (the handshake by OPTIONS, which the setting origins allows).
package cloudevents

import (
	_ "embed"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// The types of the events that come out.
const (
	DecisionType = "dev.winnow.decision.v1"
	ProblemType  = "dev.winnow.problem.v1"
)

// Platform is what package platforms registers.
func Platform() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "cloudevents", Title: "CloudEvents over HTTP",
			Doc: "POST an event about a contact, binary, structured or batched; the answer is an event of the type " +
				DecisionType + " in the same mode.",
			Schemes: []verify.ID{
				verify.CloudEvents, verify.StandardWebhooksV1, verify.StandardWebhooksV1a, verify.StaticHeader, verify.Basic, verify.SecretQuery,
			},
			AsksAgain: true,
			MaxBody:   4 << 20, // of a batch
			Key:       "the event's source and id",
			Keep:      true,
			Beside:    "ce",
			Mapping: []payload.Rule{
				{Field: "contact.id", From: []string{"contact.id", "ce.subject"}},
				{Field: "message.id", From: []string{"message.id", "ce.id"}},
			},
			Settings: []platform.Setting{
				{Name: "origins", Kind: platform.KindTexts, Doc: "senders that may deliver, by the DNS names they give in the handshake (OPTIONS); * for all; none when left out"},
				{Name: "rate", Kind: platform.KindNumber, Doc: "events a minute that the handshake grants; no limit when left out"},
			},
		},
		New: func(s platform.Setup) (platform.Adapter, error) {
			return &adapter{
				setup: s, source: payload.Quote(nil, s.PublicURL),
				handshake: verify.Handshake{Origins: s.Settings.Texts("origins"), Rate: int(s.Settings.Number("rate"))},
			}, nil
		},
		Reacts: reacts,
		Recipe: func(in platform.Recipe) string { return platform.FillRecipe(recipeText, in) },
	}
}

//go:embed recipe.md
var recipeText string

type adapter struct {
	setup     platform.Setup
	source    []byte // of the events that come out, as JSON
	handshake verify.Handshake
}

var _ platform.Greeter = (*adapter)(nil)

// Greet answers the handshake. An answer without WebHook-Allowed-Origin is the
// refusal.
func (a *adapter) Greet(c *platform.Call, r *platform.Reply) bool {
	if c.Method != "OPTIONS" {
		return false
	}
	r.Status = 200
	r.Set("Allow", "POST, OPTIONS")
	if g, err := a.handshake.Answer(c.Request()); err == nil {
		for _, f := range g.Header() {
			r.Set(f.Name, f.Value)
		}
	}
	return true
}

// Decode implements platform.Adapter.
func (a *adapter) Decode(c *platform.Call, asks *platform.Asks) error {
	if c.Method != "POST" {
		return platform.ErrMethod
	}
	body, err := c.Plain()
	if err != nil {
		return err
	}
	switch modeOf(c) {
	case batched:
		return a.batch(body, asks)
	case structured:
		return a.add(body, asks, func(body []byte) (event, error) { return parseStructured(body, a.setup.Mapping) })
	default:
		return a.add(body, asks, func(body []byte) (event, error) { return parseBinary(c, body) })
	}
}

func (a *adapter) batch(body []byte, asks *platform.Asks) error {
	asks.Batch = true
	return payload.EachItem(body, func(item []byte) {
		if err := a.add(item, asks, func(item []byte) (event, error) { return parseStructured(item, nil) }); err != nil {
			asks.Items = append(asks.Items, platform.Ask{Err: err})
		}
	})
}

// add adds the ask of one event.
func (a *adapter) add(body []byte, asks *platform.Asks, parse func([]byte) (event, error)) error {
	e, err := parse(body)
	if err != nil {
		return err
	}
	if e.found != nil {
		e.found.Beside(e.get)
		asks.AddFound(e.found)
	} else if err := asks.MapBeside(a.setup.Mapping, e.data, e.get); err != nil {
		return err
	}
	asks.Items[len(asks.Items)-1].Key = e.key()
	return nil
}

// Encode implements platform.Adapter.
func (a *adapter) Encode(c *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	switch modeOf(c) {
	case batched:
		r.JSON(200, []byte{'['})
		for i := range answers {
			if i > 0 {
				r.Body = append(r.Body, ',')
			}
			r.Body = a.event(r.Body, c, &answers[i])
		}
		r.Body = append(r.Body, ']')
		r.Set("Content-Type", "application/cloudevents-batch+json; charset=utf-8")
	case structured:
		r.JSON(200, nil)
		r.Body = a.event(r.Body, c, &answers[0])
		r.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	default:
		r.JSON(200, answers[0].JSON)
		id, kind := named(&answers[0])
		r.Set("ce-specversion", "1.0")
		r.Set("ce-id", id)
		r.Set("ce-source", encodeHeader(a.setup.PublicURL))
		r.Set("ce-type", kind)
		r.Set("ce-time", c.Received.UTC().Format(time.RFC3339))
	}
	return nil
}

// named are the id and the type of the event that carries an answer.
func named(answer *platform.Answer) (id, kind string) {
	id, kind = payload.View(payload.First(answer.JSON, "decision_id")), DecisionType
	if answer.Err != nil {
		kind = ProblemType
	}
	if id == "" {
		id = "none" // an event must have one
	}
	return id, kind
}

// event appends a structured event.
func (a *adapter) event(dst []byte, c *platform.Call, answer *platform.Answer) []byte {
	id, kind := named(answer)
	dst = append(append(dst, `{"specversion":"1.0","id":"`...), id...)
	dst = append(append(dst, `","source":`...), a.source...)
	dst = append(append(dst, `,"type":"`...), kind...)
	dst = c.Received.UTC().AppendFormat(append(dst, `","time":"`...), time.RFC3339)
	dst = append(dst, `","datacontenttype":"application/json","data":`...)
	if answer.Err == nil {
		return append(append(dst, answer.JSON...), '}')
	}
	var r platform.Reply
	platform.Trouble{Kind: platform.Unreadable, Err: answer.Err}.Problem(&r)
	return append(append(dst, r.Body...), '}')
}

// Trouble gives what the owner chose as a decision, in the mode of the call, and
// the reason where the call itself is at fault.
func (a *adapter) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	if (t.Kind == platform.Undecided || t.Kind == platform.Broken) && t.Wants != platform.Retry && modeOf(c) != batched {
		if a.Encode(c, []platform.Answer{t.Default()}, r) == nil {
			return
		}
	}
	if t.Kind == platform.Undecided && modeOf(c) == batched && t.Wants != platform.Retry && a.batchDefault(c, t, r) {
		return
	}
	t.Problem(r)
	if r.Status == 405 {
		r.Set("Allow", "POST, OPTIONS")
	}
}

// batchDefault gives every event of a batch the default.
func (a *adapter) batchDefault(c *platform.Call, t platform.Trouble, r *platform.Reply) bool {
	body, err := c.Plain()
	if err != nil {
		return false
	}
	var answers []platform.Answer
	if payload.EachItem(body, func([]byte) { answers = append(answers, t.Default()) }) != nil {
		return false
	}
	return a.Encode(c, answers, r) == nil
}
