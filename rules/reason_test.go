package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

func TestEveryReasonHasEveryLanguage(t *testing.T) {
	require.NotEmpty(t, rules.Reasons())
	for _, r := range rules.Reasons() {
		seen := map[string]bool{}
		for _, lang := range rules.Languages() {
			text := rules.ReasonText(r.Code, lang)
			require.NotEmpty(t, text, "%s in %s", r.Code, lang)
			require.False(t, seen[text], "%s in %s is not translated", r.Code, lang)
			seen[text] = true
		}
		require.Equal(t, r.Text, rules.ReasonText(r.Code, "xx"))
	}
	require.Empty(t, rules.ReasonText("nothing", "pl"))
}
