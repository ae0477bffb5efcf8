package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"
)

// Erase removes everything about a contact: records, with the idempotency
// entries in them, index and state. It takes its turn behind the records
// submitted before, which go too, and returns how many records went. When it
// returns nil, no byte of them is left in the files.
//
// It reads the whole file once, beside the commits: a gigabyte or so a second.
// When it fails after the records went, it says how many did; erasing again
// finishes the work.
//
// ErrLocked means that they are gone for every reader, but that a long read, of
// another process for instance, kept the write-ahead log from being emptied:
// erase again. An empty contact is ErrBadRecord.
func (s *SQLite) Erase(ctx context.Context, contact []byte) (n int, err error) {
	if len(contact) == 0 {
		return 0, fmt.Errorf("%w: a contact to erase must have a key", ErrBadRecord)
	}
	contact = bytes.Clone(contact)
	removed := make(chan int, 1) // not a variable: ctx may end while it is set
	err = s.work(ctx, func(w *writer) error {
		n, err := w.erase(contact)
		removed <- n
		return err
	})
	select {
	case n = <-removed:
	default:
	}
	if err == nil {
		err = s.scrub(ctx)
	}
	return n, err
}

func (w *writer) erase(contact []byte) (int, error) {
	hash := hashOf(tagContact, contact)
	ids, err := w.find(nil, hash)
	if err != nil {
		return 0, err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)   // a record that was replaced has its links twice
	gone := make(map[link]bool) // links to drop
	var theirs []int64
	err = w.tx(func() error {
		for _, id := range ids {
			its, err := w.unlink(id, hash, contact, gone)
			if err != nil {
				return err
			}
			if its {
				theirs = append(theirs, id)
			}
		}
		if err := w.remove(theirs...); err != nil {
			return err
		}
		if err := w.q.dropActive.Bytes(1, contact); err != nil {
			return err
		}
		if err := w.q.dropActive.Run(); err != nil {
			return err
		}
		hashes := make(map[int64]bool)
		for l := range gone {
			hashes[l.hash] = true
		}
		for h := range hashes {
			if err := w.dropLinks(h, gone); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	w.s.tail.drop(func(l link) bool { return gone[l] })
	return len(theirs), w.emptyLog()
}

// unlink reports whether a candidate is the contact's, and notes the links that
// lose their point: also one whose record was replaced by another contact's.
func (w *writer) unlink(id, hash int64, contact []byte, gone map[link]bool) (bool, error) {
	owner, ok, err := bytesOf(w.q.contactOf, id)
	if err != nil {
		return false, err
	}
	if ok && !bytes.Equal(owner, contact) {
		if len(owner) == 0 || hashOf(tagContact, owner) != hash {
			gone[link{hash, id}] = true
		}
		return false, nil
	}
	gone[link{hash, id}] = true
	if !ok {
		return false, nil
	}
	key, _, err := bytesOf(w.q.keyOf, id)
	if err != nil {
		return false, err
	}
	if len(key) > 0 {
		gone[link{hashOf(tagKey, key), id}] = true
	}
	return true, nil
}

// dropLinks rewrites the chunks of hash without the links in gone.
func (w *writer) dropLinks(hash int64, gone map[link]bool) error {
	return w.eachChunk(hash, func(id int64, data []byte) error {
		kept := make([]byte, 0, len(data))
		eachLink(data, func(l link) {
			if !gone[l] {
				kept = appendLink(kept, l)
			}
		})
		if len(kept) == len(data) {
			return nil
		}
		if err := w.q.setChunk.Bytes(1, kept); err != nil {
			return err
		}
		st := w.q.setChunk
		if len(kept) == 0 {
			st = w.q.dropChunk
			st.Int(1, id)
		} else {
			st.Int(2, id)
		}
		return st.Run()
	})
}

// emptyLog moves the write-ahead log into the database and cuts it to nothing:
// it holds earlier versions of pages.
func (w *writer) emptyLog() error {
	busy, err := w.c.Number("PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil && busy != 0 {
		err = fmt.Errorf("%w: a reader keeps the write-ahead log from being emptied", ErrLocked)
	}
	return err
}
