package lists

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
	"sync"
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

// macer makes fingerprints of keyed hashes. It has room for what it reads and
// says, so that asking costs no allocation.
type macer struct {
	mac          hash.Hash // set when there are no states
	sha          shaState
	inner, outer []byte             // states after the block of the key
	message      [5 * shaBlock]byte // the value, then its padding
	digest       [shaBlock]byte     // the digest of that, then its padding
	state        [128]byte          // that is read
}

func newMACs(key []byte) *sync.Pool {
	own := append([]byte(nil), key...)
	slow := func() any { return &macer{mac: hmac.New(sha256.New, own)} }
	inner, outer, ok := keyStates(own)
	if !ok {
		return &sync.Pool{New: slow}
	}
	fast := func() any { return newMacer(inner, outer) }
	for _, probe := range [][]byte{nil, make([]byte, shaBlock-shaPad), own, make([]byte, 300)} {
		if fast().(*macer).sum(probe) != slow().(*macer).sum(probe) {
			return &sync.Pool{New: slow}
		}
	}
	return &sync.Pool{New: fast}
}

// keyStates are the states of SHA-256 after the key's two blocks.
func keyStates(key []byte) (inner, outer []byte, ok bool) {
	if len(key) > shaBlock {
		sum := sha256.Sum256(key)
		key = sum[:]
	}
	after := func(pad byte) []byte {
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
	inner, outer = after(0x36), after(0x5c)
	return inner, outer, inner != nil && outer != nil
}

func newMacer(inner, outer []byte) *macer {
	m := &macer{sha: sha256.New().(shaState), inner: inner, outer: outer}
	pad(m.digest[:0], sha256.Size)
	return m
}

// print is the fingerprint of a value's keyed hash.
func (m *macer) print(text string, exact bool) uint64 {
	value := m.message[:0]
	if exact {
		value = append(value, text...)
	} else {
		value = normal(value, text)
	}
	return m.sum(value)
}

// sum is the fingerprint of a message's keyed hash. It may write over what lies
// behind the message.
func (m *macer) sum(message []byte) uint64 {
	if m.mac != nil {
		m.mac.Reset()
		m.mac.Write(message)
		return digestPrint(m.mac.Sum(m.state[:0]))
	}
	inner := m.hash(m.inner, pad(message, len(message)))
	copy(m.digest[:], inner[:sha256.Size])
	return digestPrint(m.hash(m.outer, m.digest[:]))
}

// hash goes on from a state with whole blocks, and gives the digest at the
// beginning of what it gives. A state that was read once is read again without
// error.
func (m *macer) hash(from, blocks []byte) []byte {
	_ = m.sha.UnmarshalBinary(from)
	m.sha.Write(blocks)
	state, _ := m.sha.AppendBinary(m.state[:0])
	return state[stateDigest:]
}

// pad ends the last n bytes that follow a block of the key as SHA-256 ends a
// message: a bit, zeros, and the length in bits.
func pad(message []byte, n int) []byte {
	whole := (n + shaPad + shaBlock - 1) / shaBlock * shaBlock
	if cap(message) < whole {
		message = append(make([]byte, 0, whole), message...)
	}
	message = message[:whole]
	message[n] = 0x80
	clear(message[n+1 : whole-8])
	binary.BigEndian.PutUint64(message[whole-8:], uint64(shaBlock+n)*8)
	return message
}

func digestPrint(digest []byte) uint64 { return binary.BigEndian.Uint64(digest) }
