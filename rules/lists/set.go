package lists

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"sync"
)

// digestSize is how much of an HMAC-SHA-256 a set keeps: with 16 of its 32
// bytes, a billion entries make a false match once in 10^29 questions.
const digestSize = 16

// minKey is how long a key must be at least; shorter ones can be searched for.
const minKey = 16

// Set is a list of values that the owner brings: customers, competitors' domains,
// refused addresses. It never changes, so any number of goroutines may ask it.
//
// Unless the set is exact, outer spaces, case and the Unicode form of a letter
// do not count, and the domain of an address counts in A-labels: Anna@Żółw.pl is
// anna@xn--w-uga1v8h.pl.
//
// An entry takes its own length and 7.7 bytes; a keyed one 23.7 bytes however
// long the value is. While a list is read it takes about twice that.
type Set struct {
	all   table
	exact bool
	macs  *sync.Pool // of *keyed; nil in a plain set
}

// keyed is a keyed hash with room for what it reads and says, so that asking
// costs no allocation.
type keyed struct {
	mac   hash.Hash
	value [256]byte
	sum   [sha256.Size]byte
}

func newMACs(key []byte) *sync.Pool {
	own := append([]byte(nil), key...)
	return &sync.Pool{New: func() any { return &keyed{mac: hmac.New(sha256.New, own)} }}
}

// digest is the part of a value's keyed hash that sets keep.
func (k *keyed) digest(text string, exact bool) []byte {
	value := k.value[:0]
	if exact {
		value = append(value, text...)
	} else {
		value = normal(value, text)
	}
	k.mac.Reset()
	k.mac.Write(value)
	return k.mac.Sum(k.sum[:0])[:digestSize]
}

// Contains tells whether a value is in the set.
func (s *Set) Contains(text string) bool {
	if s.macs != nil {
		k := s.macs.Get().(*keyed)
		found := s.all.hasWord(k.digest(text, s.exact))
		s.macs.Put(k)
		return found
	}
	var buf [256]byte
	if s.exact {
		return s.all.hasWord(append(buf[:0], text...))
	}
	return s.all.hasWord(normal(buf[:0], text))
}

// Len is the number of different entries.
func (s *Set) Len() int { return s.all.count }

// Bytes is the memory that the set takes.
func (s *Set) Bytes() int { return len(s.all.text) + 4*len(s.all.slots) }

// Digest is what a keyed list holds for a value: the HMAC-SHA-256 of the value's
// normal form under the key, in hexadecimal. Whoever makes such a list elsewhere
// must come to the same:
//
//	HMAC-SHA-256(key, lower(trim(value))), with an international domain in A-labels
func Digest(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(normal(nil, text))
	return hex.EncodeToString(mac.Sum(nil))
}
