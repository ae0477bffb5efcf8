package verify_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net/url"
	"slices"
	"strings"
	"time"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

// now is the clock of these tests.
var now = time.Unix(1760000000, 0)

// subject is a scheme as the conformance suite wants to know it.
type subject struct {
	secrets [2]v.Secret // what signs; two, for rotation
	shown   [2]v.Secret // what verifies, if that is another (public keys)
	wrong   v.Secret    // a third that verifies
	opts    v.Options
	body    kind
	proof   place   // where the signature is
	stamp   place   // where the time is, if the scheme has one
	covered []place // what else is signed: no bit of it may change
}

// kind is what a scheme's bodies are.
type kind int

const (
	anyBody kind = iota
	jsonBody
	formBody
	utf8Body
)

var (
	text  = subject{secrets: [2]v.Secret{"winnow-test-secret-0001", "winnow-test-secret-0002"}, wrong: "winnow-test-secret-0003"}
	whsec = [3]v.Secret{"whsec_d2lubm93LXN0YW5kYXJkLXdlYmhvb2sta2V5LTI0YiE=", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"}
)

// subjects has every scheme; TestConformance fails when one is not in it.
func subjects() map[v.ID]subject {
	return map[v.ID]subject{
		v.StandardWebhooksV1: {
			secrets: [2]v.Secret(whsec[:2]), wrong: whsec[2],
			proof: header("Webhook-Signature").like(list), stamp: header("Webhook-Timestamp"),
			covered: []place{header("Webhook-Id"), body()},
		},
		v.StandardWebhooksV1a: ed25519Subject(),
		v.HubSpot: text.with(subject{
			proof: header("X-HubSpot-Signature-v3"), stamp: header("X-HubSpot-Request-Timestamp"),
			covered: []place{body(), method(), path().like(unescaped), query().like(unescaped)},
		}),
		v.HubSpotV1: text.with(subject{
			body: utf8Body, proof: header("X-HubSpot-Signature"),
			covered: []place{body(), header("X-HubSpot-Signature-Version")},
		}),
		v.HubSpotV2: text.with(subject{
			body: utf8Body, proof: header("X-HubSpot-Signature"),
			covered: []place{body(), header("X-HubSpot-Signature-Version"), method(), path(), query(), publicURL()},
		}),
		v.HubSpotV3: text.with(subject{
			proof: header("X-HubSpot-Signature-v3"), stamp: header("X-HubSpot-Request-Timestamp"),
			covered: []place{body(), method(), path().like(unescaped), query().like(unescaped), publicURL()},
		}),
		v.SFMC: text.with(subject{body: jsonBody, proof: body()}),
		v.CustomerIO: text.with(subject{
			proof: header("X-CIO-Signature"), stamp: header("X-CIO-Timestamp"), covered: []place{body()},
		}),
		v.Klaviyo: text.with(subject{
			proof: header("Klaviyo-Signature"), stamp: header("Klaviyo-Timestamp"), covered: []place{body()},
		}),
		v.Mautic:  text.with(subject{proof: header("Webhook-Signature"), covered: []place{body()}}),
		v.Shopify: text.with(subject{proof: header("X-Shopify-Hmac-Sha256"), covered: []place{body()}}),
		v.Segment: text.with(subject{proof: header("X-Signature"), covered: []place{body()}}),
		v.Mailgun: text.with(subject{
			body: jsonBody, proof: member("signature", "signature"), stamp: member("signature", "timestamp"),
			covered: []place{member("signature", "token")},
		}),
		v.Mandrill: text.with(subject{
			body: formBody, proof: header("X-Mandrill-Signature"),
			covered: []place{body().like(form), path(), query(), publicURL()},
		}),
		v.SendGrid: ecdsaSubject(),
		v.Ghost: text.with(subject{
			proof: header("X-Ghost-Signature"), stamp: after(header("X-Ghost-Signature"), "t="), covered: []place{body()},
		}),
		v.CloudEvents:  text.with(subject{proof: after(header("Authorization"), "Bearer ")}),
		v.StaticHeader: text.with(subject{proof: header("X-Winnow-Key")}),
		v.Basic: {
			secrets: [2]v.Secret{"api:winnow-test-secret", "listmonk:other:secret"}, wrong: "api:wrong",
			proof: after(header("Authorization"), "Basic "),
		},
		v.SecretPath:  text.with(subject{proof: after(path(), "/hook/").like(segment)}),
		v.SecretQuery: text.with(subject{proof: parameter("key")}),
	}
}

func (s subject) with(o subject) subject {
	o.secrets, o.wrong = s.secrets, s.wrong
	return o
}

// verifiers are the secrets that verify what s.secrets sign.
func (s subject) verifiers() []v.Secret {
	if s.shown[0] != "" {
		return s.shown[:]
	}
	return s.secrets[:]
}

// places is everything that is proved.
func (s subject) places() []place {
	out := append([]place{s.proof}, s.covered...)
	if s.stamp.get != nil {
		out = append(out, s.stamp)
	}
	return out
}

func ed25519Subject() subject {
	s := subject{
		proof: header("Webhook-Signature").like(list), stamp: header("Webhook-Timestamp"),
		covered: []place{header("Webhook-Id"), body()},
	}
	b64 := base64.StdEncoding.EncodeToString
	for i := range 3 {
		seed := sha256.Sum256([]byte{byte(i)})
		private := ed25519.NewKeyFromSeed(seed[:])
		public := v.Secret("whpk_" + b64(private.Public().(ed25519.PublicKey)))
		if i == 2 {
			s.wrong = public
			continue
		}
		s.secrets[i], s.shown[i] = v.Secret("whsk_"+b64(seed[:])), public
	}
	return s
}

func ecdsaSubject() subject {
	const prefix = "X-Twilio-Email-Event-Webhook-"
	s := subject{proof: header(prefix + "Signature"), stamp: header(prefix + "Timestamp"), covered: []place{body()}}
	for i := range 3 {
		private, public := ecPair(elliptic.P256(), byte(i))
		if i == 2 {
			s.wrong = public
			continue
		}
		s.secrets[i], s.shown[i] = private, public
	}
	return s
}

// ecPair makes the same keys on every run.
func ecPair(curve elliptic.Curve, n byte) (private, public v.Secret) {
	d := sha256.Sum256([]byte{'e', 'c', n})
	k, err := ecdsa.ParseRawPrivateKey(curve, new(big.Int).SetBytes(d[:]).FillBytes(make([]byte, (curve.Params().BitSize+7)/8)))
	must(err)
	der, err := x509.MarshalPKCS8PrivateKey(k)
	must(err)
	spki, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	must(err)
	b64 := base64.StdEncoding.EncodeToString
	return v.Secret(b64(der)), v.Secret(b64(spki))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// request is a call that nobody signed yet.
func request(k kind) v.Request {
	r := v.Request{
		Method: "POST", PublicURL: "https://winnow.example.test", Path: "/v1/in/hook", RawQuery: "a=1&b=%C5%81",
		Header: v.Header{{"Host", "10.0.0.7"}, {"Content-Type", "application/json"}, {"Accept", "*/*"}},
		Body:   []byte(`{"contact":{"id":"c-1001","email":"ada@example.test"},"slots":["hero","footer"]}`), Received: now,
	}
	if k == formBody {
		r.Body = []byte("mandrill_events=%5B%7B%22event%22%3A%22open%22%2C+%22_id%22%3A%22m-1%22%7D%5D")
	}
	return r
}

// unescaped texts are alike to HubSpot's version 3, some of them.
func unescaped(a, b string) bool {
	x, err := url.PathUnescape(a)
	y, err2 := url.PathUnescape(b)
	return err == nil && err2 == nil && x == y
}

// form: %5B and %5b are the same to whoever reads a form.
func form(a, b string) bool {
	x, err := url.ParseQuery(a)
	y, err2 := url.ParseQuery(b)
	return err == nil && err2 == nil && x.Encode() == y.Encode()
}

// segment: only the last one of a path counts.
func segment(a, b string) bool {
	last := func(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
	return last(a) == last(b)
}

// list: signatures of other versions may stand beside the right one.
func list(a, b string) bool {
	right, _, _ := strings.Cut(a, " ")
	return slices.Contains(strings.Split(b, " "), right)
}
