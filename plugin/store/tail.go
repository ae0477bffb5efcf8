package store

import (
	"math"
	"slices"
	"sync"
)

// A link says that a record concerns a contact or carries a key: the hash of
// that contact or key, and the record's id. Links only propose records: whoever
// follows one compares the contact or key itself, so neither a collision nor a
// link to a record that has gone or changed does harm.
type link struct{ hash, id int64 }

// What a hash is of.
const (
	tagContact byte = 'c'
	tagKey     byte = 'k'
)

// hashOf maps to 63 bits, evenly: FNV-1a and a finisher. It is in the file, so
// it can never change.
func hashOf(tag byte, b []byte) int64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := (uint64(offset) ^ uint64(tag)) * prime
	for _, c := range b {
		h = (h ^ uint64(c)) * prime
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return int64((h ^ h>>33) >> 1)
}

// tail holds the links that are not in a run yet.
type tail struct {
	mu    sync.RWMutex
	heads map[int64]int32 // hash → its latest link
	links []link
	prev  []int32 // the link before with the same hash, or -1
}

func newTail() *tail { return &tail{heads: make(map[int64]int32)} }

// add needs the lock.
func (t *tail) add(hash, id int64) {
	before, ok := t.heads[hash]
	if !ok {
		before = -1
	}
	t.heads[hash] = int32(len(t.links))
	t.links = append(t.links, link{hash, id})
	t.prev = append(t.prev, before)
}

// addRow adds the links of a record; it needs the lock.
func (t *tail) addRow(id int64, contact, key []byte) {
	if len(contact) > 0 {
		t.add(hashOf(tagContact, contact), id)
	}
	if len(key) > 0 {
		t.add(hashOf(tagKey, key), id)
	}
}

// find appends the ids that hash leads to.
func (t *tail) find(ids []int64, hash int64) []int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	i, ok := t.heads[hash]
	for ; ok && i >= 0; i = t.prev[i] {
		ids = append(ids, t.links[i].id)
	}
	return ids
}

func (t *tail) len() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.links)
}

// drop removes links for which gone answers true.
func (t *tail) drop(gone func(link) bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := slices.DeleteFunc(slices.Clone(t.links), gone)
	if len(kept) == len(t.links) {
		return
	}
	t.reset()
	for _, l := range kept {
		t.add(l.hash, l.id)
	}
}

// reset needs the lock. The memory stays: the next links need as much.
func (t *tail) reset() {
	clear(t.heads)
	t.links, t.prev = t.links[:0], t.prev[:0]
}

// slotMillis is how much time one span covers.
const slotMillis = 15 * 60 * 1000

func slotOf(at int64) int64 {
	slot := at / slotMillis
	if at%slotMillis < 0 {
		slot-- // before 1970
	}
	return slot
}

// span bounds the ids of the records of one slot of time.
type span struct {
	slot, lo, hi int64
	dirty        bool // not in the database yet
}

// spans narrows a search by time to a range of ids, so that the log needs no
// index of times. They are few: 96 a day.
type spans struct {
	mu   sync.RWMutex
	list []span // by slot
}

func (s *spans) search(slot int64) (int, bool) {
	if n := len(s.list); n > 0 && s.list[n-1].slot == slot {
		return n - 1, true // nearly always the newest
	}
	return slices.BinarySearchFunc(s.list, slot, func(e span, slot int64) int {
		switch {
		case e.slot < slot:
			return -1
		case e.slot > slot:
			return 1
		}
		return 0
	})
}

// add needs the lock.
func (s *spans) add(at, id int64) {
	slot := slotOf(at)
	i, ok := s.search(slot)
	if !ok {
		s.list = slices.Insert(s.list, i, span{slot, id, id, true})
		return
	}
	e := &s.list[i]
	if id < e.lo || id > e.hi {
		e.lo, e.hi, e.dirty = min(e.lo, id), max(e.hi, id), true
	}
}

// ids returns the least and the greatest id that records of [from, to) can
// have; lo > hi when there are none.
func (s *spans) ids(from, to int64) (lo, hi int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	lo, hi = math.MaxInt64, math.MinInt64
	i, _ := s.search(slotOf(from))
	for ; i < len(s.list) && s.list[i].slot*slotMillis < to; i++ {
		lo, hi = min(lo, s.list[i].lo), max(hi, s.list[i].hi)
	}
	return lo, hi
}

// unsaved lists the spans that the database does not have as they are.
func (s *spans) unsaved() (list []span) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, e := range s.list {
		if e.dirty {
			list = append(list, e)
		}
	}
	return list
}

// saved says that the database has them all. Only the committer changes spans,
// so none has changed since unsaved.
func (s *spans) saved() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.list {
		s.list[i].dirty = false
	}
}

// forget drops the slots that end at or before t.
func (s *spans) forget(t int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, _ := s.search(slotOf(t))
	s.list = slices.Delete(s.list, 0, i)
}
