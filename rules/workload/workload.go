// Package workload is what speed is measured on: 25 conditions and contacts of
// about 1.2 KB, the same on every run, and the same rules written by hand in Go.
//
// It stands apart from the tests because the load generator needs it too.
package workload

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Now is the clock that the workload's day counts are meant for.
func Now() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

// The workload that speed is measured on: 25 conditions (10 personas, 3 slots
// of 5 variants) over contacts of about 1.2 KB, among them day counts, walks
// over orders, a regular expression, lists and suffixes.
const workloadFields = `
fields:
  attributes.loyalty_tier: {type: string}
  attributes.newsletter: {type: bool}
  attributes.nps: {type: int}
  attributes.plan: {type: string}
  attributes.ltv: {type: float}
  attributes.age: {type: int}
  attributes.birthday: {type: string}
  purchases: {type: list, of: {date: time, status: string, total: float, discount: float, category: string, items: int}}
`

// Condition is a rule: its id and its condition.
type Condition struct{ ID, When string }

// Personas are the ten conditions that hold back.
func Personas() []Condition {
	return []Condition{
		{"complainer", `events.complaints > 0`},
		{"bouncing", `events.bounces >= 3`},
		{"tired", `events.sends_7d >= 5 and events.opens_30d == 0`},
		{"asleep", `days_since(events.last_open) > 180 and days_since(events.last_click) > 180`},
		{"just-bought", `any(data.purchases, days_since(.date) < 3)`},
		{"returner", `count(data.purchases, .status == "returned") >= 2 and count(data.purchases, .status == "returned") * 2 > len(data.purchases)`},
		{"discount-only", `len(data.purchases) > 0 and all(data.purchases, .discount > 0.2)`},
		{"rival", `contact.email endsWith "@rival.com" or contact.email matches "@(mailinator|tempmail)\\.(com|net)$"`},
		{"b2b-silent", `"b2b" in contact.tags and not attributes.newsletter`},
		{"small-abroad", `sum(data.purchases, .total) < 50 and contact.country not in ["DE", "AT", "CH", "FR", "NL"]`},
	}
}

// Slots are the conditions of three slots, five each.
func Slots() []Condition {
	return []Condition{
		{"gold", `attributes.loyalty_tier == "gold" and sum(data.purchases, .total) > 500`},
		{"back", `len(data.purchases) > 0 and days_since(data.purchases[-1].date) > 120`},
		{"welcome", `days_since(contact.created_at) < 30`},
		{"birthday", `attributes.birthday contains "-11-"`},
		{"cart", `events.cart_adds_7d > 0`},
		{"near", `contact.country in ["DE", "AT", "CH", "FR", "NL"] and events.clicks_30d > 2`},
		{"advocate", `attributes.nps >= 9 or "advocate" in contact.tags`},
		{"shoes", `any(data.purchases, .category == "shoes" and .total > 80)`},
		{"pro", `attributes.plan in ["pro", "enterprise"] and attributes.ltv > 500`},
		{"first", `len(data.purchases) == 0`},
		{"german", `contact.language == "de" or contact.country in ["DE", "AT"]`},
		{"app", `events.page_views_30d > 20 and "app" not in contact.tags`},
		{"student", `attributes.age < 26 and contact.email endsWith ".edu"`},
		{"basket", `count(data.purchases, .items >= 3) >= 2`},
		{"clicker", `events.opens_90d > 10 and events.clicks_90d * 5 > events.opens_90d`},
	}
}

// Rules is the rule file without its first line, which says the format.
func Rules() string {
	var b strings.Builder
	fields := strings.ReplaceAll(workloadFields, "  purchases:", "  data.purchases:")
	b.WriteString(fields)
	for _, f := range []string{"complaints", "bounces", "sends_7d", "opens_30d", "clicks_30d", "cart_adds_7d", "page_views_30d", "opens_90d", "clicks_90d"} {
		fmt.Fprintf(&b, "  events.%s: {type: int}\n", f)
	}
	b.WriteString("  events.last_open: {type: time}\n  events.last_click: {type: time}\npersonas:\n")
	for _, p := range Personas() {
		fmt.Fprintf(&b, "  - id: %s\n    kind: negative\n    name: %s\n    action: suppress\n    when: |\n      %s\n", p.ID, p.ID, p.When)
	}
	b.WriteString("slots:\n")
	for i := range 3 {
		fmt.Fprintf(&b, "  slot%d:\n    default: generic\n    variants:\n      generic: {}\n", i)
		five := Slots()[i*5 : i*5+5]
		for _, r := range five {
			fmt.Fprintf(&b, "      %s: {headline: \"%s\"}\n", r.ID, r.ID)
		}
		b.WriteString("    rules:\n")
		for _, r := range five {
			fmt.Fprintf(&b, "      - id: r-%s\n        use: %s\n        when: |\n          %s\n", r.ID, r.ID, r.When)
		}
	}
	return b.String()
}

var throwaway = regexp.MustCompile(`@(mailinator|tempmail)\.(com|net)$`)

func daysSince(t time.Time) int { return int(Now().Sub(t) / (24 * time.Hour)) }

// ByHand is the same 25 rules as a Go programmer would write them.
func ByHand(p *Person) (personas uint16, slots [3]int8) {
	e, a, c, ps := &p.Events, &p.Attributes, &p.Contact, p.Data.Purchases
	set := func(i int, b bool) {
		if b {
			personas |= 1 << i
		}
	}
	set(0, e.Complaints > 0)
	set(1, e.Bounces >= 3)
	set(2, e.Sends7 >= 5 && e.Opens30 == 0)
	set(3, daysSince(e.LastOpen) > 180 && daysSince(e.LastClick) > 180)
	recent, returned, discounted, sum, shoes, baskets := false, 0, len(ps) > 0, 0.0, false, 0
	for i := range ps {
		o := &ps[i]
		recent = recent || daysSince(o.Date) < 3
		if o.Status == "returned" {
			returned++
		}
		discounted = discounted && o.Discount > 0.2
		sum += o.Total
		shoes = shoes || o.Category == "shoes" && o.Total > 80
		if o.Items >= 3 {
			baskets++
		}
	}
	set(4, recent)
	set(5, returned >= 2 && returned*2 > len(ps))
	set(6, discounted)
	set(7, strings.HasSuffix(c.Email, "@rival.com") || throwaway.MatchString(c.Email))
	set(8, has(c.Tags, "b2b") && !a.Newsletter)
	near := c.Country == "DE" || c.Country == "AT" || c.Country == "CH" || c.Country == "FR" || c.Country == "NL"
	set(9, sum < 50 && !near)
	slots[0] = firstOf(a.Tier == "gold" && sum > 500, len(ps) > 0 && daysSince(ps[len(ps)-1].Date) > 120,
		daysSince(c.CreatedAt) < 30, strings.Contains(a.Birthday, "-11-"), e.CartAdds > 0)
	slots[1] = firstOf(near && e.Clicks30 > 2, a.NPS >= 9 || has(c.Tags, "advocate"), shoes,
		(a.Plan == "pro" || a.Plan == "enterprise") && a.LTV > 500, len(ps) == 0)
	slots[2] = firstOf(c.Language == "de" || c.Country == "DE" || c.Country == "AT", e.PageViews > 20 && !has(c.Tags, "app"),
		a.Age < 26 && strings.HasSuffix(c.Email, ".edu"), baskets >= 2, e.Opens90 > 10 && e.Clicks90*5 > e.Opens90)
	return personas, slots
}

func has(tags []string, tag string) bool {
	for _, t := range tags {
		if t == tag {
			return true
		}
	}
	return false
}

func firstOf(bs ...bool) int8 {
	for i, b := range bs {
		if b {
			return int8(i + 1)
		}
	}
	return 0
}

// ManyRules has n conditions built from 50 distinct predicates, seldom true.
func ManyRules(n int) string {
	var b strings.Builder
	b.WriteString(strings.SplitAfter(Rules(), "personas:\n")[0])
	fields := []string{"complaints", "bounces", "sends_7d", "opens_30d", "clicks_30d", "cart_adds_7d", "page_views_30d", "opens_90d", "clicks_90d", "complaints"}
	predicate := func(i int) string { return fmt.Sprintf("events.%s > %d", fields[i%10], 5+i/10*3) }
	for i := range n {
		fmt.Fprintf(&b, "  - {id: p%d, kind: negative, name: p%d, action: suppress, when: '%s and %s and %s'}\n",
			i, i, predicate(i%50), predicate((i*7+i/50)%50), predicate((i*11+3)%50))
	}
	return b.String()
}
