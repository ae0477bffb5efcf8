package verify_test

import (
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

func TestSeveralSignatures(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.StandardWebhooksV1)
	good := b.proof.get(b.signed)
	other := b.proof.get(b.sign(t, b.secrets[1]))
	a := newBench(t, v.StandardWebhooksV1a)
	asymmetric := a.proof.get(a.signed)

	for _, list := range []string{
		other + " " + good, good + " " + other, asymmetric + " " + good,
		"v2,whatever " + good, good + " v1a,x", strings.Repeat(other+" ", 7) + good,
	} {
		require.NoError(t, b.check(t, b.proof.set(b.signed, list)), list)
	}
	b.refused(t, b.check(t, b.proof.set(b.signed, other)), v.Mismatch)
	b.refused(t, b.check(t, b.proof.set(b.signed, asymmetric)), v.Missing)
	b.refused(t, b.check(t, b.proof.set(b.signed, "v1,")), v.Malformed)
	b.refused(t, b.check(t, b.proof.set(b.signed, good+" v1,x")), v.Malformed)
	b.refused(t, b.check(t, b.proof.set(b.signed, strings.Repeat(good+" ", 9))), v.Malformed)
	b.refused(t, b.check(t, header("webhook-id").set(b.signed, "msg.1")), v.Malformed)

	require.NoError(t, a.check(t, a.proof.set(a.signed, good+" "+asymmetric)))
	a.refused(t, a.check(t, a.proof.set(a.signed, "v1a,"+strings.TrimPrefix(good, "v1,"))), v.Malformed)
}

// A retry has a new time but the old id: it is no replay.
func TestRetryIsNoReplay(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.StandardWebhooksV1)
	s := b.scheme(t, v.Options{Memory: v.NewRecent(0)}, b.secrets[0])
	require.NoError(t, s.Verify(b.signed))
	retry := b.signed
	retry.Received = now.Add(5 * time.Second)
	retry, err := s.Sign(retry)
	require.NoError(t, err)
	require.Equal(t, header("webhook-id").get(b.signed), header("webhook-id").get(retry))
	require.NoError(t, s.Verify(retry))
	require.ErrorIs(t, s.Verify(retry), v.Replayed)
}

func TestJWT(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.SFMC)
	payload, err := v.JWTPayload(b.signed.Body)
	require.NoError(t, err)
	require.Equal(t, request(jsonBody).Body, payload)
	_, err = v.JWTPayload([]byte("a.b"))
	b.refused(t, err, v.Malformed)

	for _, c := range []struct {
		name, header, payload string
		at                    time.Time
		want                  error
	}{
		{"as it should be", `{"alg":"HS256"}`, `{}`, now, nil},
		{"none", `{"alg":"none"}`, `{}`, now, v.Malformed},
		{"None", `{"alg":"None"}`, `{}`, now, v.Malformed},
		{"RS256", `{"alg":"RS256"}`, `{}`, now, v.Malformed},
		{"HS512", `{"alg":"HS512"}`, `{}`, now, v.Malformed},
		{"hs256", `{"alg":"hs256"}`, `{}`, now, v.Malformed},
		{"name in capitals", `{"ALG":"HS256"}`, `{}`, now, v.Missing},
		{"capitals beside", `{"alg":"none","ALG":"HS256"}`, `{}`, now, v.Malformed},
		{"no algorithm", `{"typ":"JWT"}`, `{}`, now, v.Missing},
		{"null", `{"alg":null}`, `{}`, now, v.Malformed},
		{"list", `{"alg":["HS256"]}`, `{}`, now, v.Malformed},
		{"critical", `{"alg":"HS256","crit":["exp"]}`, `{}`, now, v.Malformed},
		{"no object", `"HS256"`, `{}`, now, v.Malformed},
		{"payload no object", `{"alg":"HS256"}`, `[]`, now, v.Malformed},
		{"in time", `{"alg":"HS256"}`, `{"exp":1760000000,"nbf":1760000000.5}`, now.Add(time.Minute), nil},
		{"expired", `{"alg":"HS256"}`, `{"exp":1760000000}`, now.Add(5 * time.Minute), v.Stale},
		{"not yet", `{"alg":"HS256"}`, `{"nbf":1760000000}`, now.Add(-5 * time.Minute), v.Future},
		{"no time", `{"alg":"HS256"}`, `{"exp":"1760000000"}`, now, v.Malformed},
		{"never", `{"alg":"HS256"}`, `{"exp":null}`, now, v.Malformed},
		{"huge", `{"alg":"HS256"}`, `{"exp":1e300}`, now, v.Malformed},
		{"negative", `{"alg":"HS256"}`, `{"nbf":-1}`, now, v.Malformed},
	} {
		enc := base64.RawURLEncoding.EncodeToString
		signed := enc([]byte(c.header)) + "." + enc([]byte(c.payload))
		for _, signature := range []string{mac256(signed), ""} {
			sum, err := base64.StdEncoding.DecodeString(signature)
			require.NoError(t, err)
			err = b.check(t, v.Request{Method: "POST", Body: []byte(signed + "." + enc(sum)), Received: c.at})
			if signature == "" {
				require.Error(t, err, c.name)
			} else {
				require.ErrorIs(t, err, c.want, c.name)
			}
		}
	}
}

// Shopify tells one change under several topics, with equal bodies.
func TestShopifyTopics(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.Shopify)
	s := b.scheme(t, v.Options{Memory: v.NewRecent(8)}, b.secrets[0])
	topic := header("X-Shopify-Topic")
	require.NoError(t, s.Verify(topic.set(b.signed, "orders/create")))
	require.NoError(t, s.Verify(topic.set(b.signed, "orders/paid")))
	require.ErrorIs(t, s.Verify(topic.set(b.signed, "orders/paid")), v.Replayed)
}

// Mailgun joins time and token without a seam.
func TestMailgunSeam(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.Mailgun)
	stamp, token := b.stamp.get(b.signed), member("signature", "token")
	moved := token.set(b.stamp.set(b.signed, stamp[:9]), stamp[9:]+token.get(b.signed))
	b.refused(t, b.check(t, moved), v.Stale)

	for _, body := range []string{"", "null", "[]", "{}", `{"signature":null}`, `{"signature":[]}`, `{"signature":{"timestamp":1760000000}}`, `{"Signature":{}}`} {
		r := b.signed
		r.Body = []byte(body)
		require.Error(t, b.check(t, r), body)
	}
}

func TestMandrillForm(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.Mandrill)
	for _, extra := range []string{"&mandrill_events=x", "&another=b+c", "&%zz=1", "&a;b=1"} {
		r := body().set(b.signed, string(b.signed.Body)+extra)
		b.refused(t, b.check(t, r), v.Malformed)
	}
	// Moving the seam between name and value, or making a field of the rest,
	// leaves what is joined as it was.
	text := string(b.signed.Body)
	b.refused(t, b.check(t, body().set(b.signed, strings.Replace(text, "=", "", 1))), v.Missing)
	b.refused(t, b.check(t, body().set(b.signed, strings.Replace(text, "=%5B", "%5B=", 1))), v.Missing)
	b.refused(t, b.check(t, body().set(b.signed, strings.Replace(text, "%7B", "&%7B", 1))), v.Malformed)
	slash := b.signed
	slash.Path += "/"
	b.refused(t, b.check(t, slash), v.Mismatch)
}

func TestBearerInQuery(t *testing.T) {
	t.Parallel()
	b := newBench(t, v.CloudEvents)
	r := request(anyBody)
	r.RawQuery = "p=q&access_token=" + string(b.secrets[0])
	require.NoError(t, b.check(t, r))
	both := b.signed
	both.RawQuery = r.RawQuery
	b.refused(t, b.check(t, both), v.Malformed)
	r.RawQuery += "&access_token=" + string(b.secrets[0])
	b.refused(t, b.check(t, r), v.Malformed)
	b.refused(t, b.check(t, header("authorization").set(b.signed, "Basic eA==")), v.Malformed)
	b.refused(t, b.check(t, header("authorization").set(b.signed, "Bearer")), v.Missing)
	require.NoError(t, b.check(t, header("authorization").set(b.signed, "bearer "+string(b.secrets[0]))))
}

func TestNamedHeaderAndParameter(t *testing.T) {
	t.Parallel()
	for id, p := range map[v.ID]place{v.StaticHeader: header("X-Api-Key"), v.SecretQuery: parameter("X-Api-Key")} {
		b := newBench(t, id)
		s := b.scheme(t, v.Options{Name: "X-Api-Key"}, b.secrets[0])
		r, err := s.Sign(request(anyBody))
		require.NoError(t, err)
		require.Equal(t, string(b.secrets[0]), p.get(r))
		require.NoError(t, s.Verify(r))
		require.ErrorIs(t, s.Verify(b.signed), v.Missing)
		_, err = v.New(id, b.secrets[:], v.Options{Name: "a b"})
		b.refused(t, err, v.Malformed)
	}
}

// TestKeys: secrets that a scheme can't use are refused when it is made.
func TestKeys(t *testing.T) {
	t.Parallel()
	b64 := base64.StdEncoding.EncodeToString
	_, p384 := ecPair(elliptic.P384(), 0)
	for id, secrets := range map[v.ID][]v.Secret{
		v.StandardWebhooksV1:  {"whsec_", "whsec_not base64", v.Secret("whsec_" + b64(make([]byte, 23))), "whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g="},
		v.StandardWebhooksV1a: {"whpk_", "whsk_", "ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g=", "whpk_AAAA", "whsk_AAAA", "whsk_whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g="},
		v.SendGrid:            {"x", "AAAA", p384, "-----BEGIN PUBLIC KEY-----"},
		v.Basic:               {"user", "user:"},
		v.SecretPath:          {"short", "with/a/slash/in/it-0123", "with-ünicode-0123456"},
		v.SecretQuery:         {"short", "with&ampersand-0123456"},
		v.StaticHeader:        {"line\r\nend"},
		v.CloudEvents:         {"line\nend"},
	} {
		for _, secret := range secrets {
			_, err := v.New(id, []v.Secret{secret}, v.Options{})
			require.ErrorIs(t, err, v.NoSecret)
			if len(secret) > 6 {
				require.NotContains(t, err.Error(), string(secret))
			}
		}
	}
	for _, id := range []v.ID{v.StandardWebhooksV1a, v.SendGrid} {
		b := newBench(t, id)
		_, err := b.scheme(t, b.opts, b.shown[0]).Sign(request(anyBody))
		b.refused(t, err, v.NoSecret)
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const value = "winnow-test-secret-0001"
	type config struct{ S v.Secret }
	s := v.Secret(value)
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T %v", "%10.3s"} {
		fmt.Fprintf(&out, verb, s, s)
		fmt.Fprintf(&out, verb, config{s}, &config{s})
		fmt.Fprintf(&out, verb, []v.Secret{s}, map[v.Secret]v.Secret{s: s})
	}
	asJSON, err := json.Marshal(config{s})
	require.NoError(t, err)
	out.Write(asJSON)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", s, "config", config{s})
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", s, "config", config{s})
	out.WriteString(s.String())
	require.NotContains(t, out.String(), value)
	require.NotContains(t, out.String(), value[:3])
	require.NotContains(t, strings.ToLower(out.String()), fmt.Sprintf("%x", value))
}

func TestMemory(t *testing.T) {
	t.Parallel()
	var first atomic.Int32
	m := v.NewRecent(100)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 100 {
				if !m.Seen([32]byte{byte(i)}) {
					first.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 100, first.Load(), "each call is new once")
	require.False(t, m.Seen([32]byte{200}))
	require.False(t, m.Seen([32]byte{0}), "the oldest made room")
}

// Clients know what they are asked for by the scheme's registered name.
func TestChallenge(t *testing.T) {
	for id, want := range map[v.ID]string{
		v.Basic: `Basic realm="winnow", charset="UTF-8"`, v.CloudEvents: `Bearer realm="winnow"`, v.Shopify: `shopify realm="winnow"`,
	} {
		s, err := v.New(id, []v.Secret{"user:winnow-test-secret-0001"}, v.Options{})
		require.NoError(t, err)
		require.Equal(t, want, s.Challenge())
	}
}
