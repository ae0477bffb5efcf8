package verify_test

import (
	"crypto/sha256"
	"encoding"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

func TestHubSpotChoosesVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.HubSpot)
	secret := []v.Secret{b.secrets[0]}
	two, err := v.New(v.HubSpotV2, secret, v.Options{})
	require.NoError(t, err)
	both, err := two.Sign(b.signed)
	require.NoError(t, err)
	require.NoError(t, b.check(t, both))

	// A wrong version 3 must not be made up for by a right version 2.
	b.refused(t, b.check(t, b.proof.set(both, base64.StdEncoding.EncodeToString(make([]byte, 32)))), v.Mismatch)
	b.refused(t, b.check(t, b.proof.set(both, "")), v.Missing)
	late := both
	late.Received = now.Add(time.Hour)
	b.refused(t, b.check(t, late), v.Stale)

	downgraded := b.proof.without(both)
	require.NoError(t, b.check(t, downgraded))
	strict, err := v.New(v.HubSpotV3, secret, v.Options{})
	require.NoError(t, err)
	require.ErrorIs(t, strict.Verify(downgraded), v.Missing)

	noURL := b.signed
	noURL.PublicURL = ""
	b.refused(t, b.check(t, noURL), v.Missing)
	host := b.signed
	host.Header = host.Header.With("Host", "evil.test").With("X-Forwarded-Host", "evil.test")
	require.NoError(t, b.check(t, host), "Host has no say")
}

// HubSpot's documentation decodes some escapes of the URL, its libraries none.
func TestHubSpotURL(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.HubSpotV3)
	s := b.scheme(t, b.opts, b.secrets[0])
	plain := request(anyBody)
	plain.RawQuery = "src=a:b/c&e=x@y&r=!$'()*,;?"
	signed, err := s.Sign(plain)
	require.NoError(t, err)
	signed.RawQuery = "src=a%3Ab%2Fc&e=x%40y&r=%21%24%27%28%29%2A%2C%3B%3F"
	require.NoError(t, s.Verify(signed))
	for _, q := range []string{"src=a%3ab/c&e=x@y&r=!$'()*,;?", "src=a:b/c&e=x@y&r=!$'()*,;%253F", "src=%61:b/c&e=x@y&r=!$'()*,;?"} {
		signed.RawQuery = q
		require.ErrorIs(t, s.Verify(signed), v.Mismatch, q)
	}

	// As the libraries do it: over the URL as it is.
	literal := vector{id: v.HubSpotV3, base: "https://winnow.example.test", path: "/h", query: "a=%2F", at: now}.request()
	literal.Header = v.Header{{"X-HubSpot-Request-Timestamp", "1760000000000"}, {"X-HubSpot-Signature-v3", mac256("POSThttps://winnow.example.test/h?a=%2F1760000000000")}}
	require.NoError(t, s.Verify(literal))
}

// TestLengthExtension attacks HubSpot's plain hashes: from a signature that was
// overheard, that of a longer body is computed without the secret.
func TestLengthExtension(t *testing.T) {
	t.Parallel()
	for _, id := range []v.ID{v.HubSpotV1, v.HubSpotV2} {
		b := newBench(t, id)
		prefix := string(b.secrets[0])
		if id == v.HubSpotV2 {
			prefix += "POST" + b.signed.PublicURL + b.signed.Path + "?" + b.signed.RawQuery
		}
		known := len(prefix) + len(b.signed.Body) // all that the attacker has to guess
		glue := append([]byte{0x80}, make([]byte, (119-known%64)%64)...)
		glue = binary.BigEndian.AppendUint64(glue, uint64(known)*8)
		require.Zero(t, (known+len(glue))%64)

		seen, err := hex.DecodeString(b.proof.get(b.signed))
		require.NoError(t, err)
		state := append(append([]byte("sha\x03"), seen...), make([]byte, 64)...)
		h := sha256.New()
		require.NoError(t, h.(encoding.BinaryUnmarshaler).UnmarshalBinary(
			binary.BigEndian.AppendUint64(state, uint64(known+len(glue)))))
		h.Write([]byte("evil"))

		r := body().set(b.signed, string(b.signed.Body)+string(glue)+"evil")
		whole := sha256.Sum256([]byte(prefix + string(r.Body)))
		require.Equal(t, whole[:], h.Sum(nil), "the attack itself must work")
		b.refused(t, b.check(t, b.proof.set(r, hex.EncodeToString(whole[:]))), v.Malformed)
	}
}

func TestPublicURLWithSlash(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.HubSpotV2)
	r := b.signed
	r.PublicURL += "/"
	require.NoError(t, b.check(t, r), "how the owner wrote it makes no difference")
}
