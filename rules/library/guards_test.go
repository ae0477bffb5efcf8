package library_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

// guards are what must hold between entries, wherever they are installed
// together. Each is a test file over both packs that sell to people and firms.
const guards = `winnow_test: 1
now: 2026-11-22T12:00:00Z
message: {class: marketing, channel: email, tags: [newsletter], min_age: 0}
contacts:
  base:
    contact: {id: base, email: base@example.com, market: b2c, created_at: -800d, updated_at: -1d}
    consent: {marketing: true, newsletter: true, objects_marketing: false}
    orders: {count: 0, count_online: 0, count_store: 0, aov_store: 0, updated_at: -1d}
    engagement: {clicks_90d: 12, sent_90d: 14, updated_at: -1d}
    web: {product_views_90d: 30, spec_views_90d: 0, sessions_30d: 6, demo_seen: true, trials: 3, pricing_views_90d: 4, last_seen_at: -1d, updated_at: -1d}
    cart.abandoned_90d: 0
    crm: {stage: lead, stage_days: 120, deal_value: 0, meetings_90d: 6, qualified: false, lost_no_need: false, updated_at: -1d}
cases:
  - name: 1 the window shopper and the trier
    contact: base
    expect: {personas_include: [window-shopper, trial-without-order, stalled-deal]}
  - name: 1 a slow buyer of something big is neither a trier nor a stalled deal
    contact: base
    set: {contact.market: b2b, crm.deal_value: 10000, web.spec_views_90d: 3}
    expect:
      personas_include: [slow-big-buyer]
      personas_exclude: [trial-without-order, stalled-deal]
      reasons: [persona_exempt trial-without-order, persona_exempt stalled-deal]
  - name: 1 a store buyer who vanished is not a window shopper, whatever the online figures say
    contact: base
    set: {orders.count_store: 9, orders.aov_store: 80, orders.last_store_at: -100d}
    expect: {personas_include: [vanished-store-buyer], personas_exclude: [window-shopper, trial-without-order, no-reaction]}
  - name: 1 without store figures nobody is taken for a window shopper
    contact: base
    set: {orders.count_store: null}
    expect: {personas_exclude: [window-shopper], reasons: [persona_unknown window-shopper]}
  - name: 1 a champion has a higher limit, and has one
    contact: base
    set: {rfm: {r: 5, f: 5, m: 5}}
    state: {sent: [{at: -2d, count: 4}]}
    expect: {personas_include: [champion], personas_exclude: [enough-mail]}
  - name: 1 five in a week are enough for a champion too
    contact: base
    set: {rfm: {r: 5, f: 5, m: 5}}
    state: {sent: [{at: -2d, count: 5}]}
    expect: {personas_include: [champion, enough-mail]}
  - name: 2 one person, two messages
    contact: base
    set: {orders.count: 4, orders.full_price_count: 0}
    table:
      columns: [message.tags, expect.personas_include, expect.personas_exclude]
      rows:
        - [[new_season], discount-only, clearance-buyer]
        - [[sale], clearance-buyer, discount-only]
        - [[newsletter], [], [discount-only, clearance-buyer]]
  - name: 3 held back and told another way never overlap
    contact: base
    set: {crm.lost_no_need: true}
    table:
      columns: [contact.id, expect.personas_include, expect.personas_exclude]
      rows:
        - [base, no-need, reframe-test]
        - [finn, reframe-test, no-need]
        - [greta, reframe-test, no-need]
        - [kim, reframe-test, no-need]
  - name: 4 whoever was let out lately is not taken back
    contact: base
    set: {orders: {count: 10, returns_count: 9}}
    table:
      columns: [crm.negative_released_at, expect.personas_include, expect.personas_exclude]
      rows:
        - [-59d, welcome-back, serial-returner]
        - [-61d, serial-returner, welcome-back]
        - [~, serial-returner, welcome-back]
  - name: 5 a thin record is asked, and is not taken for a small company
    contact: base
    set: {contact.market: b2b, crm.stage: mql, contact.company_size: null, contact.industry: retail}
    expect: {personas_include: [thin-record], personas_exclude: [small-company], reasons: [persona_unknown small-company]}
  - name: 6 no persona opens a gate
    contact: base
    set: {rfm: {r: 5, f: 5, m: 5}, consent.objects_marketing: true}
    expect: {send: false, action: gate, personas: []}
  - name: 7 the limit lets the reminder of a cart pass
    contact: base
    state: {sent: [{at: -2d, count: 9}]}
    table:
      columns: [message.tags, expect.personas_include, expect.personas_exclude]
      rows:
        - [[newsletter], enough-mail, []]
        - [[cart_reminder], [], enough-mail]
  - name: 8 opening alone is nothing
    contact: base
    set: {engagement: {sent_90d: 14, clicks_90d: 0, opens_90d: 40, last_open_at: -1d, last_click_at: -300d, updated_at: -1d}, orders.last_at: -300d, web.last_seen_at: -120d}
    expect: {personas_include: [no-reaction]}
`

func TestGuardsBetweenEntries(t *testing.T) {
	bundle := bundleOf(t, open(t), "shop", "b2b")
	bundle["guards_test.yaml"] = &fstest.MapFile{Data: []byte(guards)}
	r := run(t, bundle)
	seen := 0
	for i := range r.Results {
		if strings.HasPrefix(r.Results[i].File, "guards") {
			seen++
		}
	}
	require.GreaterOrEqual(t, seen, 20, "the guards ran")
}
