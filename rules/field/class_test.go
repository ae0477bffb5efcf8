package field_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/field"
)

// The classes are those of message.class, and nothing else is one by chance.
func TestAlwaysSent(t *testing.T) {
	all := field.Canonical()
	i := slices.IndexFunc(all, func(f field.Field) bool { return f.Path == "message.class" })
	require.GreaterOrEqual(t, i, 0)
	var sent []string
	for _, class := range all[i].Enum {
		if field.AlwaysSent(class) {
			sent = append(sent, class)
		}
	}
	require.Equal(t, []string{"transactional", "service", "legal"}, sent)
	for _, class := range []string{"", "Service", "news"} {
		require.False(t, field.AlwaysSent(class), class)
	}
}
