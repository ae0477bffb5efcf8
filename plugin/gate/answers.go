package gate

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/winnow-gate/winnow/plugin/store"
)

// fingerprint is a SHA-256 sum.
type fingerprint [sha256.Size]byte

// What an idempotency key was sent with.
const (
	ofOne   byte = 1
	ofBatch byte = 2
)

// keyOf scopes an idempotency key to what was asked and by whom. The parts can't
// run into each other, since the caller has its length in front.
func keyOf(of byte, caller, key string) fingerprint {
	b := binary.AppendUvarint(append(make([]byte, 0, 128), of), uint64(len(caller)))
	return sha256.Sum256(append(append(b, caller...), key...))
}

// itemOf is the key of one item of a batch.
func itemOf(batch fingerprint, i int) fingerprint {
	b := append(make([]byte, 0, 64), batch[:]...)
	return sha256.Sum256(binary.AppendUvarint(b, uint64(i)))
}

// answers knows what was answered under idempotency keys: the latest ones here,
// all of them in the log. Requests under a key that is being worked on wait for
// its answer.
type answers struct {
	mu      sync.Mutex
	flights map[fingerprint]*flight
	latest  *lru.Cache[fingerprint, *answered]
}

// answered is an answer as it was given. It never changes.
type answered struct {
	body    fingerprint
	contact contactKey // to forget it by
	bytes   []byte
}

// flight is a key that is being worked on.
type flight struct{ done chan struct{} }

func newAnswers(size int) *answers {
	latest, err := lru.New[fingerprint, *answered](size)
	if err != nil {
		panic("gate: " + err.Error()) // the size is above 0
	}
	return &answers{flights: make(map[fingerprint]*flight), latest: latest}
}

// begin returns what was answered under key, or nil: then the caller is to
// answer it, and to call end. While another does, it waits; whoever that is
// keeps to a deadline.
func (a *answers) begin(key fingerprint) *answered {
	for {
		a.mu.Lock()
		if was, ok := a.latest.Get(key); ok {
			a.mu.Unlock()
			return was
		}
		f := a.flights[key]
		if f == nil {
			a.flights[key] = &flight{done: make(chan struct{})}
			a.mu.Unlock()
			return nil
		}
		a.mu.Unlock()
		<-f.done
	}
}

// end ends the work on a key. A nil result leaves the key unused.
func (a *answers) end(key fingerprint, result *answered) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if result != nil {
		a.latest.Add(key, result)
	}
	close(a.flights[key].done)
	delete(a.flights, key)
}

// forget drops what was answered about a contact.
func (a *answers) forget(contact contactKey) {
	for _, key := range a.latest.Keys() {
		if was, ok := a.latest.Peek(key); ok && was.contact == contact {
			a.latest.Remove(key)
		}
	}
}

// decideKeyed is Decide for a request under an idempotency key.
func (g *Gate) decideKeyed(dst []byte, r *run, req Request) (_ []byte, err error) {
	k := &keyed{key: keyOf(ofOne, req.Caller, req.Key), body: req.bodySum()}
	was := g.answers.begin(k.key)
	if was == nil {
		var result *answered
		defer func() { g.answers.end(k.key, result) }()
		if was, err = g.recorded(r, k.key); err != nil {
			// Nobody can say whether there is an answer: what is answered now is
			// a default, which a second one does not contradict.
			return g.blind(dst, r, req.Body, err)
		}
		if was == nil {
			r.key = k
			start := len(dst)
			if dst, err = g.decide(dst, r, req.Body); err == nil && r.key != nil {
				result = &answered{k.body, k.contact, append([]byte(nil), dst[start:]...)}
			}
			return dst, err
		}
		result = was
	}
	if was.body != k.body {
		return dst, ErrKeyReused
	}
	g.counts.replayed.Add(1)
	return append(dst, was.bytes...), nil
}

// bodySum is what a repeat of the request is compared by.
func (req *Request) bodySum() fingerprint {
	if req.AnyBody {
		return fingerprint{}
	}
	return sha256.Sum256(req.Text())
}

// recorded looks for an answer in the log; nil when there is none.
func (g *Gate) recorded(r *run, key fingerprint) (*answered, error) {
	rec, ok, err := g.store.ByKey(r.ctx, key[:])
	if err != nil || !ok {
		return nil, err
	}
	return answerOf(&rec), nil
}

func answerOf(rec *store.Record) *answered {
	a := &answered{bytes: rec.Answer}
	copy(a.body[:], rec.KeyBody)
	copy(a.contact[:], rec.Contact)
	return a
}

// blind answers with the default, without deciding.
func (g *Gate) blind(dst []byte, r *run, body []byte, cause error) ([]byte, error) {
	return g.instead(dst, r, body, g.newID(r.now), g.trouble(r.ctx, cause))
}
