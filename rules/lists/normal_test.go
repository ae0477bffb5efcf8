package lists

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// FuzzNormal compares the normal form with the long way to it.
func FuzzNormal(f *testing.F) {
	for _, s := range []string{
		"", " ", "A", " Anna@Example.com\t", "ABCDEFGH", "ABCDEFGHI", "@AZ[`az{", "\x00A\x7fZ", "A\u00a0", "\u2003ABCDEFGHIJ ",
		"ABCDEFGÄ", "ÄBCDEFGHI", "Łódź", "Ło\u0301dz\u0301", "ABCDEFGHIJKLMNOPQRSTUVWXYZ\xff", "bob@ŻÓŁW.pl", "ŻÓŁW.pl", "@Ż",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want := norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(s))))
		at := strings.LastIndexByte(want, '@') + 1
		if isDomain := at > 0 || strings.IndexByte(want, '.') > 0; isDomain && !isASCII(want[at:]) {
			if domain, ok := toALabels(want[at:]); ok {
				want = want[:at] + string(domain)
			}
		}
		require.Equal(t, want, string(normal(nil, s)))
		before := []byte("before")
		require.Equal(t, "before"+want, string(normal(before[:6:6], s)), "appended, without room")
		require.Equal(t, "before"+want, string(normal(append(make([]byte, 0, 6+len(s)), before...), s)), "appended, with room")
	})
}
