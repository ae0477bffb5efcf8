package verify

import (
	"crypto/sha256"

	lru "github.com/hashicorp/golang-lru/v2"
)

// Memory remembers calls, so that a repeated one is told apart.
type Memory interface {
	// Seen remembers a call and reports whether it was remembered already, in
	// one step: of two equal calls at the same moment one gets false.
	Seen(call [32]byte) bool
}

// Recent is a Memory of the latest calls, safe for concurrent use. It forgets
// the oldest when it is full: what is forgotten within the time window could be
// replayed, so it should hold the calls of one window.
type Recent struct {
	cache *lru.Cache[[32]byte, struct{}]
}

var _ Memory = (*Recent)(nil)

// DefaultCalls is how many calls a Recent remembers unless told otherwise: 300
// a second for five minutes, in less than 20 MB.
const DefaultCalls = 100_000

// NewRecent makes a memory of so many calls, DefaultCalls if the number isn't
// positive. Only authentic calls get into it, so that nobody can flush it
// without a secret.
func NewRecent(calls int) *Recent {
	if calls <= 0 {
		calls = DefaultCalls
	}
	return &Recent{cache: newCache[struct{}](calls)}
}

func newCache[V any](size int) *lru.Cache[[32]byte, V] {
	cache, err := lru.New[[32]byte, V](size)
	if err != nil {
		panic("verify: lru refuses a positive size: " + err.Error()) // impossible
	}
	return cache
}

// Seen implements Memory.
func (r *Recent) Seen(call [32]byte) bool {
	seen, _ := r.cache.ContainsOrAdd(call, struct{}{})
	return seen
}

// firstBodies keeps whoever has seen a call from putting another body beside its
// signature, where that does not cover the body: the first one counts, and may
// come again. As a Recent, it forgets the oldest.
type firstBodies struct {
	cache *lru.Cache[[32]byte, [32]byte]
}

func newFirstBodies() *firstBodies { return &firstBodies{newCache[[32]byte](DefaultCalls)} }

// holds reports whether the body is the one that came with the call first.
func (f *firstBodies) holds(call [32]byte, body []byte) bool {
	sum := sha256.Sum256(body)
	first, known, _ := f.cache.PeekOrAdd(call, sum)
	return !known || first == sum
}
