package verify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// mailgun is https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks:
// the body's "signature" object holds a time, a token and the hex of HMAC-SHA-256
// over both. The event beside it is not covered; so the first body that comes with
// a token is the only one that may. Whoever sees a call before it arrives, or
// within the window over a restart of winnow, can still put any event next to its
// signature: where that matters, ask for Mailgun's client certificate in front.
type mailgun struct{}

var _ protocol = mailgun{}

type mailgunSignature struct {
	Timestamp string `json:"timestamp"`
	Token     string `json:"token"`
	Signature string `json:"signature"`
}

func (mailgun) key(s Secret) (key, *Error) { return newMAC(sha256.New)(s) }

func (mailgun) claim(r *Request, o Options) (claim, *Error) {
	var c claim
	body, err := object(r.Body, "body")
	if err != nil {
		return c, err
	}
	if body["signature"] == nil {
		return c, refuse(Missing, "the body has no signature object")
	}
	fields, err := object(body["signature"], "body's signature")
	if err != nil {
		return c, err
	}
	stamp, err := text(fields, "timestamp")
	if err != nil {
		return c, err
	}
	token, err := text(fields, "token")
	if err != nil {
		return c, err
	}
	signature, err := text(fields, "signature")
	if err != nil {
		return c, err
	}
	tag, err := hexLower.signature(signature, sha256.Size)
	if err != nil {
		return c, err
	}
	at, err := unixSeconds.parse(stamp)
	if err != nil {
		return c, err
	}
	c.tags, c.messages = [][]byte{tag}, []message{{[]byte(stamp + token)}}
	c.once = c.messages[0]
	c.around(at, o.Tolerance)
	return c, nil
}

// sign puts the signature object into the body, which must be a JSON object. The
// token comes from body and time, so that the same request always gets the same.
func (mailgun) sign(r *Request, _ Options, k key) *Error {
	body, err := object(r.Body, "body")
	if err != nil {
		return err
	}
	delete(body, "signature")
	rest, _ := json.Marshal(body) // raw messages that were just read
	stamp := unixSeconds.format(r.Received)
	sum := sha256.Sum256(append([]byte(stamp), rest...))
	token := hex.EncodeToString(sum[:25])
	tag, err := k.sign(&claim{messages: []message{{[]byte(stamp + token)}}})
	if err != nil {
		return err
	}
	body["signature"], _ = json.Marshal(mailgunSignature{stamp, token, hexLower.encode(tag)})
	r.Body, _ = json.Marshal(body)
	return nil
}

// object reads a JSON object into its members. A map keeps the names exact,
// where a struct would take "ALG" for "alg".
func object(b []byte, what string) (map[string]json.RawMessage, *Error) {
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) != nil || m == nil {
		return nil, refuse(Malformed, "the %s is not a JSON object", what)
	}
	return m, nil
}

// text reads a member that must be a string with something in it.
func text(m map[string]json.RawMessage, name string) (string, *Error) {
	raw, ok := m[name]
	if !ok {
		return "", refuse(Missing, "%s is not there", name)
	}
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", refuse(Malformed, "%s is not a string", name)
	}
	if *s == "" {
		return "", refuse(Missing, "%s is empty", name)
	}
	return *s, nil
}
