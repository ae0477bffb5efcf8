package verify

import (
	"crypto/sha256"
	"strings"
)

// ghost is the webhook of Ghost 5.130 (https://ghost.org/docs/webhooks/, checked
// against captured calls): "sha256=<hex>, t=<milliseconds>", an HMAC-SHA-256 over
// the body and then the time. Older versions signed the body alone, beside a time
// that anybody could change; such calls are refused.
type ghost struct{}

var _ protocol = ghost{}

const ghostHeader = "X-Ghost-Signature"

func (ghost) key(s Secret) (key, *Error) { return newMAC(sha256.New)(s) }

func (ghost) claim(r *Request, o Options) (claim, *Error) {
	var c claim
	value, err := r.Header.one(ghostHeader)
	if err != nil {
		return c, err
	}
	signature, stamp, ok := strings.Cut(value, ", t=")
	signature, named := strings.CutPrefix(signature, "sha256=")
	if !ok || !named {
		return c, refuse(Malformed, "header %s is not sha256=…, t=…", ghostHeader)
	}
	tag, err := hexLower.signature(signature, sha256.Size)
	if err != nil {
		return c, err
	}
	at, err := unixMillis.parse(stamp)
	if err != nil {
		return c, err
	}
	c.tags, c.messages = [][]byte{tag}, []message{{r.Body, []byte(stamp)}}
	c.once = c.messages[0]
	c.around(at, o.Tolerance)
	return c, nil
}

func (ghost) sign(r *Request, _ Options, k key) *Error {
	stamp := unixMillis.format(r.Received)
	tag, err := k.sign(&claim{messages: []message{{r.Body, []byte(stamp)}}})
	if err != nil {
		return err
	}
	r.Header = r.Header.With(ghostHeader, "sha256="+hexLower.encode(tag)+", t="+stamp)
	return nil
}
