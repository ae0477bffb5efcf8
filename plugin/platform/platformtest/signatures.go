package platformtest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// signatures tries to forge calls under every scheme that the platform accepts.
// Published vectors are tested beside the schemes.
func signatures(t *testing.T, k Kit) {
	for _, id := range k.Platform.Schemes {
		t.Run(string(id), func(t *testing.T) { signature(t, k, id) })
	}
}

func signature(t *testing.T, k Kit, id verify.ID) {
	b := newBench(t, k, benchOptions{scheme: id})
	good := b.signed(t, k.Call)
	require.Equal(t, platform.Sends, b.source.Reacts(b.serve(t, good)).Then, "a signed call is refused: %v", b.trouble())
	before := b.decisions()
	forged := func(why string, c platform.Call) {
		t.Helper()
		r := b.serve(t, c)
		require.Equal(t, 401, r.Status, "%s: %s", why, r.Body)
		require.Equal(t, b.source.Scheme().Challenge(), r.Get("WWW-Authenticate"), why)
		require.Equal(t, platform.Forged, b.last.trouble.Kind, why)
		require.Equal(t, before, b.decisions(), "%s: it was decided on", why)
	}
	info, _ := verify.Describe(id)
	forged("not signed", withReceived(k.Call))
	forged("signed by a stranger", byStranger(t, k, id))
	for why, c := range flipped(good, info) {
		forged(why, c)
	}
	if info.Time {
		forged("stale", at(good, 6*time.Minute))
		forged("from the future", at(good, -6*time.Minute))
	}
	for _, secret := range []verify.Secret{"", " "} {
		_, err := verify.New(id, []verify.Secret{secret}, k.SchemeOptions)
		require.ErrorIs(t, err, verify.NoSecret)
	}
	rotates(t, k, id)
}

func withReceived(c platform.Call) platform.Call {
	c.Received = Now()
	return c
}

func at(c platform.Call, d time.Duration) platform.Call {
	c.Received = c.Received.Add(d)
	return c
}

func byStranger(t *testing.T, k Kit, id verify.ID) platform.Call {
	signs, _ := Secrets(id)
	stranger, err := verify.New(id, signs[1:], k.SchemeOptions)
	require.NoError(t, err)
	return Sign(t, stranger, k.Call, Now())
}

// flipped are the call with one byte changed where it counts.
func flipped(good platform.Call, info verify.Info) map[string]platform.Call {
	out := map[string]platform.Call{}
	if info.Body && len(good.Body) > 0 {
		for _, i := range []int{0, len(good.Body) / 2, len(good.Body) - 1} {
			c := good
			c.Body = slices.Clone(good.Body)
			c.Body[i] ^= 1
			out["a flipped byte of the body"] = c
		}
	}
	for i, f := range good.Header {
		if name := strings.ToLower(f.Name); !strings.Contains(name, "signature") && !strings.Contains(name, "hmac") &&
			name != "authorization" && name != "x-winnow-key" || len(f.Value) < 8 || strings.Contains(name, "version") {
			continue
		}
		c := good
		c.Header = slices.Clone(good.Header)
		value := []byte(f.Value)
		value[len(value)/2+2] ^= 1
		c.Header[i].Value = string(value)
		out["a flipped byte of "+f.Name] = c
		c.Header = append(slices.Clone(good.Header), f)
		out["two of "+f.Name] = c
	}
	return out
}

// rotates wants calls under either of two secrets to pass while both are known.
func rotates(t *testing.T, k Kit, id verify.ID) {
	_, shown := Secrets(id)
	both := newBench(t, k, benchOptions{scheme: id, secrets: []verify.Secret{shown[1], shown[0]}})
	require.Equal(t, 200/100, both.serve(t, both.signed(t, k.Call)).Status/100, "the older secret is refused")
	require.Equal(t, 200/100, both.serve(t, byStranger(t, k, id)).Status/100, "the newer secret is refused")
}
