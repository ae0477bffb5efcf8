package verify

import (
	"crypto/sha256"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// sfmcJWT is the custom activity of Salesforce Marketing Cloud with useJwt
// (https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/encode-custom-activities-using-jwt.html):
// the whole body is a JWT in compact form (RFC 7515, RFC 7519), signed with
// HMAC-SHA-256. The secret is the value of the Marketing Cloud key, or the
// installed package's JWT signing secret. No other algorithm is taken, least of
// all none. Salesforce documents no expiry; exp and nbf are heeded if they come.
//
// A retry repeats the token, so that a Memory calls it Replayed.
type sfmcJWT struct{}

var _ protocol = sfmcJWT{}

func (sfmcJWT) key(s Secret) (key, *Error) { return newMAC(sha256.New)(s) }

func (sfmcJWT) claim(r *Request, o Options) (claim, *Error) {
	var c claim
	if len(r.Body) == 0 {
		return c, refuse(Missing, "the body is empty, where a JWT should be")
	}
	signed, signature, payload, err := splitJWT(r.Body)
	if err != nil {
		return c, err
	}
	tag, err := base64URL.signature(signature, sha256.Size)
	if err != nil {
		return c, err
	}
	fields, err := object(payload, "JWT's payload")
	if err != nil {
		return c, err
	}
	if exp, ok, err := numericDate(fields, "exp"); err != nil {
		return c, err
	} else if ok {
		c.until = exp.Add(o.Tolerance)
	}
	if nbf, ok, err := numericDate(fields, "nbf"); err != nil {
		return c, err
	} else if ok {
		c.from = nbf.Add(-o.Tolerance)
	}
	c.tags, c.messages = [][]byte{tag}, []message{{[]byte(signed)}}
	c.once = c.messages[0]
	return c, nil
}

// splitJWT takes a compact JWT apart, and refuses those that HS256 didn't sign.
func splitJWT(body []byte) (signed, signature string, payload []byte, err *Error) {
	malformed := refuse(Malformed, "the body is not a JWT in compact form")
	parts := strings.Split(string(body), ".")
	if len(parts) != 3 {
		return "", "", nil, malformed
	}
	raw, ok := base64URL.decode(parts[0])
	if !ok {
		return "", "", nil, malformed
	}
	header, err := object(raw, "JWT's header")
	if err != nil {
		return "", "", nil, err
	}
	if alg, err := text(header, "alg"); err != nil {
		return "", "", nil, err
	} else if alg != "HS256" {
		return "", "", nil, refuse(Malformed, "the JWT's algorithm is not HS256")
	}
	if header["crit"] != nil { // RFC 7515 §4.1.11: refuse what isn't understood
		return "", "", nil, refuse(Malformed, "the JWT has critical extensions")
	}
	if payload, ok = base64URL.decode(parts[1]); !ok {
		return "", "", nil, malformed
	}
	return parts[0] + "." + parts[1], parts[2], payload, nil
}

// numericDate reads a time of RFC 7519 §2, a number of seconds.
func numericDate(fields map[string]json.RawMessage, name string) (time.Time, bool, *Error) {
	raw, ok := fields[name]
	if !ok {
		return time.Time{}, false, nil
	}
	var seconds *float64
	if json.Unmarshal(raw, &seconds) != nil || seconds == nil || *seconds < 0 || *seconds > 1e11 {
		return time.Time{}, false, refuse(Malformed, "the JWT's %s is not a time", name)
	}
	whole, part := math.Modf(*seconds)
	return time.Unix(int64(whole), int64(part*1e9)), true, nil
}

// JWTPayload gives the payload of a body that SFMC has verified. It does not
// verify anything itself.
func JWTPayload(body []byte) ([]byte, error) {
	_, _, payload, err := splitJWT(body)
	if err != nil {
		err.Scheme = SFMC
		return nil, err
	}
	return payload, nil
}

// sign makes the JWT whose payload is the body.
func (sfmcJWT) sign(r *Request, _ Options, k key) *Error {
	if _, err := object(r.Body, "body"); err != nil {
		return err
	}
	signed := base64URL.encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + base64URL.encode(r.Body)
	tag, err := k.sign(&claim{messages: []message{{[]byte(signed)}}})
	if err != nil {
		return err
	}
	r.Body = []byte(signed + "." + base64URL.encode(tag))
	r.Header = r.Header.With("Content-Type", "application/jwt")
	return nil
}
