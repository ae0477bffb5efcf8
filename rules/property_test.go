package rules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
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

// bundleText draws a whole bundle.
func bundleText(t *rapid.T) string {
	var b strings.Builder
	b.WriteString("winnow: 1\nsignals:\n  engaged: engagement.clicks_90d >= 3\n  ratio: cart.value / orders.aov\n")
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

// contactTree draws a contact of which any part may be missing, null or ill-typed.
func contactTree(t *rapid.T) map[string]map[string]any {
	tree := map[string]map[string]any{"contact": {}, "orders": {}, "consent": {}, "engagement": {}, "cart": {}, "message": {}}
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
	put("orders", "count", 0, 3, 9, "3")
	put("orders", "returns_count", 0, 2, 9)
	put("orders", "aov", 0, 12.5)
	put("orders", "last_at", "2026-01-01", "2026-11-20", "yesterday")
	put("consent", "marketing", true, true, true, false)
	put("consent", "newsletter", true, false)
	put("engagement", "clicks_90d", 0, 5)
	put("cart", "value", 0, 40)
	put("message", "class", "marketing", "marketing", "transactional", "service", "research")
	return tree
}

// remembered is a state drawn by hand.
type remembered struct {
	sent int64
	held map[string]bool
}

func (r remembered) Sent(int64, string) (int64, bool) { return r.sent, r.sent >= 0 }
func (r remembered) Held(p string) bool               { return r.held[p] }

func drawState(t *rapid.T) cond.State {
	return remembered{sent: int64(rapid.IntRange(-1, 3).Draw(t, "sent")), held: map[string]bool{"p0": rapid.Bool().Draw(t, "held")}}
}

func compiled(t *rapid.T, text string, mode cond.Mode) *rules.Bundle {
	b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, rules.Options{Implementation: mode})
	require.NotNil(t, b, "%v\n%s", list, text)
	return b
}

func decision(t *rapid.T, b *rules.Bundle, tree any, state cond.State) *rules.Decision {
	body, err := json.Marshal(tree)
	require.NoError(t, err)
	in, err := b.Input(body, noon)
	require.NoError(t, err)
	defer in.Release()
	in.State = state
	return b.Decide(in).Clone()
}

func TestDecideProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, tree := bundleText(t), contactTree(t)
		state := drawState(t)
		b := compiled(t, text, cond.Shared)
		d := decision(t, b, tree, state)
		answer := string(d.AppendJSON(nil))

		again := compiled(t, text, cond.Shared)
		require.Equal(t, b.Digest(), again.Digest())
		require.Equal(t, answer, string(decision(t, b, tree, state).AppendJSON(nil)), "deciding twice")
		require.Equal(t, answer, string(decision(t, again, tree, state).AppendJSON(nil)), "compiling twice")
		for _, mode := range []cond.Mode{cond.Plain, cond.Machine} {
			other := decision(t, compiled(t, text, mode), tree, state)
			require.Equal(t, answer, string(other.AppendJSON(nil)), "implementation %d\n%s", mode, text)
		}
		require.True(t, json.Valid([]byte(answer)), answer)

		require.Len(t, d.Variants, 1)
		require.Contains(t, []string{"a", "b", "c"}, d.Variant("hero"))
		class, _ := tree["message"]["class"].(string)
		if consent := tree["consent"]["marketing"]; consent != true && (class == "" || class == "marketing") {
			require.False(t, d.Send, "a legal gate is never undone")
			require.Equal(t, rules.Gate, d.Action)
		}
		known := map[rules.Code]bool{}
		for _, r := range rules.Reasons() {
			known[r.Code] = true
		}
		for _, r := range d.Reasons {
			require.True(t, known[r.Code], "%s is not documented", r.Code)
		}
	})
}

// Missing data never leaves anybody out: whoever passes the personas still does
// when a field becomes unknown. (Gates are another matter: they stay closed.)
func TestUnknownNeverSuppresses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := bundleText(t)
		// known(f) and f ?? d ask about the gap itself, so there the author says so.
		text = strings.ReplaceAll(text, "known(contact.city)", "orders.count > 1")
		text = strings.ReplaceAll(text, "(orders.aov ?? 0)", "orders.aov")
		b := compiled(t, text, cond.Shared)
		tree := contactTree(t)
		tree["consent"]["marketing"], tree["contact"]["city"] = true, "Gdynia"
		state := drawState(t)
		before := decision(t, b, tree, state)
		if !before.Send {
			return
		}
		group := rapid.SampledFrom([]string{"orders", "engagement", "cart", "consent", "contact"}).Draw(t, "group")
		for key := range tree[group] {
			if key == "marketing" || key == "city" {
				continue
			}
			was := tree[group][key]
			delete(tree[group], key)
			after := decision(t, b, tree, state)
			require.True(t, after.Send, "without %s.%s: %s\n%s\n%s", group, key, after.AppendJSON(nil), before.AppendJSON(nil), text)
			tree[group][key] = was
		}
	})
}
