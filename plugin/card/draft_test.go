package card_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// Nine questions for negatives, and banks of seven, eight, five, four and eight,
// each in every language and in no two languages alike.
func TestQuestions(t *testing.T) {
	for bank, want := range map[string]int{"negative": 9, "positive": 9, "marketing": 7, "sales": 8, "service": 5, "executives": 4, "customers": 8} {
		n := 0
		for _, q := range card.Questions(bank, nil) {
			if q.Bank.Value == bank {
				n++
			}
		}
		require.Equal(t, want, n, bank)
	}
	seen := map[string]bool{}
	for _, q := range append(card.Questions("negative", card.Teams()), card.Questions("positive", nil)...) {
		for _, lang := range card.Languages() {
			text := q.In(lang)
			if !seen[q.ID.Value] {
				require.Greater(t, utf8.RuneCountInString(text), 10, "%s in %s", q.ID.Value, lang)
				require.True(t, lang == "en" || text != q.In("en"), "%s is not in %s", q.ID.Value, lang)
			}
		}
		seen[q.ID.Value] = true
	}
	require.Len(t, seen, 54)
	require.Equal(t, "Czego się obawiają?", questionIn("positive", "fears-for", "pl"))
}

func questionIn(kind, id, lang string) string {
	for _, q := range card.Questions(kind, nil) {
		if q.ID.Value == id {
			return q.In(lang)
		}
	}
	return ""
}

// Whatever is answered, the files compile, say what was said, and pass.
func TestDraftTakesAnyAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"negative", "positive"}).Draw(t, "kind")
		d := &card.Draft{ID: "somebody", Kind: kind, Now: today, Answers: map[string]string{}}
		text := rapid.OneOf(
			rapid.SampledFrom([]string{"", "yes", "no", "true", "~", "12", "- a", "a: b", "a # b", `"`, "'", "{{x}}", "mixed", "a;b; ;c", "&x", "*x", "!x", "|", "»Đó«", "null", "2026-01-01", "researcher or impulsive"}),
			rapid.StringMatching(`[ -~\n]{0,40}`),
			rapid.String(),
		).Filter(func(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) })
		for _, q := range card.Questions(kind, card.Teams()) {
			d.Answers[q.ID.Value] = text.Draw(t, q.ID.Value)
		}
		d.Answers["why"] = rapid.SampledFrom([]string{"", "wont_buy"}).Draw(t, "why")
		d.Answers["name"] = "Somebody"
		ruleFile, tests, err := d.Files()
		require.NoError(t, err)
		b, list := rules.Compile(fstest.MapFS{"a.yaml": {Data: ruleFile}, "a_test.yaml": {Data: tests}}, rules.Options{})
		require.NotNil(t, b, "%v\n%s", list, ruleFile)
		require.Empty(t, ruletest.Failures(b))
		p := b.Personas()[0]
		for _, a := range p.Answers {
			said := d.Answers[a.Key.Value]
			if !strings.ContainsFunc(said, func(r rune) bool { return !unicode.IsGraphic(r) }) {
				require.Equal(t, strings.TrimSpace(said), a.Value.Value)
			}
		}
	})
}

func TestDraftFillsTheCard(t *testing.T) {
	d := &card.Draft{ID: "researcher", Kind: "negative", Now: today, Answers: map[string]string{
		"name": "Reads for study", "who-not": "Students: they read", "habits-against": "reads all; buys nothing", "price-against": "a library",
		"needless": "no study price", "style-against": "researcher, mostly", "why": "wont_buy", "owner": "anna@shop.example",
		"sales-avoid": "asks for sources", "rather-not": "Yes",
	}}
	ruleFile, tests, err := d.Files()
	require.NoError(t, err)
	require.Equal(t, `winnow: 1

personas:
  - id: researcher
    kind: negative
    name: Reads for study
    why: wont_buy
    our_limit: no study price
    story: "Students: they read"
    substitute: a library
    buying_style: researcher
    habits:
      - reads all
      - buys nothing
    # Nobody has this tag yet. Write what these people do instead.
    when: |
      has(contact.tags, "researcher")
    action: suppress
    holdout: 5%
    mode: observe
    status: draft
    review_every: 90d
    review_by: 2027-02-20
    owner: anna@shop.example
    answers:
      style-against: researcher, mostly
      sales-avoid: asks for sources
    changelog:
      - date: 2026-11-22
        by: anna@shop.example
        note: first draft; agreed that we would rather not have them as customers
`, string(ruleFile))
	require.Contains(t, string(tests), "personas_exclude: [researcher]")
}

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Serial returner": "serial-returner", "Łowca promocji": "lowca-promocji", "Người xem": "nguoi-xem",
		"Đi chợ": "di-cho", "Køber på impuls": "koeber-paa-impuls", "Охотник за скидками": "okhotnik-za-skidkami", "  --  ": "", "日本": "",
		strings.Repeat("a", 70): strings.Repeat("a", 64), strings.Repeat("abc ", 16) + "d": strings.Repeat("abc-", 15) + "abc",
	} {
		require.Equal(t, want, card.Slug(name))
	}
}
