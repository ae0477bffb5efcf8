package rules_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/drawn"
)

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
		text, tree := drawn.Bundle(t), drawn.Contact(t)
		state := drawn.State(t)
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
		text := drawn.Bundle(t)
		// known(f) and f ?? d ask about the gap itself, so there the author says so.
		text = strings.ReplaceAll(text, "known(contact.city)", "orders.count > 1")
		text = strings.ReplaceAll(text, "(orders.aov ?? 0)", "orders.aov")
		b := compiled(t, text, cond.Shared)
		tree := drawn.Contact(t)
		tree["consent"]["marketing"], tree["contact"]["city"] = true, "Gdynia"
		state := drawn.State(t)
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
