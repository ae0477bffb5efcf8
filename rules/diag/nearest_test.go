package diag_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/diag"
)

func fields() []string {
	return []string{
		"contact.email", "contact.country", "contact.id", "orders.count", "orders.returns_count",
		"consent.marketing", "engagement.clicks_90d", "web.sessions_30d", "id", "crm.stage",
	}
}

func TestNearest(t *testing.T) {
	for name, want := range map[string]string{
		"contact.emial":        "contact.email",
		"contact.EMAIL":        "contact.email",
		"contct.emial":         "contact.email",
		"order.count":          "orders.count",
		"email":                "contact.email",
		"emial":                "contact.email",
		"crm.contact.country":  "contact.country",
		"orders.returnscount":  "orders.returns_count",
		"engagment.clicks_90d": "engagement.clicks_90d",
		"consent.marketting":   "consent.marketing",
		"web.session_30d":      "web.sessions_30d",
		"ab":                   "",
		"weather":              "",
		"":                     "",
		"contact.telephone":    "",
	} {
		got, ok := diag.Nearest(name, fields())
		require.Equal(t, want, got, name)
		require.Equal(t, want != "", ok, name)
	}
	require.Equal(t, `did you mean "crm.stage"?`, diag.DidYouMean("crm.stge", fields()))
	require.Empty(t, diag.DidYouMean("nothing like it", fields()))
}

func TestNearestPrefersTheSmallerSlip(t *testing.T) {
	got, _ := diag.Nearest("unles", []string{"unless", "rules", "until"})
	require.Equal(t, "unless", got)
	got, _ = diag.Nearest("xb1", []string{"xb3", "xb2"})
	require.Equal(t, "xb2", got, "ties go by the alphabet")
}

func TestNearestDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOf(rapid.StringMatching(`[a-c]{1,4}(\.[a-c]{1,4})?`)).Draw(t, "names")
		name := rapid.StringMatching(`[a-c]{1,4}(\.[a-c]{1,4})?`).Draw(t, "name")
		got, ok := diag.Nearest(name, names)
		slices.Reverse(names)
		again, okAgain := diag.Nearest(name, names)
		require.Equal(t, got, again)
		require.Equal(t, ok, okAgain)
	})
}
