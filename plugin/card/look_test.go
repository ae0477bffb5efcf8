package card_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/card"
)

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

// A time of one day is no "1 days".
func TestOneDay(t *testing.T) {
	p := persona(t, "personas: [{id: a, kind: negative, name: n, when: x, action: {hold: 1d}}]")
	require.Contains(t, card.Text(p, card.Look{}), "hold for 1 day\n")
	require.Contains(t, card.Text(p, card.Look{Language: "pl"}), "wstrzymaj na 1 dzień\n")
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
