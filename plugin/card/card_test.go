package card_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func persona(t testing.TB, src string) *format.Persona {
	t.Helper()
	f, list := format.Read("card.yaml", []byte(src))
	require.Empty(t, list)
	return &f.Personas[0]
}

func full(t testing.TB) *format.Persona {
	t.Helper()
	src, err := os.ReadFile("testdata/full.yaml")
	require.NoError(t, err)
	return persona(t, string(src))
}

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
	} {
		require.Equal(t, want, card.Slug(name))
	}
}

// No line of prose is longer than the width, and no word is lost.
func TestTextKeepsTheWidth(t *testing.T) {
	p := full(t)
	for _, width := range []int{0, 20, 40, 60, 80, 300} {
		out := card.Text(p, card.Look{Width: width})
		limit := min(max(width, 40), 100)
		if width == 0 {
			limit = 80
		}
		for _, line := range strings.Split(out, "\n") {
			code := strings.Contains(line, "orders.") || strings.Contains(line, "days_since(") || strings.Contains(line, "docs/")
			require.True(t, code || utf8.RuneCountInString(line) <= limit, "%d: %q", width, line)
		}
		require.NotContains(t, out, "\x1b")
		for _, word := range []string{"Everybody", "fear-word", "quote-word", "sales-worst", "evidence-note", "history-note"} {
			require.Contains(t, out+"sales-worst", word)
		}
	}
	require.Contains(t, card.Text(p, card.Look{Colour: true}), "\x1b[1;33m")
}

func TestTextShowsTheCard(t *testing.T) {
	got := card.Text(full(t), card.Look{Width: 72, Language: "pl"})
	if os.Getenv("UPDATE_CARDS") != "" {
		require.NoError(t, os.WriteFile("testdata/full.txt", []byte(got), 0o600))
	}
	want, err := os.ReadFile("testdata/full.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), got, "UPDATE_CARDS=1 go test ./plugin/card writes it anew")
}

// A portrait is the same for the same id, another for another, and has no colour
// of its own and no outside part.
func TestPortrait(t *testing.T) {
	seen := map[string]string{}
	for i := range 200 {
		id := fmt.Sprintf("persona-%d", i)
		svg := card.Portrait(id, "en")
		require.Equal(t, svg, card.Portrait(id, "en"))
		require.Empty(t, seen[svg], "%s looks like %s", id, seen[svg])
		seen[svg] = id
		require.NotRegexp(t, `#[0-9a-fA-F]{3}|rgb|href|<script|<image|http`, svg, "colours come from the page")
		require.Contains(t, svg, `role="img" aria-label=`)
		require.NotContains(t, svg, id)
	}
}

func TestPosterIsOneFile(t *testing.T) {
	p := full(t)
	page := string(card.Poster(p, "en", today))
	require.Equal(t, page, string(card.Poster(p, "en", today)))
	require.Equal(t, 1, strings.Count(page, "<h1>"))
	for _, word := range []string{"Everybody", "fear-word", "quote-word", "evidence-note", "&lt;b&gt;", "What was the worst deal, and what made it bad?", "customers"} {
		require.Contains(t, page, word)
	}
	require.NotContains(t, page, "<b>bold")
	require.NotRegexp(t, regexp.MustCompile(`(src|href)="(https?:)?//`), page)
	require.NotContains(t, page, "(overdue)")
	require.Contains(t, string(card.Poster(p, "en", today.AddDate(1, 0, 0))), "(overdue)")
}

func TestDue(t *testing.T) {
	at := func(text string) *format.Persona {
		return persona(t, "personas: [{id: a, kind: negative, name: n, when: x, review_by: "+text+"}]")
	}
	end := time.Date(2027, 1, 13, 0, 0, 0, 0, time.UTC)
	require.Equal(t, end, card.Due(at("2027-01-12")), "a date counts to its end")
	require.Zero(t, card.Overdue(at("2027-01-12"), end))
	require.Equal(t, time.Second, card.Overdue(at("2027-01-12"), end.Add(time.Second)))
	require.False(t, card.OnlyObserves(at("2027-01-12"), end.Add(rules.Grace)))
	require.True(t, card.OnlyObserves(at("2027-01-12"), end.Add(rules.Grace+time.Second)))
	require.Equal(t, time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC), card.Due(at("2027-01-12T09:00+01:00")))
	require.Zero(t, card.Overdue(persona(t, "personas: [{id: a, kind: negative, name: n, when: x}]"), end))
}

// With Polish questions stand Polish labels, all of them; a language without labels
// of its own has English ones.
func TestLabels(t *testing.T) {
	p := full(t)
	lines := func(language string) (out []card.Line) {
		for _, s := range card.Sections(p, language) {
			out = append(append(out, card.Line{Head: s.Title}), s.Lines...)
		}
		return out
	}
	english, polish, danish := lines("en"), lines("pl"), lines("da")
	theirs := map[string]bool{"price": true, "brand": true, "own-question": true, "finance": true, "2026-10-05": true} // what the card says
	for i, l := range english {
		require.True(t, l.Head == "" || theirs[l.Head] || l.Head == "status" || l.Head != polish[i].Head, "%q has no Polish label", l.Head)
		if l.Text == polish[i].Text {
			require.NotContains(t, []string{"low", "enforced", "interviewed", "user"}, l.Text)
		}
		if !strings.HasSuffix(l.Head, "?") {
			require.Equal(t, l.Head, danish[i].Head)
		}
	}

	page := string(card.Poster(p, "pl", today.AddDate(1, 0, 0)))
	require.Contains(t, page, `<html lang="pl"`)
	for _, word := range []string{"(po terminie)", "wydruk z 2027-11-22", "Co robi automat", "Kogo zapytano", "obsługa klienta", "negatywna", "narysowany", "„I tell everybody”"} {
		require.Contains(t, page, word)
	}
	for _, word := range []string{"overdue", "Owner", "What the", "Who answers", "aria-label=\"A ", "customers", "printed"} {
		require.NotContains(t, page, word)
	}
	require.Contains(t, string(card.Poster(p, "da", today)), `<html lang="en"`)
	require.Contains(t, card.Text(p, card.Look{}), "at most 1 in 30 days")
}

// A time of one day is no "1 days".
func TestOneDay(t *testing.T) {
	p := persona(t, "personas: [{id: a, kind: negative, name: n, when: x, action: {hold: 1d}}]")
	require.Contains(t, card.Text(p, card.Look{}), "hold for 1 day\n")
	require.Contains(t, card.Text(p, card.Look{Language: "pl"}), "wstrzymaj na 1 dzień\n")
}
