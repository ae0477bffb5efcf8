package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

// mac256 is what our test secret makes of a text.
func mac256(text string) string {
	m := hmac.New(sha256.New, []byte(ourSecret))
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// harmless tells that a change is one the scheme needn't see: all that is proved
// says what it said.
func (b bench) harmless(r v.Request) bool {
	for _, p := range b.places() {
		if !p.same(b.signed, r) {
			return false
		}
	}
	return true
}

// FuzzVerify changes one proved place of a good call: it must not verify, and
// nothing may panic.
func FuzzVerify(f *testing.F) {
	for i := range v.IDs() {
		for p := range 4 {
			f.Add(uint8(i), uint8(p), uint8(p), uint16(3), []byte("a"))
		}
	}
	benches := make([]bench, 0, len(v.IDs()))
	schemes := make([]*v.Scheme, 0, len(v.IDs()))
	for _, id := range v.IDs() {
		b := newBench(f, id)
		benches = append(benches, b)
		schemes = append(schemes, b.scheme(f, b.opts, b.verifiers()...))
	}
	f.Fuzz(func(t *testing.T, scheme, at, how uint8, offset uint16, text []byte) {
		i := int(scheme) % len(benches)
		b := benches[i]
		p := b.places()[int(at)%len(b.places())]
		r := p.set(b.signed, splice(p.get(b.signed), how, int(offset), string(text)))
		if err := schemes[i].Verify(r); err == nil && !b.harmless(r) {
			t.Fatalf("%s verifies after a change of %s", b.id, p.name)
		}
	})
}

// splice replaces all of s, overwrites, inserts, or cuts.
func splice(s string, how uint8, at int, text string) string {
	at %= len(s) + 1
	end := min(at+len(text), len(s))
	switch how % 4 {
	case 0:
		return text
	case 1:
		return s[:at] + text + s[end:]
	case 2:
		return s[:at] + text + s[at:]
	default:
		return s[:at] + s[end:]
	}
}

// FuzzVerifyForged shows a scheme a call that nobody signed: whatever its
// headers, query and body are, it must not verify.
func FuzzVerifyForged(f *testing.F) {
	for i := range v.IDs() {
		f.Add(uint8(i), "v1,AAAA", "1760000000", "msg_1", "key=x&access_token=y", []byte(`{"signature":{"timestamp":"1760000000","token":"t","signature":"00"}}`))
		f.Add(uint8(i), "sha256=00, t=1760000000000", "Thu, 09 Oct 2025 08:53:20 GMT", "", "", []byte("eyJhbGciOiJub25lIn0.e30."))
		f.Add(uint8(i), "Basic Og==", "1760000000000", "v2", "a=%", []byte("mandrill_events=[]"))
		f.Add(uint8(i), "Bearer ", "", "v1", "", []byte(nil))
	}
	schemes := make([]*v.Scheme, 0, len(v.IDs()))
	benches := make([]bench, 0, len(v.IDs()))
	for _, id := range v.IDs() {
		b := newBench(f, id)
		benches = append(benches, b)
		schemes = append(schemes, b.scheme(f, b.opts, b.verifiers()...))
	}
	f.Fuzz(func(t *testing.T, scheme uint8, proof, stamp, extra, query string, body []byte) {
		b := benches[int(scheme)%len(benches)]
		r := b.signed
		r.Header, r.Body, r.RawQuery, r.Path = nil, body, query, "/"+extra
		for _, f := range b.signed.Header {
			value := proof
			switch f.Name {
			case b.stamp.name:
				value = stamp
			case "webhook-id", "X-HubSpot-Signature-Version":
				value = extra
			}
			r.Header = append(r.Header, v.Field{Name: f.Name, Value: value})
		}
		if schemes[int(scheme)%len(benches)].Verify(r) == nil {
			t.Fatalf("%s lets a forged call in", b.id)
		}
	})
}

// FuzzVerifyHandshake: an answer never holds what a header can't.
func FuzzVerifyHandshake(f *testing.F) {
	f.Add("eventemitter.example.com", "120")
	f.Add("a\r\nb: c", "0")
	f.Fuzz(func(t *testing.T, origin, rate string) {
		r := v.Request{Method: "OPTIONS", Header: v.Header{{"WebHook-Request-Origin", origin}, {"WebHook-Request-Rate", rate}}}
		g, err := v.Handshake{Origins: []string{"*"}, Rate: 60}.Answer(r)
		if err != nil {
			return
		}
		require.Regexp(t, `^[A-Za-z0-9._-]+$`, g.Origin)
		require.Regexp(t, `^[1-9][0-9]?$`, g.Rate)
	})
}

// TestSignThenVerify: what is signed verifies, and no longer once any bit of what
// is covered has changed.
func TestSignThenVerify(t *testing.T) {
	t.Parallel()
	for _, id := range v.IDs() {
		b := newBench(t, id)
		signer := b.scheme(t, b.opts, b.secrets[0])
		verifier := b.scheme(t, b.opts, b.verifiers()[0])
		t.Run(string(id), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				r := b.draw(t)
				signed, err := signer.Sign(r)
				require.NoError(t, err)
				require.NoError(t, verifier.Verify(signed))

				p := rapid.SampledFrom(b.places()).Draw(t, "place")
				text := []byte(p.get(signed))
				if len(text) == 0 {
					return // an empty body has no bits
				}
				bit := rapid.IntRange(0, len(text)*8-1).Draw(t, "bit")
				text[bit/8] ^= 1 << (bit % 8)
				changed := p.set(signed, string(text))
				if !p.same(signed, changed) {
					require.Error(t, verifier.Verify(changed), "bit %d of %s", bit, p.name)
				}
			})
		})
	}
}

// draw makes a call of the scheme's kind.
func (b bench) draw(t *rapid.T) v.Request {
	r := request(b.body)
	r.Method = rapid.SampledFrom([]string{"GET", "POST", "PUT"}).Draw(t, "method")
	r.Received = time.UnixMilli(rapid.Int64Range(1, 1<<42).Draw(t, "time"))
	r.Path = rapid.StringMatching(`(/[a-z0-9%.-]{1,8}){1,3}`).Draw(t, "path")
	if b.id == v.SecretPath {
		r.Path = "/v1/hook"
	}
	r.RawQuery = rapid.StringMatching(`([a-z]{1,3}=[A-Z0-9]{0,4})?`).Draw(t, "query")
	switch b.body {
	case anyBody:
		r.Body = rapid.SliceOf(rapid.Byte()).Draw(t, "body")
	case utf8Body:
		r.Body = []byte(rapid.String().Draw(t, "body"))
	case jsonBody:
		r.Body = []byte(`{"event-data":` + rapid.SampledFrom([]string{"{}", "[1,2]", `"\u0141"`, `{"signature":{}}`}).Draw(t, "body") + `}`)
	case formBody:
		r.Body = []byte(rapid.StringMatching(`mandrill_events=([A-Za-z+.]|%[2-7][0-9A-F]){0,20}`).Draw(t, "body"))
	}
	return r
}
