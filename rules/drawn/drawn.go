// Package drawn draws rule files, contacts and memories of them at random, for
// the properties that every part of winnow has to keep. It stands apart from the
// tests because several packages test the same promises.
package drawn

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/cond"
)

// conditionText draws a condition over a few fields of the canonical contact.
func conditionText(t *rapid.T, personas []string) string {
	atoms := []string{
		"orders.count > 2", "orders.returns_count / orders.count > 0.5", "consent.newsletter", "not consent.newsletter",
		`contact.country in ["PL", "DE"]`, `contact.language == "pl"`, `has(contact.tags, "vip")`,
		"days_since(orders.last_at) > 30", "known(contact.city)", "(orders.aov ?? 0) > 10", "cart.value > orders.aov",
		`bucket("s", 30)`, "sent(7) > 1", `domain(contact.email) == "rival.example"`, `message.class == "marketing"`,
		"signal.engaged", "signal.ratio > 1",
		// What a log does not keep: hashed, also stale, also by way of a signal, and
		// dropped.
		`contact.email endsWith ".example"`, "len(contact.email) / orders.count > 4", `signal.mail == "rival.example"`,
		"partner.code > 5", "partner.code / orders.count > 2", `contact.name.given == "Jan"`,
	}
	for _, p := range personas {
		atoms = append(atoms, fmt.Sprintf("persona(%q)", p))
	}
	parts := rapid.SliceOfN(rapid.SampledFrom(atoms), 1, 3).Draw(t, "atoms")
	joined := strings.Join(parts, rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "join"))
	if rapid.Bool().Draw(t, "negated") {
		return "not (" + joined + ")"
	}
	return joined
}

// Bundle draws the text of a whole rule file.
func Bundle(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("winnow: 1\nfields:\n  partner.code: {type: int, sensitivity: hash, max_age: 30d, as_of: partner.seen_at}\n  partner.seen_at: {type: time}\nsignals:\n  engaged: engagement.clicks_90d >= 3\n  ratio: cart.value / orders.aov\n  mail: domain(contact.email)\n")
	b.WriteString("gates:\n  - id: consent\n    require: consent.marketing\n    classes: [marketing]\n")
	if rapid.Bool().Draw(t, "data gate") {
		fmt.Fprintf(&b, "  - id: thin\n    fields: [contact.city]\n    otherwise: %s\n", rapid.SampledFrom([]string{"ask", "default", "block"}).Draw(t, "otherwise"))
	}
	b.WriteString("personas:\n")
	var personas []string
	for i := range rapid.IntRange(1, 5).Draw(t, "personas") {
		id := fmt.Sprintf("p%d", i)
		kind := rapid.SampledFrom([]string{"negative", "negative", "positive"}).Draw(t, "kind")
		fmt.Fprintf(&b, "  - id: %s\n    kind: %s\n    name: N\n    when: |\n      %s\n", id, kind, conditionText(t, personas))
		if kind == "negative" {
			fmt.Fprintf(&b, "    action: %s\n", rapid.SampledFrom([]string{"suppress", "{hold: 7d}", "{reroute: [social]}", "{cap: 1 per 30d}", "{ask: [contact.city]}", "{pin: {hero: b}}"}).Draw(t, "action"))
			fmt.Fprintf(&b, "    holdout: %d%%\n", rapid.SampledFrom([]int{0, 5, 50}).Draw(t, "holdout"))
			fmt.Fprintf(&b, "    mode: %s\n", rapid.SampledFrom([]string{"enforce", "observe", "{canary: 50%}"}).Draw(t, "mode"))
		}
		if len(personas) > 0 && rapid.Bool().Draw(t, "unless") {
			fmt.Fprintf(&b, "    unless: |\n      %s\n", conditionText(t, personas))
		}
		personas = append(personas, id)
	}
	b.WriteString("slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {x: 1}, c: {}}\n    rules:\n")
	for range rapid.IntRange(1, 3).Draw(t, "rules") {
		fmt.Fprintf(&b, "      - when: |\n          %s\n", conditionText(t, personas))
		b.WriteString(rapid.SampledFrom([]string{"        use: b\n", "        split: {salt: s, weights: {b: 30, c: 70}}\n"}).Draw(t, "use"))
	}
	return b.String()
}

// Contact draws a contact and a message of which any part may be missing, null or ill-typed.
func Contact(t *rapid.T) map[string]map[string]any {
	tree := map[string]map[string]any{"contact": {}, "orders": {}, "consent": {}, "engagement": {}, "cart": {}, "message": {}, "partner": {}}
	put := func(group, key string, values ...any) {
		if i := rapid.IntRange(-2, len(values)-1).Draw(t, key); i >= 0 {
			tree[group][key] = values[i]
		}
	}
	put("contact", "id", "a", "b", "c", "d", 17)
	put("contact", "country", "PL", "US", 4)
	put("contact", "language", "pl", "en")
	put("contact", "city", "Gdynia", nil)
	put("contact", "tags", []string{"vip"}, []string{}, "vip")
	put("contact", "email", "a@rival.example", "nobody")
	put("partner", "code", 0, 5, 40)
	put("partner", "seen_at", "2026-01-01", "2026-11-20")
	put("orders", "count", 0, 3, 9, "3")
	put("orders", "returns_count", 0, 2, 9)
	put("orders", "aov", 0, 12.5)
	put("orders", "last_at", "2026-01-01", "2026-11-20", "yesterday")
	put("consent", "marketing", true, true, true, false)
	put("consent", "newsletter", true, false)
	put("engagement", "clicks_90d", 0, 5)
	put("cart", "value", 0, 40)
	if rapid.Bool().Draw(t, "named") {
		tree["contact"]["name"] = map[string]any{"given": rapid.SampledFrom([]string{"Jan", "Ola"}).Draw(t, "given")}
	}
	put("message", "class", "marketing", "marketing", "transactional", "service", "research")
	return tree
}

// Remembered is what is remembered of a contact, set by hand. A negative Count is
// not known.
type Remembered struct {
	Count    int64
	Personas map[string]bool
}

// Sent implements cond.State.
func (r Remembered) Sent(int64, string) (int64, bool) { return r.Count, r.Count >= 0 }

// Held implements cond.State.
func (r Remembered) Held(p string) bool { return r.Personas[p] }

// State draws what is remembered of a contact.
func State(t *rapid.T) cond.State {
	return Remembered{Count: int64(rapid.IntRange(-1, 3).Draw(t, "sent")), Personas: map[string]bool{"p0": rapid.Bool().Draw(t, "held")}}
}
