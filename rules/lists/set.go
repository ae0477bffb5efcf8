package lists

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// minKey is how long a key must be at least; shorter ones can be searched for.
const minKey = 16

// Set is a list of values that the owner brings: customers, competitors' domains,
// refused addresses. It never changes, so any number of goroutines may ask it.
//
// Unless the set is exact, outer spaces, case and the Unicode form of a letter
// do not count, and the domain of an address counts in A-labels: Anna@Żółw.pl is
// anna@xn--w-uga1v8h.pl.
//
// A set takes 8.4 bytes an entry, plain or keyed, for it keeps fingerprints: one
// question in 10^12 about a value that is not among ten million entries finds
// it. While a plain list is read, the list itself is in memory too.
type Set struct {
	all   prints
	seed  uint64
	exact bool
	mac   *macer // nil in a plain set
}

// Contains reports whether a value is in the set.
func (s *Set) Contains(text string) bool { return s.all.has(s.print(text)) }

// print is the fingerprint under which the set keeps a value.
func (s *Set) print(text string) uint64 {
	if s.mac != nil {
		return s.mac.print(text, s.exact)
	}
	var buf [256]byte
	if s.exact {
		return printOf(append(buf[:0], text...), s.seed)
	}
	return printOf(normal(buf[:0], text), s.seed)
}

// Len is the number of different entries.
func (s *Set) Len() int { return s.all.count }

// Bytes is the memory that the set takes.
func (s *Set) Bytes() int { return s.all.bytes() }

// Digest is what a keyed list holds for a value: the HMAC-SHA-256 of the value's
// normal form under the key, in hexadecimal. Whoever makes such a list elsewhere
// must come to the same:
//
//	HMAC-SHA-256(key, lower(trim(value))), with an international domain in A-labels
func Digest(key []byte, text string) string { return digest(key, normal(nil, text)) }

// DigestExact is Digest for an exact list: of the value byte by byte.
func DigestExact(key []byte, text string) string { return digest(key, []byte(text)) }

func digest(key, value []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write(value)
	return hex.EncodeToString(mac.Sum(nil))
}
