package verify

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// standardWebhooks is Standard Webhooks 1.0
// (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md):
// id, time and body joined with dots, signed with HMAC-SHA-256 ("v1") or ed25519
// ("v1a"). A sender may put several signatures into the header, for rotation or
// for receivers of several versions; those of other versions are skipped.
//
// A retry keeps the id but has a new time and signature, so that a Memory lets
// it pass: it is the idempotency key's business.
type standardWebhooks struct {
	version string
	size    int
	newKey  func(Secret) (key, *Error)
}

var _ protocol = standardWebhooks{}

const (
	stdwhID    = "webhook-id"
	stdwhStamp = "webhook-timestamp"
	stdwhSig   = "webhook-signature"
)

// maxSignatures is how many signatures of one version a header may hold: each
// costs a verification, and two are what a rotation needs.
const maxSignatures = 8

// newWhsec reads a symmetric secret: base64, with or without "whsec_".
func newWhsec(s Secret) (key, *Error) {
	b, ok := base64Std.decode(strings.TrimPrefix(string(s), "whsec_"))
	if !ok {
		return nil, refuse(NoSecret, "a Standard Webhooks secret is whsec_ and base64")
	}
	if len(b) < 24 {
		return nil, refuse(NoSecret, "a Standard Webhooks secret has at least 24 bytes, this one %d", len(b))
	}
	return macKey{sha256.New, b}, nil
}

// newWhpk reads a public key, or a private one as its seed or in full. They are
// told apart by prefix only, as both may have 32 bytes.
func newWhpk(s Secret) (key, *Error) {
	text, private := strings.CutPrefix(string(s), "whsk_")
	text, public := strings.CutPrefix(text, "whpk_")
	b, ok := base64Std.decode(text)
	switch {
	case private == public || !ok:
		return nil, refuse(NoSecret, "a key of Standard Webhooks v1a is whpk_ (public) or whsk_ (private) and base64")
	case public && len(b) == ed25519.PublicKeySize:
		return edKey{public: b}, nil
	case private && (len(b) == ed25519.SeedSize || len(b) == ed25519.PrivateKeySize):
		k := ed25519.NewKeyFromSeed(b[:ed25519.SeedSize])
		return edKey{public: k.Public().(ed25519.PublicKey), private: k}, nil
	default:
		return nil, refuse(NoSecret, "an ed25519 key does not have %d bytes", len(b))
	}
}

func (p standardWebhooks) key(s Secret) (key, *Error) { return p.newKey(s) }

func (p standardWebhooks) claim(r *Request, o Options) (claim, *Error) {
	var c claim
	id, err := r.Header.one(stdwhID)
	if err != nil {
		return c, err
	}
	// A dot in the id could move the seam between it and the time.
	if strings.Contains(id, ".") {
		return c, refuse(Malformed, "header %s has a dot", stdwhID)
	}
	stamp, err := r.Header.one(stdwhStamp)
	if err != nil {
		return c, err
	}
	at, err := unixSeconds.parse(stamp)
	if err != nil {
		return c, err
	}
	list, err := r.Header.one(stdwhSig)
	if err != nil {
		return c, err
	}
	if c.tags, err = p.signatures(list); err != nil {
		return c, err
	}
	c.messages = []message{p.compose(id, stamp, r.Body)}
	c.once = c.messages[0]
	c.around(at, o.Tolerance)
	return c, nil
}

// signatures reads "v1,<base64> v1,<base64> v1a,<base64>".
func (p standardWebhooks) signatures(list string) ([][]byte, *Error) {
	var tags [][]byte
	for item := range strings.SplitSeq(list, " ") {
		version, text, _ := strings.Cut(item, ",")
		if version != p.version {
			continue
		}
		if len(tags) == maxSignatures {
			return nil, refuse(Malformed, "header %s has more than %d signatures of version %s", stdwhSig, maxSignatures, p.version)
		}
		tag, err := base64Std.signature(text, p.size)
		if err != nil {
			return nil, err
		}
		tags = append(tags, tag)
	}
	if tags == nil {
		return nil, refuse(Missing, "header %s has no signature of version %s", stdwhSig, p.version)
	}
	return tags, nil
}

func (p standardWebhooks) compose(id, stamp string, body []byte) message {
	return message{[]byte(id + "." + stamp + "."), body}
}

// sign keeps a webhook-id that is there; otherwise it takes one from the body,
// so that the same request always gets the same.
func (p standardWebhooks) sign(r *Request, _ Options, k key) *Error {
	stamp := unixSeconds.format(r.Received)
	id, err := r.Header.one(stdwhID)
	if err != nil {
		sum := sha256.Sum256(r.Body)
		id = "msg_" + hex.EncodeToString(sum[:12])
	}
	tag, err := k.sign(&claim{messages: []message{p.compose(id, stamp, r.Body)}})
	if err != nil {
		return err
	}
	r.Header = r.Header.With(stdwhID, id).With(stdwhStamp, stamp).
		With(stdwhSig, p.version+","+base64Std.encode(tag))
	return nil
}
