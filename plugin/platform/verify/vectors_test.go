package verify_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"
	"time"

	stdwh "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

const (
	hubspotSecret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
	ourSecret     = "winnow-test-secret-0001"
	ourBody       = `{"contact":{"id":"c-1001","email":"ada@example.test"},"slots":["hero","footer"]}`
	sfmcToken     = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpbkFyZ3VtZW50cyI6W3siY29udGFjdEtleSI6ImMtMTAwMSIsInNsb3RzIjoiaGVybyxmb290ZXIifV0sIm91dEFyZ3VtZW50cyI6W10sImFjdGl2aXR5T2JqZWN0SUQiOiJhLTEiLCJqb3VybmV5SWQiOiJqLTEiLCJhY3Rpdml0eUlkIjoiYS0xIiwiZGVmaW5pdGlvbkluc3RhbmNlSWQiOiJkLTEiLCJhY3Rpdml0eUluc3RhbmNlSWQiOiJpLTEiLCJrZXlWYWx1ZSI6ImMtMTAwMSIsIm1vZGUiOjB9.dHkNocGa0410BiQVcFvaHc4LEYOo_vn5-UJoLXcqICE"
)

// vector is a call whose signature somebody else computed.
type vector struct {
	name   string
	id     v.ID
	secret v.Secret
	method string // POST if empty
	base   string
	path   string
	query  string
	header v.Header
	body   string
	at     time.Time
}

// published are vectors that platforms, or the authors of their libraries, give.
func published() []vector {
	const events = `[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]`
	const hubspot = "https://www.example.com"
	v3 := func(signature, stamp string) v.Header {
		return v.Header{{"X-HubSpot-Signature-v3", signature}, {"X-HubSpot-Request-Timestamp", stamp}}
	}
	standard := func(signature string) v.Header {
		return v.Header{{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"}, {"webhook-timestamp", "1614265330"}, {"webhook-signature", signature}}
	}
	const quoted = `{'example_field':'example_value'}` // single quotes, as published
	const v1a = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
	return []vector{
		{"v1", v.HubSpotV1, hubspotSecret, "", hubspot, "/webhook_uri", "", old("v1", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"), events, now},
		{"v2 get", v.HubSpotV2, hubspotSecret, "GET", hubspot, "/webhook_uri", "", old("v2", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"), "", now},
		{"v2 post", v.HubSpotV2, hubspotSecret, "", hubspot, "/webhook_uri", "", old("v2", "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"), `{"example_field":"example_value"}`, now},
		{"v3", v.HubSpotV3, hubspotSecret, "", hubspot, "/webhook_uri", "", v3("HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=", "15000000"), quoted, time.UnixMilli(15000000)},
		{"v3 node", v.HubSpotV3, hubspotSecret, "", hubspot, "/webhook_uri", "", v3("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=", "1693657560000"), quoted, time.UnixMilli(1693657560000)},
		{"v3 ruby", v.HubSpot, hubspotSecret, "", hubspot, "/webhook_uri", "", v3("RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw=", "1700000300000"), quoted, time.UnixMilli(1700000300000)},
		{"readme", v.CustomerIO, "755781b5e03a973f3405a85474d5a032a60fd56fabaad66039b12eadd83955fa", "", "", "/", "", v.Header{{"X-CIO-Timestamp", "1692633432"}, {"X-CIO-Signature", "d7c655389bb364d3e8bdbb6ec18a7f1b6cf91f39bba647554ada78aa61de37b9"}}, `{"key": "value"}`, time.Unix(1692633432, 0)},
		{"library", v.SendGrid, "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA==", "", "", "/", "", v.Header{{"X-Twilio-Email-Event-Webhook-Timestamp", "1588788367"}, {"X-Twilio-Email-Event-Webhook-Signature", "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH2j/0="}}, `{"category":"example_payload","event":"test_event","message_id":"message_id"}`, time.Unix(1588788367, 0)},
		{"v1", v.StandardWebhooksV1, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "", "", "/", "", standard("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), `{"test": 2432232314}`, time.Unix(1614265330, 0)},
		{"v1a public", v.StandardWebhooksV1a, "whpk_ZlN4eg7dSSqi0moX9hQUk3orrOouK3QVQSlJa248c/g=", "", "", "/", "", standard(v1a), `{"test": 2432232314}`, time.Unix(1614265330, 0)},
		{"v1a seed", v.StandardWebhooksV1a, "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=", "", "", "/", "", standard(v1a), `{"test": 2432232314}`, time.Unix(1614265330, 0)},
	}
}

func old(version, signature string) v.Header {
	return v.Header{{"X-HubSpot-Signature", signature}, {"X-HubSpot-Signature-Version", version}}
}

// computed are vectors computed by another program, for schemes of which no
// usable one is published.
func computed() []vector {
	const base, hook = "https://winnow.example.test", "/v1/decide/hubspot"
	v3 := func(signature string) v.Header {
		return v.Header{{"X-HubSpot-Signature-v3", signature}, {"X-HubSpot-Request-Timestamp", "1760000000000"}}
	}
	const mailgunBody = `{"signature":{"timestamp":"1760000000","token":"f3c9d1a07b5e4c2f8a6d0b1e7c3f5a9d2b4e6c8f0a1b3d5e7f","signature":"a15e2ce2fadaa4cc97335fcdab3a16f4df3a833af10002466c99fd861dbb387b"},"event-data":{}}`
	const mandrillBody = "mandrill_events=%5B%7B%22event%22%3A%22open%22%2C%22_id%22%3A%22m-1%22%2C%22ts%22%3A1760000000%7D%5D"
	return []vector{
		{"v3", v.HubSpotV3, ourSecret, "", base, hook, "", v3("oePL0k+ev5NJqW7v8f7mUhi7ROnp+/WMmbeTepJPMNs="), ourBody, now},
		{"v2", v.HubSpotV2, ourSecret, "", base, hook, "", old("v2", "42b5344d5ffd481213698d6b69431727abfb00465029403b9a2a701bc827579e"), ourBody, now},
		{"v2 by the chooser", v.HubSpot, ourSecret, "", base, hook, "", old("v2", "42b5344d5ffd481213698d6b69431727abfb00465029403b9a2a701bc827579e"), ourBody, now},
		{"v1", v.HubSpotV1, ourSecret, "", base, hook, "", old("v1", "a3bf5f9daf83608a1cf55a797862eb2f1b1917bbb4e70048846978c21bc78a72"), ourBody, now},
		{"v3 escaped query", v.HubSpotV3, ourSecret, "", base, hook, "src=a%3Ab%2Fc&e=x%40y", v3("Je3EzwUxJxjXXIRzBiS5MgSBkRZBQbqf4tUhQ59aHp8="), ourBody, now},
		{"v0", v.CustomerIO, ourSecret, "", "", "/", "", v.Header{{"X-CIO-Timestamp", "1760000000"}, {"X-CIO-Signature", "472d9d795cbbab0c8a79b9cbd09b9359b6d7781789dd1421504e392cae737836"}}, ourBody, now},
		{"", v.Klaviyo, ourSecret, "", "", "/", "", v.Header{{"Klaviyo-Timestamp", "Thu, 09 Oct 2025 08:53:20 GMT"}, {"Klaviyo-Signature", "c5478fa63073ce2b5ecaa053888e7ea7340b19155793a518e47c05a9ae5b70e0"}}, ourBody, now},
		{"", v.Mautic, ourSecret, "", "", "/", "", v.Header{{"Webhook-Signature", "BXdDGj3YUELAVgOfyjMdzBzqSdGFgu4j9VOLkIjuZ6U="}}, ourBody, now},
		{"", v.Shopify, ourSecret, "", "", "/", "", v.Header{{"X-Shopify-Hmac-Sha256", "BXdDGj3YUELAVgOfyjMdzBzqSdGFgu4j9VOLkIjuZ6U="}}, ourBody, now},
		{"", v.Segment, ourSecret, "", "", "/", "", v.Header{{"X-Signature", "58b2bca82be5dae2b1379b925f1f9eac4a2f17d9"}}, ourBody, now},
		{"", v.Mailgun, ourSecret, "", "", "/", "", nil, mailgunBody, now},
		{"", v.Mandrill, ourSecret, "", base, "/v1/events/mandrill", "", v.Header{{"X-Mandrill-Signature", "L21P/HgIpWJJ2+FQSHA4cSw6qH0="}}, mandrillBody, now},
		{"v1", v.StandardWebhooksV1, "whsec_d2lubm93LXN0YW5kYXJkLXdlYmhvb2sta2V5LTI0YiE=", "", "", "/", "", v.Header{{"webhook-id", "msg_0001"}, {"webhook-timestamp", "1760000000"}, {"webhook-signature", "v1,y1Pe/DerS16cX9qkiIKBeRDPgIqCE2R0zrXrgy4YS+A="}}, ourBody, now},
		{"", v.SFMC, ourSecret, "", "", "/", "", nil, sfmcToken, now},
		{"RFC 7617 §2", v.Basic, "Aladdin:open sesame", "", "", "/", "", v.Header{{"Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="}}, "", now},
		{"specification §3.1", v.CloudEvents, "mF_9.B5f-4.1JqM", "", "", "/resource", "", v.Header{{"Authorization", "Bearer mF_9.B5f-4.1JqM"}}, "", now},
		{"specification §3.2", v.CloudEvents, "mF_9.B5f-4.1JqM", "", "", "/resource", "access_token=mF_9.B5f-4.1JqM&p=q", nil, "", now},
	}
}

func (x vector) request() v.Request {
	r := v.Request{
		Method: "POST", PublicURL: x.base, Path: x.path, RawQuery: x.query,
		Header: x.header, Body: []byte(x.body), Received: x.at,
	}
	if x.method != "" {
		r.Method = x.method
	}
	return r
}

func TestVectors(t *testing.T) {
	t.Parallel()
	for _, x := range append(published(), computed()...) {
		t.Run(string(x.id)+" "+x.name, func(t *testing.T) {
			t.Parallel()
			s, err := v.New(x.id, []v.Secret{x.secret}, v.Options{})
			require.NoError(t, err)
			require.NoError(t, s.Verify(x.request()))
			if info := s.Info(); info.Body && len(x.body) > 0 {
				r := x.request()
				r.Body[len(r.Body)/2] ^= 1
				require.Error(t, s.Verify(r))
			}
		})
	}
	require.Equal(t, "def7a1513854806036f7bc3369960b267072c12a", v.SalesmanagoSHA("my-api-key", "my-client-id", "my-api-secret"))
}

// TestGhost has no vector from elsewhere: the captured rule is written out.
func TestGhost(t *testing.T) {
	t.Parallel()
	const stamp = "1760000000123"
	mac := hmac.New(sha256.New, []byte("ghost-hook-secret"))
	mac.Write([]byte(ourBody + stamp))
	r := request(anyBody)
	r.Header = v.Header{{"x-ghost-signature", "sha256=" + hex.EncodeToString(mac.Sum(nil)) + ", t=" + stamp}}
	s, err := v.New(v.Ghost, []v.Secret{"ghost-hook-secret"}, v.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Verify(r))
}

// TestSecondOpinion compares Standard Webhooks with its own library, both ways.
func TestSecondOpinion(t *testing.T) {
	t.Parallel()
	theirs, err := stdwh.NewWebhook(string(whsec[0]))
	require.NoError(t, err)
	ours, err := v.New(v.StandardWebhooksV1, []v.Secret{whsec[0]}, v.Options{})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		r := request(anyBody)
		r.Body = rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		r.Received = time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "time"), 0)
		id := rapid.StringMatching(`[A-Za-z0-9_-]{1,40}`).Draw(t, "id")

		signed, err := ours.Sign(withID(r, id))
		require.NoError(t, err)
		h := http.Header{}
		for _, f := range signed.Header {
			h.Add(f.Name, f.Value)
		}
		require.NoError(t, theirs.VerifyIgnoringTimestamp(r.Body, h))

		signature, err := theirs.Sign(id, r.Received, r.Body)
		require.NoError(t, err)
		require.Equal(t, h.Get("webhook-signature"), signature)
		require.NoError(t, ours.Verify(signed))
	})
}

func withID(r v.Request, id string) v.Request {
	r.Header = r.Header.With("webhook-id", id)
	return r
}
