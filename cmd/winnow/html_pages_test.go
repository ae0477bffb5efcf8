package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// makePages writes every kind of page there is, by the verbs that make them: from
// the orders of the examples, and for a shop with half of the library. The gallery
// has the parts as no page has them, with texts that try to be markup.
func makePages(t *testing.T, dir string) []string {
	t.Helper()
	gallery, err := filepath.Abs("../../plugin/console/testdata/gallery.html")
	require.NoError(t, err)
	was, now, contacts := quickstart(t), quickstart(t), filepath.Join(dir, "contacts.ndjson")
	makePage(t, "library", "add", "shop", "--to", now, "--anyway")
	replaceIn(t, filepath.Join(now, "personas.yaml"), "orders.returns_count / orders.count >= 0.6", "orders.returns_count / orders.count >= 0.4")
	require.NoError(t, os.WriteFile(contacts, shoppers(600), 0o600))
	db := recorded(t, t.TempDir(), fmt.Sprintf(watched, 3, "observe"))
	later := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(later, "rules.yaml"), fmt.Appendf(nil, watched, 2, "enforce"), 0o600))
	full := quickstart(t) // and a card with everything that a card can have
	card, err := os.ReadFile("../../plugin/card/testdata/full.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(full, "full.yaml"), card, 0o600))
	files := []string{gallery}
	for name, args := range map[string][]string{
		"analyze":      {"analyze", "../../examples/orders/shop.csv", "--currency", "EUR", "--tz", "UTC", "--html"},
		"poster":       {"persona", "show", "serial-returner", now, "--html"},
		"poster-full":  {"persona", "show", "everybody", full, "--lang", "pl", "--html"},
		"poster-short": {"library", "show", "p02", "--html"},
		"simulate":     {"simulate", now, contacts, "--campaign", "spring", "-o"},
		"simulate-few": {"simulate", was, contacts, "--samples", "0", "-o"},
		"diff":         {"diff", was, now, "--data", contacts, "-o"},
		"overlap":      {"overlap", now, contacts, "-o"},
		"coverage":     {"coverage", now, contacts, "-o"},
		"find":         {"find", "serial-returner", now, contacts, "-o"},
		"find-unknown": {"find", "serial-returner", now, contacts, "--unknown", "-o"},
		"replay":       {"replay", "--log", db, "--bundle", later, "-o"},
	} {
		file := filepath.Join(dir, name+".html")
		makePage(t, append(args, file)...)
		files = append(files, file)
	}
	slices.Sort(files)
	return files
}

func makePage(t *testing.T, args ...string) {
	t.Helper()
	code, _, errs := verb(t, "", args...)
	require.Zero(t, code, "%s: %s", args, errs)
}

// quickstart is a copy of the example of that name.
func quickstart(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("../../examples/quickstart")))
	return dir
}

func replaceIn(t *testing.T, file, old, text string) {
	t.Helper()
	was, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(was), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(was), old, text)), 0o600))
}

// shoppers is n contacts of whom each differs from the others, and some fields
// are missing, as they are.
func shoppers(n int) []byte {
	var out []byte
	for i := range n {
		orders, host := i*7%13, "mail.example"
		switch i % 37 {
		case 0:
			host = "shop.example"
		case 1:
			host = "rival.example"
		}
		fields := []string{
			fmt.Sprintf(`"contact": {"id": "customer-%06d", "email": "c%d@%s"}`, 100003*i%999983, i, host),
			fmt.Sprintf(`"consent": {"marketing": %t}`, i%9 > 0),
			fmt.Sprintf(`"rfm": {"r": %d, "f": %d, "m": %d}`, 1+i%5, 1+i%7%5, 1+i%11%5),
			fmt.Sprintf(`"engagement": {"clicks_90d": %d, "opens_90d": %d}, "web": {"sessions_30d": %d}`, i%4, i%9, i%6),
			fmt.Sprintf(`"support": {"open_complaint": %t}`, i%17 == 0),
			fmt.Sprintf(`"orders": {"count": %d, "returns_count": %d, "full_price_count": %d, "aov": %d, "first_at": "2026-%02d-01", "last_at": "2026-%02d-12"}`, orders, orders*(i%5)/4, orders*(i%3)/2, 20+i%90, 1+i%6, 4+i%7),
			fmt.Sprintf(`"loyalty": {"tier": "%s"}`, []string{"none", "silver", "gold"}[i%3]),
		}
		if i%8 == 7 { // one field that it would be good to know
			fields = append(fields[:1+i/8%6], fields[2+i/8%6:]...)
		}
		out = fmt.Appendf(out, "{%s}\n", strings.Join(fields, ", "))
	}
	return out
}
