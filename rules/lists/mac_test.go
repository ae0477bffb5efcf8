package lists

import (
	"crypto/hmac"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The short way to a keyed hash comes to what crypto/hmac comes to, for values
// and keys of every length, one after the other.
func TestKeyedHashesAreThoseOfHMAC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), minKey, 140).Draw(t, "key")
		m := newMacer(key)
		require.NotNil(t, m.inner, "crypto/sha256 no longer marshals as expected: keyed lookups take longer")
		for _, value := range rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 700), 1, 4).Draw(t, "values") {
			mac := hmac.New(sha256.New, key)
			mac.Write(value)
			want := digestPrint(mac.Sum(nil))
			require.Equal(t, want, m.print(string(value), true))
			slow := &macer{key: key}
			require.Equal(t, want, slow.print(string(value), true))
		}
	})
	for n := range 330 { // and at every edge of a block
		m := newMacer(testKey)
		mac := hmac.New(sha256.New, testKey)
		mac.Write(make([]byte, n))
		require.Equal(t, digestPrint(mac.Sum(nil)), m.print(string(make([]byte, n)), true), n)
	}
}
