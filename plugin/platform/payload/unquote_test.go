package payload

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is in a string is what a JSON decoder says, wherever in it the escapes stand.
func TestUnquoted(t *testing.T) {
	plain := rapid.SampledFrom([]string{`"`, `"`, `"`, `":"`, "x", "twenty characters, 20", "ü", strings.Repeat("y", 60)})
	odd := rapid.SampledFrom([]string{"", `\`, "\n", "/", "\u2028"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(append(rapid.SliceOfN(plain, 0, 80).Draw(t, "text"), odd.Draw(t, "odd"), plain.Draw(t, "more")), "")
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		before, behind := rapid.SampledFrom([]string{"", "before"}).Draw(t, "before"), rapid.SampledFrom([]string{"", `}`, strings.Repeat(`}"\\`, 30)}).Draw(t, "behind")
		out, end := appendUnquoted([]byte(before), append(quoted, behind...), 1)
		require.Equal(t, before+text, string(out))
		require.Equal(t, len(quoted), end)
		for _, n := range []int{1, len(quoted) / 2, len(quoted) - 1} { // it does not end
			out, end := appendUnquoted([]byte(before), quoted[:n], 1)
			require.Equal(t, -1, end)
			require.Equal(t, before, string(out))
		}
	})
}
