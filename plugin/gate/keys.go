package gate

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/winnow-gate/winnow/rules/lists"
)

// keySize is the length of a contact key: the version of the secret and 128
// bits of the hash.
const keySize = 17

// contactKey names a contact in the log without saying who it is.
type contactKey [keySize]byte

// By says what kind of name a contact is looked up by.
type By byte

// ByID looks a contact up by contact.id; ByEmail by contact.email, which names
// contacts in the log that came without an id.
const (
	ByID    By = 'i'
	ByEmail By = 'e'
	byField By = 'f' // values of hashed fields, kept apart from contacts
)

func checkKeys(keys []HashKey) error {
	seen := map[byte]bool{}
	for _, k := range keys {
		if len(k.Secret) < 16 {
			return fmt.Errorf("gate: hash key %d has %d bytes, at least 16 are needed", k.Version, len(k.Secret))
		}
		if seen[k.Version] {
			return fmt.Errorf("gate: there are two hash keys with version %d", k.Version)
		}
		seen[k.Version] = true
	}
	return nil
}

// hasher computes keyed hashes with one secret. One goroutine at a time.
type hasher struct {
	version byte
	mac     hash.Hash
	buf     []byte
	sum     [sha256.Size]byte
}

func newHasher(k HashKey) *hasher {
	return &hasher{version: k.Version, mac: hmac.New(sha256.New, k.Secret)}
}

func (h *hasher) hash(by By, text string) {
	h.buf = append(h.buf[:0], byte(by))
	if by == ByEmail {
		h.buf = lists.Address(h.buf, text)
	} else {
		h.buf = append(h.buf, text...)
	}
	h.mac.Reset()
	h.mac.Write(h.buf)
	h.mac.Sum(h.sum[:0])
}

// contact makes the key of a contact. An address has the same one however it is
// spelled: who objected to mail at an address must be found by all others.
func (h *hasher) contact(by By, text string) (k contactKey) {
	h.hash(by, text)
	k[0] = h.version
	copy(k[1:], h.sum[:])
	return k
}

// field is the facts.HashFunc of the log: 128 bits in hexadecimal.
func (h *hasher) field(dst []byte, text string) []byte {
	h.hash(byField, text)
	return hex.AppendEncode(dst, h.sum[:16])
}
