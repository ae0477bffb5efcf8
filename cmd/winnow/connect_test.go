package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// filesIn are the files of sources that a recipe shows.
func filesIn(recipe string) (files []string) {
	lines := strings.Split(recipe, "\n")
	for i, first := range lines {
		indent, ok := strings.CutSuffix(first, "winnow_sources: 1")
		if !ok || strings.TrimSpace(indent) != "" {
			continue
		}
		var file strings.Builder
		for _, line := range lines[i:] {
			text, inside := strings.CutPrefix(line, indent)
			if !inside || text == "" || strings.HasPrefix(text, "```") {
				break
			}
			file.WriteString(text + "\n")
		}
		files = append(files, file.String())
	}
	return files
}

// secretFor is one that any scheme of the platform could have.
func secretFor(id verify.ID) string {
	switch id {
	case verify.Basic:
		return "user:password-of-the-recipe"
	case verify.SendGrid:
		return "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=="
	}
	return "secret-of-the-recipe"
}

// Each recipe shows one file of sources, which is served as it stands, at the
// user's own address.
func TestRecipesShowAFileThatCanBeServed(t *testing.T) {
	for _, name := range []string{"SMTP_PASSWORD", "MAILGUN_KEY", "SALESMANAGO_SECRET", "MAUTIC_PASSWORD", "MAILCHIMP_KEY", "KLAVIYO_KEY", "BREVO_KEY", "ACTIVECAMPAIGN_KEY"} {
		t.Setenv(name, "value-us6")
	}
	for _, p := range platforms.All() {
		t.Run(p.Name, func(t *testing.T) {
			recipe := connected(t, p.Name, "--bundle", "../../examples/quickstart", "--url", "https://gate.acme.test", "--source", "spring")
			files := filesIn(recipe)
			require.Len(t, files, 1, recipe)
			dir := t.TempDir()
			for _, f := range regexp.MustCompile(`secrets: \[file:([^]]+)\]`).FindAllStringSubmatch(files[0], -1) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, f[1]), []byte(secretFor(p.Schemes[0])), 0o600))
			}
			path := filepath.Join(dir, "sources.yaml")
			require.NoError(t, os.WriteFile(path, []byte(files[0]), 0o600))
			require.Contains(t, connected(t, "--check", path, "--bundle", "../../examples/quickstart"), "spring: "+p.Title)
			require.Contains(t, recipe, "https://gate.acme.test")
			require.NotContains(t, recipe, "winnow.shop.example", "somebody else's address")
			deadline := 800 * time.Millisecond // the server's own
			if d := regexp.MustCompile(`deadline: ([^ \n]+)`).FindStringSubmatch(files[0]); d != nil {
				var err error
				deadline, err = time.ParseDuration(d[1])
				require.NoError(t, err)
			}
			if p.Patience > 0 {
				require.LessOrEqual(t, deadline, p.Patience*3/4, "the way there and back takes time too")
			}
		})
	}
}

// A recipe that is followed to the letter must not have every message held back
// for want of consent, without a word.
func TestRecipesSayWhereConsentComesFrom(t *testing.T) {
	for _, p := range platforms.All() {
		if p.Tells {
			continue
		}
		recipe := connected(t, p.Name, "--bundle", "../../examples/quickstart")
		mapped := slices.ContainsFunc(p.Mapping, func(r payload.Rule) bool { return r.Field == "consent.marketing" })
		require.True(t, mapped || regexp.MustCompile(`consent.marketing: true|"consent": ?{"marketing"`).MatchString(recipe), "%s\n%s", p.Name, recipe)
		require.NotContains(t, connected(t, p.Name, "--fields", "orders.count"), "consent.marketing: true\nto the source's defaults")
	}
}

// What the webhook of a journey already sends is not asked for again: Mautic would
// send the empty one of two fields with one name.
func TestRecipesNameAFieldOnce(t *testing.T) {
	labels := map[string]int{}
	for _, row := range regexp.MustCompile("(?m)^ *\\| `([^`]+)` \\| `").FindAllStringSubmatch(connected(t, "mautic", "--bundle", "../../examples/quickstart"), -1) {
		labels[row[1]]++
	}
	require.Contains(t, labels, "orders.count")
	for label, n := range labels {
		require.Equal(t, 1, n, label)
	}
	for _, filled := range []string{"contact.id", "contact.email", "message.class", "message.campaign"} {
		require.NotContains(t, labels, filled, "an empty text would take the place of what is known")
	}
	require.NotContains(t, connected(t, "klaviyo", "--bundle", "../../examples/quickstart"), "and message.id")
}

// connected is what winnow connect prints.
func connected(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := verb(t, "", append([]string{"connect"}, args...)...)
	require.Zero(t, code, errs)
	return out
}
