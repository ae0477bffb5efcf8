package verify

import (
	"crypto/sha256"
	"strings"
	"unicode/utf8"
)

// HubSpot's three versions
// (https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation).
// The secret is the app's client secret.
const (
	hubspotOld     = "X-HubSpot-Signature"
	hubspotVersion = "X-HubSpot-Signature-Version"
	hubspotNew     = "X-HubSpot-Signature-v3"
)

// hubspotKey serves all versions, of which the first two hash where the third
// uses a MAC.
type hubspotKey struct {
	mac    macKey
	digest digestKey
}

func newHubspot(s Secret) (key, *Error) {
	return hubspotKey{macKey{sha256.New, []byte(s)}, digestKey(s)}, nil
}

func (k hubspotKey) verify(c *claim) bool {
	if c.plain {
		return k.digest.verify(c)
	}
	return k.mac.verify(c)
}

func (k hubspotKey) sign(c *claim) ([]byte, *Error) {
	if c.plain {
		return k.digest.sign(c)
	}
	return k.mac.sign(c)
}

// hubspotV1 covers secret and body. It is what the CRM's event webhooks carry.
func hubspotV1() signedHeader {
	return signedHeader{
		header: hubspotOld, enc: hexLower, size: sha256.Size, fixed: []Field{{hubspotVersion, "v1"}},
		newKey: newHubspot, plain: true,
		compose: func(r *Request, _ string) ([]message, *Error) { return utf8Only(message{r.Body}) },
	}
}

// utf8Only refuses what isn't UTF-8, as HubSpot's strings are. Hashing a secret
// and a message after it lets anybody who has seen one signature compute that of
// a longer message, without the secret; but what is added begins with the hash's
// padding, a byte 0x80 that follows nothing, which no UTF-8 text has.
func utf8Only(m message) ([]message, *Error) {
	for _, part := range m {
		if !utf8.Valid(part) {
			return nil, refuse(Malformed, "URL or body is not UTF-8")
		}
	}
	return []message{m}, nil
}

// hubspotV2 covers secret, method, URL and body. Workflow webhooks and custom
// actions carry it. It has no time: a call that was overheard is good for ever.
func hubspotV2() signedHeader {
	return signedHeader{
		header: hubspotOld, enc: hexLower, size: sha256.Size, fixed: []Field{{hubspotVersion, "v2"}},
		newKey: newHubspot, plain: true,
		compose: func(r *Request, _ string) ([]message, *Error) {
			u, err := r.url()
			if err != nil {
				return nil, err
			}
			return utf8Only(message{[]byte(r.Method + u), r.Body})
		},
	}
}

// hubspotV3 covers method, URL, body and a time in milliseconds. The
// documentation has twelve escapes of the URL decoded first, HubSpot's own
// libraries decode none: either is accepted.
func hubspotV3() signedHeader {
	return signedHeader{
		header: hubspotNew, enc: base64Std, size: sha256.Size,
		stamp: "X-HubSpot-Request-Timestamp", form: unixMillis, newKey: newHubspot,
		compose: func(r *Request, stamp string) ([]message, *Error) {
			u, err := r.url()
			if err != nil {
				return nil, err
			}
			decoded := hubspotURL(u)
			messages := []message{{[]byte(r.Method + decoded), r.Body, []byte(stamp)}}
			if decoded != u {
				messages = append(messages, message{[]byte(r.Method + u), r.Body, []byte(stamp)})
			}
			return messages, nil
		},
	}
}

// hubspotURL decodes the escapes that the documentation lists, and no others.
func hubspotURL(u string) string {
	if !strings.Contains(u, "%") { // as recipes tell owners to write it
		return u
	}
	return strings.NewReplacer(
		"%3A", ":", "%2F", "/", "%3F", "?", "%40", "@", "%21", "!", "%24", "$",
		"%27", "'", "%28", "(", "%29", ")", "%2A", "*", "%2C", ",", "%3B", ";",
	).Replace(u)
}

// hubspotAny takes version 3 where it is there and version 2 where it is not,
// as HubSpot asks of receivers, since not every product sends version 3. A call
// with a wrong version 3 is refused, whatever version 2 says. Still, whoever
// overheard a call that carried both can leave version 3 out and replay the
// rest; HubSpotV3 is for sources of which it is known that they send it.
type hubspotAny struct{ v2, v3 signedHeader }

var _ protocol = hubspotAny{}

func (p hubspotAny) key(s Secret) (key, *Error) { return newHubspot(s) }

func (p hubspotAny) claim(r *Request, o Options) (claim, *Error) {
	if r.Header.has(p.v3.header) {
		return p.v3.claim(r, o)
	}
	return p.v2.claim(r, o)
}

func (p hubspotAny) sign(r *Request, o Options, k key) *Error { return p.v3.sign(r, o, k) }
