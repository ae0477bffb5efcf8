package lists

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
	"slices"
)

// An HMAC-SHA-256 is a hash of a hash, and each begins with a block that depends
// on the key alone. Of those two blocks the states are kept, and what follows is
// padded here, so that a question costs two rounds of SHA-256 and little else:
// crypto/hmac takes 1.4 times as long. The states are read from what crypto/sha256
// writes when it is marshalled; where that is not as expected, and to prove it
// when a set is made, crypto/hmac does the work.

const (
	stateDigest = 4 // where in a marshalled state the digest begins
	shaBlock    = sha256.BlockSize
	shaPad      = 9 // the byte that ends a message, and its length in bits
)

// shaState is SHA-256 whose state can be set and read.
type shaState interface {
	hash.Hash
	encoding.BinaryAppender
	encoding.BinaryUnmarshaler
}

// macer makes fingerprints of keyed hashes.
type macer struct {
	key          []byte
	inner, outer []byte // states after the block of the key; nil: crypto/hmac
}

func newMacer(key []byte) *macer {
	slow := &macer{key: append([]byte(nil), key...)}
	fast := &macer{inner: keyState(key, 0x36), outer: keyState(key, 0x5c)}
	if fast.inner == nil || fast.outer == nil {
		return slow
	}
	for _, probe := range [][]byte{nil, make([]byte, shaBlock-shaPad), key, make([]byte, 300)} {
		if fast.sum(bytes.Clone(probe)) != slow.sum(probe) {
			return slow
		}
	}
	return fast
}

// keyState is the state of SHA-256 after one of the key's two blocks.
func keyState(key []byte, pad byte) []byte {
	if len(key) > shaBlock {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	block := [shaBlock]byte{}
	copy(block[:], key)
	for i := range block {
		block[i] ^= pad
	}
	h, is := sha256.New().(shaState)
	if !is {
		return nil
	}
	h.Write(block[:])
	state, err := h.AppendBinary(nil)
	if err != nil || len(state) < stateDigest+sha256.Size {
		return nil
	}
	return state
}

// print is the fingerprint of a value's keyed hash.
func (m *macer) print(text string, exact bool) uint64 {
	var message [5 * shaBlock]byte
	if exact {
		return m.sum(append(message[:0], text...))
	}
	return m.sum(normal(message[:0], text))
}

// sum is the fingerprint of a message's keyed hash. It writes over the message
// and over what lies behind it.
//
// The compiler sees which type sha256.New returns, calls it directly and keeps it
// on the stack: a pool of them would cost a tenth more time.
func (m *macer) sum(message []byte) uint64 {
	if m.inner == nil {
		return m.slowSum(bytes.Clone(message)) // a clone, for what is given to an interface goes to the heap
	}
	sha, room := sha256.New().(shaState), message[:0]
	_ = sha.UnmarshalBinary(m.inner) // what was read once is read again without error
	sha.Write(pad(message))
	state, _ := sha.AppendBinary(room)

	_ = sha.UnmarshalBinary(m.outer)
	sha.Write(pad(state[stateDigest:][:sha256.Size]))
	state, _ = sha.AppendBinary(room)
	return digestPrint(state[stateDigest:])
}

func (m *macer) slowSum(message []byte) uint64 {
	mac := hmac.New(sha256.New, m.key)
	mac.Write(message)
	return digestPrint(mac.Sum(nil))
}

// pad ends a message that follows a block of the key as SHA-256 does: with a bit,
// zeros, and the length in bits.
func pad(message []byte) []byte {
	n := len(message)
	whole := (n + shaPad + shaBlock - 1) / shaBlock * shaBlock
	message = slices.Grow(message, whole-n)[:whole]
	message[n] = 0x80
	clear(message[n+1 : whole-8])
	binary.BigEndian.PutUint64(message[whole-8:], uint64(shaBlock+n)*8)
	return message
}

func digestPrint(digest []byte) uint64 { return binary.BigEndian.Uint64(digest) }
