package rules_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/drawn"
)

// negative is a bundle with one negative persona that matches orders.count > 2.
func negative(more string) string {
	return `
personas:
  - id: n
    kind: negative
    name: N
    when: orders.count > 2
` + more + `
slots:
  hero:
    default: a
    variants: {a: {}, b: {k: 1}}
    rules:
      - {id: pick, when: contact.country == "PL", use: b}
`
}

func decideWith(t testing.TB, b *rules.Bundle, body string, state cond.State, at time.Time) *rules.Decision {
	t.Helper()
	in, err := b.Input([]byte(body), at)
	require.NoError(t, err)
	defer in.Release()
	in.State = state
	return b.Decide(in).Clone()
}

func TestActions(t *testing.T) {
	const match = `{"contact":{"id":"c1"},"message":{"class":"marketing","channel":"email"},"orders":{"count":5}}`
	week := noon.Add(7 * 24 * time.Hour)
	for name, c := range map[string]struct {
		more, body string
		state      cond.State
		action     rules.Action
		check      func(t *testing.T, d *rules.Decision)
	}{
		"suppress": {"    action: suppress", match, nil, rules.Suppress, nil},
		"hold": {"    action: {hold: 7d}", match, nil, rules.Hold, func(t *testing.T, d *rules.Decision) {
			require.Equal(t, week, d.HoldUntil)
		}},
		"reroute": {"    action: {reroute: [social, push]}", match, nil, rules.Reroute, func(t *testing.T, d *rules.Decision) {
			require.Equal(t, []string{"social", "push"}, d.Route)
		}},
		"already on the route": {"    action: {reroute: [email]}", match, nil, rules.Send, func(t *testing.T, d *rules.Decision) {
			require.Contains(t, codes(d), "reroute_here n")
		}},
		"cap reached":        {"    action: {cap: 2 per 30d}", match, drawn.Remembered{Count: 2}, rules.Cap, nil},
		"cap open":           {"    action: {cap: 2 per 30d}", match, drawn.Remembered{Count: 1}, rules.Send, nil},
		"cap unknown":        {"    action: {cap: 2 per 30d}", match, nil, rules.Send, nil},
		"ask":                {"    action: {ask: [contact.city]}", match, nil, rules.Ask, func(t *testing.T, d *rules.Decision) { require.Equal(t, []string{"contact.city"}, d.Ask) }},
		"nothing to ask":     {"    action: {ask: [orders.count]}", match, nil, rules.Send, nil},
		"pin":                {"    action: {pin: {hero: b}}", match, nil, rules.Pin, func(t *testing.T, d *rules.Decision) { require.Equal(t, "b", d.Variant("hero")) }},
		"observe":            {"    action: suppress\n    mode: observe", match, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "persona_observed n") }},
		"everybody held out": {"    action: suppress\n    holdout: 100%", match, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.True(t, d.Holdout) }},
		"nobody in canary":   {"    action: suppress\n    mode: {canary: 0%}", match, nil, rules.Send, nil},
		"reviewed lately":    {"    action: suppress\n    review_by: 2026-10-25", match, nil, rules.Suppress, nil},
		"overdue":            {"    action: suppress\n    review_by: 2026-10-20", match, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "persona_overdue n") }},
		"exception":          {"    action: suppress\n    unless: contact.id == \"c1\"", match, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "persona_exempt n") }},
		"other messages":     {"    action: suppress\n    messages: message.channel == \"sms\"", match, nil, rules.Send, nil},
		"no match":           {"    action: suppress", `{"contact":{"id":"c1"},"orders":{"count":1}}`, nil, rules.Send, nil},
		"unknown passes":     {"    action: suppress", `{"contact":{"id":"c1"}}`, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "persona_unknown n") }},
		"unknown matches":    {"    action: suppress\n    on_unknown: match", `{"contact":{"id":"c1"}}`, nil, rules.Suppress, nil},
		"unknown asks":       {"    action: suppress\n    on_unknown: ask", `{"contact":{"id":"c1"}}`, nil, rules.Ask, func(t *testing.T, d *rules.Decision) { require.Equal(t, []string{"orders.count"}, d.Ask) }},
		"unknown, observing": {"    action: suppress\n    on_unknown: ask\n    mode: observe", `{"contact":{"id":"c1"}}`, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Empty(t, d.Ask) }},
		"unknown, overdue":   {"    action: suppress\n    on_unknown: ask\n    review_by: 2026-10-20", `{"contact":{"id":"c1"}}`, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Empty(t, d.Ask) }},
		"unknown, held out":  {"    action: suppress\n    on_unknown: ask\n    holdout: 100%", `{"contact":{"id":"c1"}}`, nil, rules.Ask, nil},
		"unknown, service":   {"    action: suppress\n    on_unknown: ask", `{"contact":{"id":"c1"},"message":{"class":"service"}}`, nil, rules.Send, nil},
		"held":               {"    action: suppress\n    release_when: orders.count < 1", `{"contact":{"id":"c1"},"orders":{"count":1}}`, drawn.Remembered{Personas: map[string]bool{"n": true}}, rules.Suppress, nil},
		"released":           {"    action: suppress\n    release_when: orders.count < 2", `{"contact":{"id":"c1"},"orders":{"count":1}}`, drawn.Remembered{Personas: map[string]bool{"n": true}}, rules.Send, nil},
		"transactional":      {"    action: suppress", `{"contact":{"id":"c1"},"message":{"class":"transactional"},"orders":{"count":5}}`, nil, rules.Send, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "persona_class n") }},
		"its classes":        {"    action: suppress\n    classes: [service]", `{"contact":{"id":"c1"},"message":{"class":"service"},"orders":{"count":5}}`, nil, rules.Suppress, nil},
		"class not known":    {"    action: suppress", `{"contact":{"id":"c1"},"message":{"class":"promo"},"orders":{"count":5}}`, nil, rules.Suppress, func(t *testing.T, d *rules.Decision) { require.Contains(t, codes(d), "class_unknown") }},
	} {
		t.Run(name, func(t *testing.T) {
			d := decideWith(t, bundle(t, negative(c.more)), c.body, c.state, noon)
			require.Equal(t, c.action, d.Action, "%v", codes(d))
			require.Equal(t, c.action == rules.Send || c.action == rules.Ask || c.action == rules.Pin, d.Send)
			if c.check != nil {
				c.check(t, d)
			}
		})
	}
}

func TestErrorsOfRules(t *testing.T) {
	const body = `{"contact":{"id":"c1"},"message":{"class":"marketing"},"orders":{"count":0,"returns_count":1}}`
	persona := func(onError string) string {
		return fmt.Sprintf("\npersonas:\n  - {id: n, kind: negative, name: N, action: suppress, when: orders.returns_count / orders.count > 0.5, on_error: %s}\n", onError)
	}
	d := decide(t, bundle(t, persona("pass")), body)
	require.True(t, d.Send)
	require.Equal(t, rules.PersonaError, d.Reasons[0].Code)
	require.Equal(t, "division by zero", d.Reasons[0].Detail)
	require.False(t, decide(t, bundle(t, persona("match")), body).Send)
}

// The strongest action wins, whatever the order in the file.
func TestStrongestAction(t *testing.T) {
	actions := []string{"{pin: {hero: b}}", "{ask: [contact.city]}", "{cap: 1 per 1d}", "{reroute: [social]}", "{hold: 1d}", "suppress"}
	want := []rules.Action{rules.Pin, rules.Ask, rules.Cap, rules.Reroute, rules.Hold, rules.Suppress}
	for i := range actions {
		for j := range actions {
			text := "personas:\n"
			for k, a := range []string{actions[i], actions[j]} {
				text += fmt.Sprintf("  - {id: n%d, kind: negative, name: N, when: always, action: %s}\n", k, a)
			}
			text += "slots:\n  hero: {default: a, variants: {a: {}, b: {}}}\n"
			d := decideWith(t, bundle(t, text), `{"contact":{"id":"c"},"message":{"class":"marketing"}}`, drawn.Remembered{Count: 1}, noon)
			require.Equal(t, want[max(i, j)], d.Action)
		}
	}
}

func TestGates(t *testing.T) {
	gate := func(s string) string {
		return "gates:\n  - " + s + "\npersonas:\n  - {id: p, kind: positive, name: P, when: always}\nslots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}}\n    rules:\n      - {when: always, use: b}\n"
	}
	const consent = `{id: consent, require: consent.marketing}`
	for name, c := range map[string]struct {
		gate, body string
		send       bool
		variant    string
		code       string
	}{
		"open":                      {consent, `{"consent":{"marketing":true},"message":{"class":"marketing"}}`, true, "b", ""},
		"closed":                    {consent, `{"consent":{"marketing":false},"message":{"class":"marketing"}}`, false, "a", "gate_closed consent"},
		"closed for service too":    {consent, `{"consent":{"marketing":false},"message":{"class":"service"}}`, false, "a", "gate_closed consent"},
		"unknown, marketing":        {consent, `{"message":{"class":"marketing"}}`, false, "a", "gate_unknown consent"},
		"unknown, research":         {consent, `{"message":{"class":"research"}}`, false, "a", "gate_unknown consent"},
		"unknown, transactional":    {consent, `{"message":{"class":"transactional"}}`, true, "b", "gate_unknown_open consent"},
		"unknown, no class":         {consent, `{"contact":{"id":"c"}}`, false, "a", "gate_unknown consent"},
		"owner opens it":            {`{id: consent, require: consent.marketing, on_unknown: open}`, `{"message":{"class":"marketing"}}`, true, "b", "gate_unknown_open consent"},
		"owner closes it":           {`{id: consent, require: consent.marketing, on_unknown: close}`, `{"message":{"class":"service"}}`, false, "a", "gate_unknown consent"},
		"error":                     {`{id: g, require: orders.count / cart.value > 1}`, `{"orders":{"count":1},"cart":{"value":0},"message":{"class":"marketing"}}`, false, "a", "gate_error g"},
		"error, legal message":      {`{id: g, require: orders.count / cart.value > 1}`, `{"orders":{"count":1},"cart":{"value":0},"message":{"class":"legal"}}`, true, "b", "gate_error_open g"},
		"other class":               {`{id: consent, require: consent.marketing, classes: [marketing]}`, `{"consent":{"marketing":false},"message":{"class":"service"}}`, true, "b", ""},
		"not when":                  {`{id: consent, require: consent.marketing, when: 'contact.country == "PL"'}`, `{"consent":{"marketing":false},"contact":{"country":"US"}}`, true, "b", ""},
		"of age":                    {`{id: adult, min_age: 18}`, `{"contact":{"birth_date":"2008-11-22"}}`, true, "b", ""},
		"a day too young":           {`{id: adult, min_age: 18}`, `{"contact":{"birth_date":"2008-11-23","birth_year":2008}}`, false, "a", "gate_closed adult"},
		"birthday this year, maybe": {`{id: adult, min_age: 18}`, `{"contact":{"birth_year":2008}}`, false, "a", "gate_closed adult"},
		"older by year":             {`{id: adult, min_age: 18}`, `{"contact":{"birth_year":2007}}`, true, "b", ""},
		"age not known":             {`{id: adult, min_age: 18}`, `{"contact":{"id":"c"}}`, false, "a", "gate_unknown adult"},
		"no profiling":              {`{id: calm, require: not consent.objects_profiling, otherwise: default}`, `{"consent":{"objects_profiling":true}}`, true, "a", "gate_closed calm"},
		"fields there":              {`{id: crm, fields: [contact.city]}`, `{"contact":{"city":"Hel"}}`, true, "b", ""},
		"fields missing":            {`{id: crm, fields: [contact.city]}`, `{"contact":{"id":"c"}}`, false, "a", "field_missing crm"},
		"fields missing, service":   {`{id: crm, fields: [contact.city]}`, `{"message":{"class":"service"}}`, true, "b", "gate_unknown_open crm"},
		"owner closes fields":       {`{id: crm, fields: [contact.city], on_unknown: close}`, `{"message":{"class":"service"}}`, false, "a", "field_missing crm"},
		"ask for fields, service":   {`{id: crm, fields: [contact.city], otherwise: ask}`, `{"message":{"class":"service"}}`, true, "b", "field_missing crm"},
		"ask for fields":            {`{id: crm, fields: [contact.city], otherwise: ask}`, `{"contact":{"id":"c"}}`, true, "b", "field_missing crm"},
	} {
		t.Run(name, func(t *testing.T) {
			d := decide(t, bundle(t, gate(c.gate)), c.body)
			require.Equal(t, c.send, d.Send, "%v", codes(d))
			require.Equal(t, c.variant, d.Variant("hero"))
			if c.code != "" {
				require.Contains(t, codes(d), c.code)
			}
		})
	}
}

func TestSlots(t *testing.T) {
	slot := func(rule string) string {
		return "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}, c: {}}\n    rules:\n      - " + rule + "\n"
	}
	warsaw := time.FixedZone("", 3600)
	for name, c := range map[string]struct {
		rule, body, variant, code string
		at                        time.Time
	}{
		"matches":             {`{id: r, when: 'contact.country == "PL"', use: b}`, `{"contact":{"country":"PL"}}`, "b", "slot_rule r", noon},
		"does not":            {`{id: r, when: 'contact.country == "PL"', use: b}`, `{"contact":{"country":"US"}}`, "a", "slot_default", noon},
		"unknown":             {`{id: r, when: 'contact.country == "PL"', use: b}`, `{}`, "a", "slot_unknown r", noon},
		"observed":            {`{id: r, when: always, use: b, mode: observe}`, `{}`, "a", "slot_observed r", noon},
		"split without key":   {`{id: r, when: always, split: {salt: s, weights: {b: 50, c: 50}}}`, `{}`, "a", "split_unknown r", noon},
		"split by country":    {`{id: r, when: always, split: {by: contact.country, salt: s, weights: {b: 100, c: 0}}}`, `{"contact":{"country":"PL"}}`, "b", "slot_split r", noon},
		"split by number":     {`{id: r, when: always, split: {by: orders.count, salt: s, weights: {b: 0, c: 100}}}`, `{"orders":{"count":3}}`, "c", "slot_split r", noon},
		"before the window":   {`{id: r, when: always, use: b, active: {from: 2026-11-22, tz: Europe/Warsaw}}`, `{}`, "a", "slot_default", time.Date(2026, 11, 21, 23, 59, 59, 0, warsaw)},
		"window opens":        {`{id: r, when: always, use: b, active: {from: 2026-11-22, tz: Europe/Warsaw}}`, `{}`, "b", "slot_rule r", time.Date(2026, 11, 22, 0, 0, 0, 0, warsaw)},
		"last day counts":     {`{id: r, when: always, use: b, active: {to: 2026-11-22, tz: Europe/Warsaw}}`, `{}`, "b", "slot_rule r", time.Date(2026, 11, 22, 23, 59, 59, 0, warsaw)},
		"day after":           {`{id: r, when: always, use: b, active: {to: 2026-11-22, tz: Europe/Warsaw}}`, `{}`, "a", "slot_default", time.Date(2026, 11, 23, 0, 0, 0, 0, warsaw)},
		"end with time":       {`{id: r, when: always, use: b, active: {to: "2026-11-22T12:00"}}`, `{}`, "a", "slot_default", noon},
		"day of the week":     {`{id: r, when: always, use: b, active: {days: [sun]}}`, `{}`, "b", "slot_rule r", noon},
		"another day":         {`{id: r, when: always, use: b, active: {days: [mon, tue]}}`, `{}`, "a", "slot_default", noon},
		"Sunday is over east": {`{id: r, when: always, use: b, active: {days: [sun], tz: Pacific/Auckland}}`, `{}`, "a", "slot_default", noon},
	} {
		t.Run(name, func(t *testing.T) {
			d := decideWith(t, bundle(t, slot(c.rule)), c.body, nil, c.at)
			require.Equal(t, c.variant, d.Variant("hero"), "%v", codes(d))
			require.Contains(t, codes(d), c.code)
		})
	}
}

// A clock change inside the window: the day it happens on is one day all the same.
func TestWindowAcrossClockChange(t *testing.T) {
	b := bundle(t, "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}}\n    rules:\n      - {when: always, use: b, active: {from: 2026-10-25, to: 2026-10-25, tz: Europe/Warsaw}}\n")
	from := time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC) // midnight in summer time
	to := time.Date(2026, 10, 25, 23, 0, 0, 0, time.UTC)   // midnight in winter time: 25 hours later
	for at, want := range map[time.Time]string{from.Add(-1): "a", from: "b", to.Add(-1): "b", to: "a"} {
		require.Equal(t, want, decideWith(t, b, `{}`, nil, at).Variant("hero"), at)
	}
}

// Growing a share only ever adds people, and shares come out as written.
func TestShares(t *testing.T) {
	holdout := func(percent string) *rules.Bundle {
		return bundle(t, "personas:\n  - {id: n, kind: negative, name: N, when: always, action: suppress, holdout: "+percent+"}\n")
	}
	small, large := holdout("5%"), holdout("12.5%")
	in5, in12 := 0, 0
	for i := range 20000 {
		body := fmt.Sprintf(`{"contact":{"id":"p%d"},"message":{"class":"marketing"}}`, i)
		a, b := decide(t, small, body), decide(t, large, body)
		require.False(t, a.Holdout && !b.Holdout, "a larger share lost p%d", i)
		require.Equal(t, bucket.Of("holdout:n", fmt.Sprintf("p%d", i)) < 5000, a.Holdout)
		if a.Holdout {
			in5++
		}
		if b.Holdout {
			in12++
		}
	}
	require.InDelta(t, 1000, in5, 100)
	require.InDelta(t, 2500, in12, 150)
}

func TestStaleDataIsUnknown(t *testing.T) {
	b := bundle(t, "fields:\n  orders.returns_count: {type: int, min: 0, max_age: 30d}\npersonas:\n  - {id: n, kind: negative, name: N, when: orders.returns_count > 2, action: suppress}\n")
	body := `{"message":{"class":"marketing"},"orders":{"returns_count":5,"updated_at":"%s"}}`
	require.False(t, decide(t, b, fmt.Sprintf(body, "2026-11-01")).Send)
	require.True(t, decide(t, b, fmt.Sprintf(body, "2026-10-01")).Send)
	require.False(t, decide(t, b, `{"message":{"class":"marketing"},"orders":{"returns_count":5}}`).Send, "undated data is as old as the request")
}

// Who serves a bundle asks it what has to be remembered of contacts.
func TestNeeds(t *testing.T) {
	for text, want := range map[string][2]bool{
		"signals:\n  a: orders.count > 1\n":  {false, false},
		"signals:\n  a: sent(7) > 1\n":       {true, false},
		"signals:\n  a: sent(7, \"sale\")\n": {true, false},
		"personas:\n  - {id: n, kind: negative, name: N, when: not (consent.newsletter or sent(30) > 2), action: suppress}\n":       {true, false},
		"personas:\n  - {id: n, kind: negative, name: N, when: always, action: {cap: 1 per 7d}}\n":                                  {true, false},
		"personas:\n  - {id: n, kind: negative, name: N, when: orders.count > 3, action: suppress, release_when: cart.value > 1}\n": {false, true},
	} {
		b := bundle(t, text)
		require.Equal(t, want, [2]bool{b.NeedsSent(), b.NeedsHeld()}, text)
		require.Equal(t, want[0], b.Layout().Slot("message.tags") >= 0, "sends are remembered with their tags")
	}
}

func TestDefaultAnswer(t *testing.T) {
	b := bundle(t, negative("    action: suppress"))
	in := b.NewInput()
	in.Now, in.ID = noon, "d1"
	d := b.Default(in, true, rules.DeadlineDefault)
	require.True(t, d.Send && d.Degraded)
	require.Equal(t, "a", d.Variant("hero"))
	require.False(t, b.Default(in, false, rules.StoreDefault).Send)

	b = bundle(t, shop)
	for body, want := range map[string]bool{
		`{"consent":{"marketing":true},"message":{"class":"marketing"}}`:      true,
		`{"consent":{"marketing":false},"message":{"class":"marketing"}}`:     false,
		`{"message":{"class":"marketing"}}`:                                   false,
		`{"consent":{"marketing":false},"message":{"class":"transactional"}}`: true,
	} {
		in, err := b.Input([]byte(body), noon)
		require.NoError(t, err)
		d := b.Default(in, true, rules.DeadlineDefault)
		require.Equal(t, want, d.Send, "trouble does not open a legal gate: %s", body)
		require.True(t, d.Degraded)
	}
}

func TestAnswerIsJSONWithEveryKey(t *testing.T) {
	d := decide(t, bundle(t, negative("    action: {hold: 7d}")), `{"contact":{"id":"c1"},"message":{"class":"marketing"},"orders":{"count":5}}`)
	var got map[string]any
	require.NoError(t, json.Unmarshal(d.AppendJSON(nil), &got))
	for _, key := range []string{"decision_id", "send", "action", "by", "variants", "content", "personas", "reasons", "hold_until", "route", "ask", "review_by", "holdout", "degraded", "bundle"} {
		require.Contains(t, got, key)
	}
	require.Equal(t, "2026-11-29T12:00:00Z", got["hold_until"])
	require.Len(t, got, 15)
}

func TestOtherBundlesInputPanics(t *testing.T) {
	a, b := bundle(t, negative("    action: suppress")), bundle(t, negative("    action: {hold: 7d}"))
	require.Panics(t, func() { b.Decide(a.NewInput()) })
}
