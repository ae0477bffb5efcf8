package store

import (
	"encoding/binary"
	"fmt"
)

// load is the memory of a batch. Only the queue, under its lock, and then the
// committer touch it, never a waiter; so it can be used again at once.
type load struct {
	entries []entry
	arena   []byte
	content []byte // see pack.go
}

func (l *load) size() int { return len(l.arena) + len(l.content) }

// check says what a record takes in the arena, about, or why it is refused.
func check(r *Record, limit int) (int, error) {
	if r.ID <= 0 {
		return 0, fmt.Errorf("%w: its id %d is not above 0", ErrBadRecord, r.ID)
	}
	size := len(r.Contact) + len(r.Key) + len(r.KeyBody) + len(r.Facts) + len(r.Answer)
	size += len(r.Bundle) + len(r.Outcome) + len(r.Class)
	for _, s := range r.Tags {
		size += len(s) + 2
	}
	for _, s := range r.Active {
		size += len(s) + 2
	}
	if size > limit {
		return 0, fmt.Errorf("%w: record %d has %d bytes, at most %d are kept", ErrTooLarge, r.ID, size, limit)
	}
	return size, nil
}

func (l *load) append(r *Record, w *words) {
	e := entry{
		id: r.ID, at: r.At, off: len(l.arena), content: len(l.content),
		bundle: w.index(r.Bundle), outcome: w.index(r.Outcome), class: w.index(r.Class),
		setsActive: r.Active != nil && len(r.Contact) > 0,
	}
	for _, f := range [...]struct {
		on  bool
		bit uint8
	}{{r.Send, flagSend}, {r.Degraded, flagDegraded}, {r.Replayable, flagReplayable}} {
		if f.on {
			e.flags |= f.bit
		}
	}
	e.contact = l.put(r.Contact)
	e.tags = l.putList(r.Tags)
	e.key = l.put(r.Key)
	e.active = l.putList(r.Active)
	l.content = appendContent(l.content, r)
	e.contentEnd = len(l.content)
	l.entries = append(l.entries, e)
}

func (l *load) put(b []byte) int32 {
	l.arena = append(l.arena, b...)
	return int32(len(b))
}

func (l *load) putList(list []string) int32 {
	before := len(l.arena)
	for _, s := range list {
		l.arena = binary.AppendUvarint(l.arena, uint64(len(s)))
		l.arena = append(l.arena, s...)
	}
	return int32(len(l.arena) - before)
}

// readList is the inverse of putList; nil for no bytes.
func readList(b []byte) []string {
	var list []string
	for len(b) > 0 {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > uint64(len(b)-k) {
			return list // cut short: what is whole still counts
		}
		list = append(list, string(b[k:k+int(n)]))
		b = b[k+int(n):]
	}
	return list
}
