package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

// What only observes says what it would have come to.
func TestWould(t *testing.T) {
	persona := func(id, when, rest string) string {
		return "  - id: " + id + "\n    kind: negative\n    name: N\n    when: " + when + "\n    mode: observe\n" + rest
	}
	b := bundle(t, "personas:\n"+
		persona("left", "orders.count > 2", "    action: suppress\n    holdout: 0%\n")+
		persona("measured", "orders.count > 2", "    action: suppress\n    holdout: 100%\n")+
		persona("capped", "orders.count > 2", "    action: {cap: 1 per 30d}\n    holdout: 0%\n")+
		persona("here", "orders.count > 2", "    action: {reroute: [email]}\n    holdout: 0%\n")+
		persona("there", "orders.count > 2", "    action: {reroute: [social]}\n    holdout: 0%\n")+
		persona("asked", "orders.count > 2", "    action: {ask: [contact.city]}\n")+
		persona("answered", "orders.count > 2", "    action: {ask: [orders.count]}\n")+
		"  - {id: held-out, kind: negative, name: N, when: orders.count > 2, action: suppress, holdout: 100%}\n"+`
slots:
  hero:
    default: a
    variants: {a: {}, b: {}, c: {}}
    rules:
      - {id: one, when: always, use: b, mode: observe}
      - {id: two, when: always, split: {salt: s, weights: {c: 100}}, mode: observe}
      - {id: three, when: always, split: {by: contact.city, salt: s, weights: {c: 100}}, mode: observe}
`)
	d := decide(t, b, `{"contact": {"id": "x"}, "orders": {"count": 3}, "message": {"channel": "email", "class": "marketing"}}`)
	require.True(t, d.Send)
	would := map[string]string{}
	for _, r := range d.Reasons {
		if r.Code != rules.PersonaMatch && r.Code != rules.SlotDefault {
			would[r.Rule] = r.Would
		}
	}
	require.Equal(t, map[string]string{
		"left": "suppress", "measured": "send", "capped": "send", "here": "send", "there": "reroute", "asked": "ask",
		"answered": "send", "held-out": "suppress", "one": "b", "two": "c", "three": "",
	}, would)
	require.Contains(t, string(d.AppendJSON(nil)), `{"code":"persona_observed","rule":"left","would":"suppress"}`)
}

// By names the gate or persona that the action comes from.
func TestBy(t *testing.T) {
	b := bundle(t, `
gates:
  - {id: plain, require: consent.newsletter, otherwise: default}
  - {id: consent, require: consent.marketing}
  - {id: thin, fields: [contact.city]}
personas:
  - {id: held, kind: negative, name: N, when: orders.count > 0, action: {hold: 7d}, holdout: 0%}
  - {id: out, kind: negative, name: N, when: orders.count > 1, action: suppress, holdout: 0%}
`)
	for body, by := range map[string]string{
		`{}`: "consent",
		`{"consent": {"newsletter": true, "marketing": true}, "orders": {"count": 2}}`:                                "thin",
		`{"consent": {"newsletter": true, "marketing": true}, "contact": {"city": "Gdynia"}, "orders": {"count": 2}}`: "out",
		`{"consent": {"newsletter": true, "marketing": true}, "contact": {"city": "Gdynia"}, "orders": {"count": 1}}`: "held",
		`{"consent": {"newsletter": true, "marketing": true}, "contact": {"city": "Gdynia"}, "orders": {"count": 0}}`: "",
	} {
		require.Equal(t, by, decide(t, b, body).By, body)
	}
}
