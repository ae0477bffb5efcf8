package ruletest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/ruletest"
)

func TestMistakesHavePlaces(t *testing.T) {
	for text, want := range map[string]string{
		`{contact: palin, expect: {send: true}}`:                                             `15:24 WN128 there is no contact "palin" | did you mean "plain"?`,
		`{contact: plain, set: {orders.cuont: 1}, expect: {send: true}}`:                     `15:37 WN102 there is no field orders.cuont | did you mean "orders.count"?`,
		`{contact: plain, set: {orders: {cuont: 1}}, expect: {send: true}}`:                  `15:46 WN102 there is no field orders.cuont | did you mean "orders.count"?`,
		`{contact: plain, set: {orders: 1}, expect: {send: true}}`:                           `15:37 WN108 orders is a group of fields, not a field`,
		`{contact: plain, set: {orders.count: many}, expect: {send: true}}`:                  `15:37 WN108 orders.count is int, and "many" is not`,
		`{contact: plain, set: {orders: {last_at: 3d}}, expect: {send: true}}`:               `15:46 WN108 orders.last_at is time, and "3d" is not | write a date as`,
		`{contact: plain, set: {orders.last_at: -40}, expect: {send: true}}`:                 `15:37 WN108 orders.last_at is time, and -40 is none | write -40d for so many days before now`,
		`{contact: plain, set: {orders.count: "6"}, expect: {send: true}}`:                   `15:37 WN108 orders.count is int, and "6" is not | write 6 without quotes, or null to make it unknown`,
		`{contact: plain, set: {order: {count: 6}}, expect: {send: true}}`:                   `15:37 WN102 there is no field order | did you mean "orders"?`,
		`{contact: plain, set: {orders: {count: 1}, orders.count: 2}, expect: {send: true}}`: `15:57 WN002 orders.count is here twice`,
		`{contact: plain, set: {contact.market: b3b}, expect: {send: true}}`:                 `15:37 WN005 contact.market can't be "b3b" | one of: b2b, b2c, b2g`,
		`{contact: plain, set: {loyalty.points: -1}, expect: {send: true}}`:                  `15:37 WN005 loyalty.points can't be -1`,
		`{contact: plain, message: {chanel: sms}, expect: {send: true}}`:                     `15:41 WN102 there is no field message.chanel | did you mean "message.channel"?`,
		`{contact: plain}`:                                                                   `15:6 WN004 "x" expects nothing, so it can't fail`,
		`{contact: plain, expect: {}}`:                                                       `WN004 "x" expects nothing`,
		`{contact: plain, expect: {personas: [champoin]}}`:                                   `WN104 there is no persona "champoin" | did you mean "champion"?`,
		`{contact: plain, state: {held: [champoin]}, expect: {send: true}}`:                  `WN104 there is no persona "champoin"`,
		`{contact: plain, expect: {variants: {heros: vip}}}`:                                 `WN302 there is no slot "heros" | did you mean "hero"?`,
		`{contact: plain, expect: {variants: {hero: vup}}}`:                                  `WN303 the slot hero has no variant "vup" | did you mean "vip"?`,
		`{contact: plain, expect: {reasons: [gate_close]}}`:                                  `WN005 there is no reason code "gate_close" | did you mean "gate_closed"?`,
		`{contact: plain, expect: {reasons: [gate_closed consnt]}}`:                          `WN128 there is no rule or slot "consnt" | did you mean "consent"?`,
		`{contact: plain, expect: {ask: [contact.emial]}}`:                                   `WN102 there is no field contact.emial | did you mean "contact.email"?`,
		`{contact: plain, expect: {hold_until: soon}}`:                                       `WN015 hold_until: "soon" is not a time`,
		`{contact: plain, expect: {action: supress}}`:                                        `WN005 action cannot be "supress" | did you mean "suppress"?`,
		`{contact: plain, expct: {send: true}}`:                                              `WN001 unknown key "expct"`,
		`{contact: plain, state: {sent: [{at: soon}]}, expect: {send: true}}`:                `WN015 at: "soon" is not a time`,
		`{contact: plain, state: {sent: [{at: now, count: 1.5}]}, expect: {send: true}}`:     `WN031 count must be a whole number`,
		`{contact: plain, table: {columns: [expect.sned], rows: [[true]]}}`:                  `WN001 "sned" is nothing to expect | did you mean "send"?`,
		`{contact: plain, table: {columns: [expect.send, now], rows: [[true]]}}`:             `WN126 this row has 1 values for 2 columns`,
		`{contact: plain, table: {columns: [expect.send], rows: [[maybe]]}}`:                 `WN003 send must be true or false`,
		`{contact: plain, table: {columns: [expect.send], rows: []}}`:                        `WN004 a table needs columns and rows`,
		`{contact: plain, table: {columns: [orders.cuont, expect.send], rows: [[1, true]]}}`: `WN102 there is no field orders.cuont`,
		`{contact: plain, table: {columns: [expect.action], rows: [[supress]]}}`:             `WN005 action cannot be "supress"`,
		`{contact: plain, table: {columns: [expect.route], rows: [[3]]}}`:                    `WN003 route must be a list of names`,
		`{contact: plain, table: {columns: [now, expect.send], rows: [[3, true]]}}`:          `WN015 now must be a date or a time`,
		`{matrix: {contact: []}, expect: {send: true}}`:                                      `WN004 matrix: contact has no values`,
	} {
		r := run(t, "  - {name: x, "+text[1:]+"\n")
		assert.Contains(t, mistakes(r), want, text)
		require.Equal(t, 1, strings.Count(mistakes(r), "\n"), "%s\n%s", text, mistakes(r))
		require.Empty(t, r.Results, text)
		require.False(t, r.OK())
	}
}

func TestMistakesInContacts(t *testing.T) {
	const rest = "cases: [{name: x, contact: a, expect: {send: true}}]\n"
	for text, want := range map[string]string{
		"contacts: {a: {extends: b}, b: {extends: a}}\n": `WN304 the contact "a" extends itself`,
		"contacts: {a: {extends: c}}\n":                  `2:25 WN128 there is no contact "c"`,
		"contacts: {a: {extends: 3}}\n":                  `WN003 extends must be the name of a contact`,
		"contacts: {a: {orders.cuont: 3}}\n":             `WN102 there is no field orders.cuont`,
	} {
		r := runFiles(t, "{winnow_test: 1, now: 2026-11-22,\n"+strings.TrimSuffix(text, "\n")+",\n"+strings.TrimSuffix(rest, "\n")+"}\n", ruletest.Options{})
		assert.Contains(t, mistakes(r), want, text)
	}
}
