package verify

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"hash"
)

// key is one secret, parsed.
type key interface {
	// verify reports whether any of the claim's tags is right for any of its
	// messages.
	verify(*claim) bool
	// sign makes the tag of the claim's first message.
	sign(*claim) ([]byte, *Error)
}

var (
	_ key = macKey{}
	_ key = digestKey{}
	_ key = literalKey{}
	_ key = edKey{}
	_ key = ecKey{}
)

// macKey is for HMAC with some hash.
type macKey struct {
	hash   func() hash.Hash
	secret []byte
}

func newMAC(h func() hash.Hash) func(Secret) (key, *Error) {
	return func(s Secret) (key, *Error) { return macKey{hash: h, secret: []byte(s)}, nil }
}

func (k macKey) sign(c *claim) ([]byte, *Error) { return k.mac(c.messages[0]), nil }

func (k macKey) mac(m message) []byte {
	h := hmac.New(k.hash, k.secret)
	for _, part := range m {
		h.Write(part)
	}
	return h.Sum(nil)
}

func (k macKey) verify(c *claim) bool {
	return len(k.secret) != 0 && anyEqual(c, k.mac)
}

// digestKey is for the plain SHA-256 of the secret and the message after it,
// which HubSpot's first two versions use. Messages must have been through
// utf8Only.
type digestKey []byte

func (k digestKey) sign(c *claim) ([]byte, *Error) { return k.digest(c.messages[0]), nil }

func (k digestKey) digest(m message) []byte {
	h := sha256.New()
	h.Write(k)
	for _, part := range m {
		h.Write(part)
	}
	return h.Sum(nil)
}

func (k digestKey) verify(c *claim) bool { return len(k) != 0 && anyEqual(c, k.digest) }

// anyEqual compares every tag with what each message should have, without
// stopping at the first that fits.
func anyEqual(c *claim, expected func(message) []byte) bool {
	found := 0
	for _, m := range c.messages {
		want := expected(m)
		for _, tag := range c.tags {
			found |= subtle.ConstantTimeCompare(want, tag)
		}
	}
	return found == 1
}

// literalKey is for schemes in which the caller shows the secret itself.
type literalKey []byte

func newLiteral(s Secret) (key, *Error) { return literalKey(s), nil }

func (k literalKey) sign(*claim) ([]byte, *Error) { return k, nil }

// verify compares digests, so that not even the length shows in the time.
func (k literalKey) verify(c *claim) bool {
	want, found := sha256.Sum256(k), 0
	for _, tag := range c.tags {
		got := sha256.Sum256(tag)
		found |= subtle.ConstantTimeCompare(want[:], got[:])
	}
	return len(k) != 0 && found == 1
}

// edKey is for ed25519. The private half is there when the secret was one.
type edKey struct {
	public  ed25519.PublicKey
	private ed25519.PrivateKey
}

func (k edKey) verify(c *claim) bool {
	found := false
	for _, m := range c.messages {
		joined := m.join()
		for _, tag := range c.tags {
			found = (len(k.public) == ed25519.PublicKeySize && ed25519.Verify(k.public, joined, tag)) || found
		}
	}
	return found
}

func (k edKey) sign(c *claim) ([]byte, *Error) {
	if k.private == nil {
		return nil, refuse(NoSecret, "a public key can't sign: give the private one (whsk_…)")
	}
	return ed25519.Sign(k.private, c.messages[0].join()), nil
}

// ecKey is for ECDSA on P-256 over SHA-256, signatures in DER.
type ecKey struct {
	public  *ecdsa.PublicKey
	private *ecdsa.PrivateKey
}

// newEC reads a public key (SPKI) or a private one (PKCS #8), both as the base64
// of their DER.
func newEC(s Secret) (key, *Error) {
	der, ok := base64Std.decode(string(s))
	if !ok {
		return nil, refuse(NoSecret, "the key is not base64 of DER: copy it without its BEGIN and END lines, in one line")
	}
	if pub, err := x509.ParsePKIXPublicKey(der); err == nil {
		if ec, ok := pub.(*ecdsa.PublicKey); ok && ec.Curve == elliptic.P256() {
			return ecKey{public: ec}, nil
		}
	}
	if priv, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if ec, ok := priv.(*ecdsa.PrivateKey); ok && ec.Curve == elliptic.P256() {
			return ecKey{public: &ec.PublicKey, private: ec}, nil
		}
	}
	return nil, refuse(NoSecret, "the key is not an ECDSA key on P-256")
}

func (k ecKey) verify(c *claim) bool {
	found := false
	for _, m := range c.messages {
		sum := sha256.Sum256(m.join())
		for _, tag := range c.tags {
			found = (k.public != nil && ecdsa.VerifyASN1(k.public, sum[:], tag)) || found
		}
	}
	return found
}

// sign takes no randomness (RFC 6979), so that a signed request is the same on
// every run.
func (k ecKey) sign(c *claim) ([]byte, *Error) {
	if k.private == nil {
		return nil, refuse(NoSecret, "a public key can't sign: give the private one")
	}
	sum := sha256.Sum256(c.messages[0].join())
	tag, err := k.private.Sign(nil, sum[:], crypto.SHA256)
	if err != nil {
		return nil, refuse(NoSecret, "the key can't sign")
	}
	return tag, nil
}
