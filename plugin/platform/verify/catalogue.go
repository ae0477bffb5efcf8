package verify

import (
	"crypto/ed25519"
	"crypto/sha1" // two platforms use HMAC-SHA-1, which the collisions of SHA-1 do not break
	"crypto/sha256"
	"strings"
)

// ID names a scheme in configuration, errors and metrics.
type ID string

// The schemes.
const (
	StandardWebhooksV1  ID = "stdwh-v1"
	StandardWebhooksV1a ID = "stdwh-v1a"
	HubSpot             ID = "hubspot"
	HubSpotV1           ID = "hubspot-v1"
	HubSpotV2           ID = "hubspot-v2"
	HubSpotV3           ID = "hubspot-v3"
	SFMC                ID = "sfmc-jwt"
	CustomerIO          ID = "cio-v0"
	Klaviyo             ID = "klaviyo"
	Mautic              ID = "mautic"
	Shopify             ID = "shopify"
	Segment             ID = "segment"
	Mailgun             ID = "mailgun"
	Mandrill            ID = "mandrill"
	SendGrid            ID = "sendgrid"
	Ghost               ID = "ghost"
	CloudEvents         ID = "cloudevents"
	StaticHeader        ID = "static-header"
	Basic               ID = "basic"
	SecretPath          ID = "secret-path"
	SecretQuery         ID = "secret-query"
)

// Info says what a scheme does and does not protect.
type Info struct {
	ID ID
	// Body: the signature covers the body.
	Body bool
	// Time: the signature covers a time, so that old calls are refused.
	Time bool
	// Repeats: something in the signed part tells calls apart, so that Options
	// can have a Memory.
	Repeats bool
	// Source is where the scheme is specified.
	Source string
}

type entry struct {
	info  Info
	proto protocol
}

// catalogue lists every scheme. It is a function because a package variable
// could be changed.
func catalogue() []entry {
	const stdwh = "github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md"
	const hubspot = "developers.hubspot.com, validating requests"
	v2, v3 := hubspotV2(), hubspotV3()
	return []entry{
		{Info{StandardWebhooksV1, true, true, true, stdwh}, standardWebhooks{"v1", sha256.Size, newWhsec}},
		{Info{StandardWebhooksV1a, true, true, true, stdwh}, standardWebhooks{"v1a", ed25519.SignatureSize, newWhpk}},
		{Info{HubSpot, true, false, false, hubspot}, hubspotAny{v2: v2, v3: v3}},
		{Info{HubSpotV1, true, false, false, hubspot}, hubspotV1()},
		{Info{HubSpotV2, true, false, false, hubspot}, v2},
		{Info{HubSpotV3, true, true, true, hubspot}, v3},
		{Info{SFMC, true, false, true, "developer.salesforce.com, encode custom activities using JWT; RFC 7515"}, sfmcJWT{}},
		{Info{CustomerIO, true, true, true, "docs.customer.io, reporting webhooks"}, customerIO()},
		{Info{Klaviyo, true, true, true, "developers.klaviyo.com, working with system webhooks"}, klaviyo()},
		{Info{Mautic, true, false, false, "mautic 5.1, WebhookBundle/Http/Client.php"}, bodyMAC("Webhook-Signature", base64Std, sha256.New)},
		{Info{Shopify, true, false, true, "shopify.dev, deliver webhooks through HTTPS"}, shopify()},
		{Info{Segment, true, false, false, "segment.com/docs, webhooks destination"}, bodyMAC("X-Signature", hexLower, sha1.New)},
		{Info{Mailgun, false, true, true, "documentation.mailgun.com, securing webhooks"}, mailgun{}},
		{Info{Mandrill, true, false, false, "mandrill.zendesk.com 205583257, authenticating webhook requests"}, mandrill{}},
		{Info{SendGrid, true, true, true, "twilio.com/docs/sendgrid, event webhook security features"}, sendGrid()},
		{Info{Ghost, true, true, true, "ghost.org/docs/webhooks; observed with Ghost 5.130"}, ghost{}},
		{Info{CloudEvents, false, false, false, "github.com/cloudevents/spec, http-webhook.md §3"}, bearer()},
		{Info{StaticHeader, false, false, false, "a header that the platform lets its user add"}, staticHeader()},
		{Info{Basic, false, false, false, "RFC 7617"}, basic()},
		{Info{SecretPath, false, false, false, "for platforms that take an address and nothing else"}, secretPath()},
		{Info{SecretQuery, false, false, false, "for platforms that take an address and nothing else"}, secretQuery()},
	}
}

// IDs lists the schemes.
func IDs() []ID {
	list := catalogue()
	out := make([]ID, len(list))
	for i, e := range list {
		out[i] = e.info.ID
	}
	return out
}

// Describe tells what a scheme protects, and whether there is such a scheme.
func Describe(id ID) (Info, bool) {
	e, ok := find(id)
	return e.info, ok
}

func find(id ID) (entry, bool) {
	for _, e := range catalogue() {
		if e.info.ID == id {
			return e, true
		}
	}
	return entry{}, false
}

// isToken reports whether s can be a header's name (RFC 9110 §5.6.2).
func isToken(s string) bool {
	const others = "!#$%&'*+-.^_`|~"
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && !strings.ContainsRune(others, rune(c)) {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
