package store

import (
	"encoding/binary"
	"math/bits"

	"github.com/winnow-gate/winnow/plugin/store/internal/lite"
)

// The index of contacts and keys.
//
// An ordinary index costs more than the log itself: contacts come in random
// order, so every record dirties a page of its own, which is then written
// twice. Here links gather in memory (tail) and are written a run at a time.
// A run is cut by the high bits of the hash into chunks of about chunkLinks
// links; a lookup reads one chunk of every run. When a level has fanout runs,
// they are merged into one of the next level, a few chunks at a time. Each step
// moves links from the sources to the target in one transaction, so at any
// moment every link is in exactly one run, and a merge that a crash cut short
// just goes on.
const (
	flushLinks = 1 << 15 // links to gather before they become a run
	chunkLinks = 400     // 6.4 kB: a chunk fits a page
	linkBytes  = 16
	fanout     = 8
	stepChunks = 64 // chunks a step of a merge writes, at least
	chunkBits  = 24 // of the chunk's number in its id
)

// indexSizes are the two sizes that tests make small.
type indexSizes struct{ flush, chunk int }

// findChunks selects the chunk of every run that may hold links of hash ?1.
const findChunks = "SELECT c.id, c.data FROM run r CROSS JOIN chunk c ON c.id = (r.id << 24) | (?1 >> r.shift)"

// shiftFor is the shift that gives n links chunks of the size wanted.
func (w *writer) shiftFor(n int64) uint {
	want := bits.Len64(uint64(max(n-1, 0)) / uint64(w.s.opts.index.chunk))
	return 63 - uint(min(want, chunkBits))
}

// eachLink walks a chunk.
func eachLink(data []byte, f func(link)) {
	for ; len(data) >= linkBytes; data = data[linkBytes:] {
		f(link{
			int64(binary.LittleEndian.Uint64(data)),
			int64(binary.LittleEndian.Uint64(data[8:])),
		})
	}
}

func appendLink(b []byte, l link) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(l.hash))
	return binary.LittleEndian.AppendUint64(b, uint64(l.id))
}

// flush turns the tail into a run and moves the mark.
func (w *writer) flush() error {
	t := w.s.tail // only this goroutine changes it, so reading needs no lock
	dirty := w.s.spans.unsaved()
	err := w.tx(func() error {
		if len(t.links) > 0 {
			if err := w.addRun(t.links); err != nil {
				return err
			}
		}
		for _, e := range dirty {
			for i, v := range [...]int64{e.slot, e.lo, e.hi} {
				w.q.addSpan.Int(1+i, v)
			}
			if err := w.q.addSpan.Run(); err != nil {
				return err
			}
		}
		if err := w.c.Exec("DELETE FROM late"); err != nil {
			return err
		}
		return w.exec("UPDATE mark SET indexed = ?", w.last+1)
	})
	if err != nil {
		return err
	}
	w.mark = w.last + 1
	t.mu.Lock()
	t.reset()
	t.mu.Unlock()
	w.s.spans.saved()
	return nil
}

// addRun writes links as a run of level 0.
func (w *writer) addRun(links []link) error {
	id, err := w.c.Number("SELECT coalesce(max(id), 0) + 1 FROM run")
	if err != nil {
		return err
	}
	shift := w.shiftFor(int64(len(links)))
	if err := w.exec("INSERT INTO run VALUES (?, 0, ?, ?, 0)", id, int64(shift), int64(len(links))); err != nil {
		return err
	}
	buckets := make([][]link, 1<<(63-shift))
	for _, l := range links {
		buckets[l.hash>>shift] = append(buckets[l.hash>>shift], l)
	}
	for i, b := range buckets {
		if err := w.addChunk(id<<chunkBits|int64(i), b); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) addChunk(id int64, links []link) error {
	if len(links) == 0 {
		return nil
	}
	w.scratch = w.scratch[:0]
	for _, l := range links {
		w.scratch = appendLink(w.scratch, l)
	}
	w.q.addChunk.Int(1, id)
	if err := w.q.addChunk.Bytes(2, w.scratch); err != nil {
		return err
	}
	return w.q.addChunk.Run()
}

// exec runs a statement that is too rare to be kept.
func (w *writer) exec(sql string, args ...int64) error {
	st, err := w.c.Prepare(sql)
	if err != nil {
		return err
	}
	defer st.Close()
	for i, a := range args {
		st.Int(1+i, a)
	}
	return st.Run()
}

// find appends the ids that may belong to a contact or key, newest of the tail
// first, then as the runs have them.
func (w *writer) find(ids []int64, hash int64) ([]int64, error) {
	ids = w.s.tail.find(ids, hash)
	err := w.eachChunk(hash, func(_ int64, data []byte) error {
		eachLink(data, func(l link) {
			if l.hash == hash {
				ids = append(ids, l.id)
			}
		})
		return nil
	})
	return ids, err
}

func (w *writer) eachChunk(hash int64, f func(id int64, data []byte) error) error {
	type chunk struct {
		id   int64
		data []byte
	}
	var all []chunk // read first: f may write
	st := w.q.findChunks
	st.Int(1, hash)
	for {
		row, err := st.Step()
		if err != nil {
			return err
		}
		if !row {
			break
		}
		all = append(all, chunk{st.ColInt(0), st.ColBytes(nil, 1)})
	}
	for _, c := range all {
		if err := f(c.id, c.data); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf runs a one-parameter query for one blob; ok reports whether there was a row.
func bytesOf(st *lite.Stmt, id int64) (b []byte, ok bool, err error) {
	st.Int(1, id)
	if ok, err = st.Step(); !ok {
		return nil, false, err
	}
	b = st.ColBytes(nil, 0)
	st.Reset()
	return b, true, nil
}
