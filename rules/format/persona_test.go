package format_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/format"
)

// fullCard uses every key that a persona may have.
const fullCard = `personas:
  - id: fan
    kind: negative
    name: Loves it, cannot afford it
    reason: We write less often to people who only watch
    why: not_for_them
    our_limit: nothing we sell costs less than 500
    when: orders.count == 0
    unless: persona("champion")
    release_when: orders.count > 0
    action: suppress
    holdout: 5%
    mode: observe
    classes: [marketing]
    messages: message.price >= 500
    on_unknown: pass
    on_error: pass
    review_by: 2027-01-12
    review_every: 90d
    owner: anna
    status: interviewed
    effect: low
    basis: legitimate interest, assessed in docs/fan.md
    legal: income is not inferred from postcode or device
    false_positives: [people who save up]
    contrasts_with: [champion]
    evidence:
      - {team: sales, kind: interview, count: 9, date: 2026-10-02, note: sizes, link: notes/fan.md}
    scope:
      of: user
      markets: [b2c]
      products: watches
      occasions: [gift]
    story: |
      Reads everything.
      Buys nothing yet.
    harm: they feel pushed
    alternative: our social channels
    substitute: a used one
    buying_style: researcher
    use: looks at it
    habits: [clicks all, shares]
    needs: [belonging]
    fears: [missing out]
    inhibitions: price
    triggers: [a raise]
    stops: [delivery costs]
    channels: [social]
    quotes:
      price: [One day!, "Too dear: 500"]
      brand: I tell everybody
    answers:
      sales-worst-deal: None came to one
    changelog:
      - {date: 2026-10-05, by: anna, note: first interviews}
    waive:
      - {rule: no-holdout, reason: too few of them to measure}
`

func TestReadCard(t *testing.T) {
	f, list := format.Read("f", []byte(fullCard))
	require.Empty(t, list)
	p := f.Personas[0]
	v := reflect.ValueOf(p)
	for i := range v.NumField() {
		require.False(t, v.Field(i).IsZero(), "the card shows no %s", v.Type().Field(i).Name)
	}
	require.Equal(t, "user", p.Scope.Of.Value)
	require.Equal(t, "watches", p.Scope.Products[0].Value)
	require.Equal(t, "Reads everything.\nBuys nothing yet.\n", p.Story.Value)
	require.Equal(t, 90*24*time.Hour, p.ReviewEvery.Value)
	require.Equal(t, "price", p.Quotes[0].Key.Value)
	require.Equal(t, "Too dear: 500", p.Quotes[0].Value[1].Value)
	require.Equal(t, "I tell everybody", p.Quotes[1].Value[0].Value)
	require.Equal(t, "sales-worst-deal", p.Answers[0].Key.Value)
	require.Equal(t, "anna", p.Changelog[0].By.Value)
	require.Equal(t, "no-holdout", p.Waive[0].Rule.Value)
	require.NoError(t, validate(t, compiled(t), []byte(fullCard)))
}

func TestCardMistakes(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want, says string }{
		"word for scope":      {"scope:\n      of: user\n      markets: [b2c]\n      products: watches\n      occasions: [gift]", "scope: user", "29:12 WN003", "a mapping"},
		"scope of whom":       {"of: user", "of: users", "30:11 WN005", `"user"`},
		"unknown market":      {"[b2c]", "[b2x]", "31:17 WN005", "b2b"},
		"mistyped key":        {"habits:", "habbits:", "42:5 WN001", `"habits"`},
		"buying style":        {"researcher", "slow", "40:19 WN005", "impulsive"},
		"status":              {"interviewed", "done", "21:13 WN005", "interviewed"},
		"review without unit": {"90d", "90", "19:19 WN013", "90d"},
		"quotes as a list":    {"quotes:\n      price: [One day!, \"Too dear: 500\"]\n      brand: I tell everybody", "quotes: [a]", "49:13 WN003", "a mapping"},
		"empty quote":         {"[One day!,", "['',", "50:15 WN025", ""},
		"a change undated":    {"date: 2026-10-05, by", "by", "55:10 WN004", "date"},
		"a change unsaid":     {", note: first interviews", "", "55:10 WN004", "note"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, fullCard, c.old)
			_, list := format.Read("f", []byte(strings.Replace(fullCard, c.old, c.new, 1)))
			require.Equal(t, []string{c.want}, found(list), "%v", list)
			require.Contains(t, said(list), c.says)
		})
	}
}

func TestCardKeepsItsLayout(t *testing.T) {
	out, err := format.Format([]byte(fullCard))
	require.NoError(t, err)
	require.Equal(t, fullCard, string(out))
}
