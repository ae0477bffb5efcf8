package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/s2"
)

// The content of records: what no decision asks for, which is most of their
// bytes. Records of one time are much alike, so the contents of some dozens are
// compressed together, to about a sixth. What is written shrinks so far that
// compressing costs less than it saves.
//
// A pack is an S2 block (https://github.com/klauspost/compress/tree/master/s2)
// of contents one after another. A content is its record's KeyBody, Facts and
// Answer, each with its length in front; one is added to the first length. A
// zero in its place says that the record is gone. Numbers are uvarints.

// packBytes is from which size on, before compression, a pack takes no further
// content. A lookup unpacks a whole one, in about 50 µs.
const packBytes = 64 << 10

// maxUnpacked bounds what a damaged file can have us allocate.
const maxUnpacked = 1 << 30

var errDamaged = fmt.Errorf("%w: a pack of records can't be read", ErrCorrupt)

// content is what a pack has of a record. Its parts lie in the unpacked block.
type content struct{ keyBody, facts, answer []byte }

func appendContent(dst []byte, r *Record) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(r.KeyBody))+1)
	dst = append(dst, r.KeyBody...)
	for _, part := range [...][]byte{r.Facts, r.Answer} {
		dst = binary.AppendUvarint(dst, uint64(len(part)))
		dst = append(dst, part...)
	}
	return dst
}

// nextPack is how many of the entries go into one pack: at least one.
func nextPack(entries []entry) int {
	for i := range entries {
		if entries[i].contentEnd-entries[0].content >= packBytes {
			return i + 1
		}
	}
	return len(entries)
}

// unpack appends the block of a pack to dst.
func unpack(dst, data []byte) ([]byte, error) {
	n, err := s2.DecodedLen(data)
	if err != nil || n > maxUnpacked {
		return nil, errDamaged
	}
	if cap(dst) < n {
		dst = make([]byte, 0, n)
	}
	block, err := s2.Decode(dst[:n], data)
	if err != nil {
		return nil, errDamaged
	}
	return block, nil
}

// eachContent calls f with the contents of a block, in order; live is false for
// one that is gone. The bytes are all of it.
func eachContent(block []byte, f func(nth int, live bool, c content, bytes []byte)) error {
	for nth := 0; len(block) > 0; nth++ {
		n, k := binary.Uvarint(block)
		if k <= 0 {
			return errDamaged
		}
		if n == 0 {
			f(nth, false, content{}, block[:k])
			block = block[k:]
			continue
		}
		var c content
		rest, ok := part(block[k:], n-1, &c.keyBody)
		for _, to := range [...]*[]byte{&c.facts, &c.answer} {
			if n, k = binary.Uvarint(rest); !ok || k <= 0 {
				return errDamaged
			}
			rest, ok = part(rest[k:], n, to)
		}
		if !ok {
			return errDamaged
		}
		f(nth, true, c, block[:len(block)-len(rest)])
		block = rest
	}
	return nil
}

// part cuts n bytes off; none are nil, as a reader of the log expects.
func part(b []byte, n uint64, to *[]byte) (rest []byte, ok bool) {
	if n > uint64(len(b)) {
		return nil, false
	}
	if n > 0 {
		*to = b[:n:n]
	}
	return b[n:], true
}

// addPack writes the contents of entries.
func (w *writer) addPack(id int64, l *load, entries []entry) error {
	block := l.content[entries[0].content:entries[len(entries)-1].contentEnd]
	w.packed = s2.Encode(w.packed[:cap(w.packed)], block)
	w.q.addPack.Int(1, id)
	if err := w.q.addPack.Bytes(2, w.packed); err != nil {
		return err
	}
	return w.q.addPack.Run()
}

// remove takes records out of the log, with their contents. It needs an open
// transaction, and ignores ids that are not there.
func (w *writer) remove(ids ...int64) error {
	gone := make(map[int64]map[int]bool) // pack → nth
	var packs []int64
	for _, id := range ids {
		w.q.placeOf.Int(1, id)
		row, err := w.q.placeOf.Step()
		if err != nil {
			return err
		}
		if !row {
			continue
		}
		pack, nth := w.q.placeOf.ColInt(0), int(w.q.placeOf.ColInt(1))
		w.q.placeOf.Reset()
		if gone[pack] == nil {
			gone[pack], packs = make(map[int]bool), append(packs, pack)
		}
		gone[pack][nth] = true
		w.q.remove.Int(1, id)
		if err := w.q.remove.Run(); err != nil {
			return err
		}
	}
	for _, pack := range packs {
		if err := w.thin(pack, gone[pack]); err != nil {
			return err
		}
	}
	return nil
}

// thin takes contents out of a pack, and the pack away with the last of them.
func (w *writer) thin(pack int64, gone map[int]bool) error {
	data, ok, err := bytesOf(w.q.getPack, pack)
	if err != nil {
		return err
	}
	if !ok {
		return errDamaged
	}
	block, err := unpack(nil, data)
	if err != nil {
		return err
	}
	left, kept := 0, make([]byte, 0, len(block))
	err = eachContent(block, func(nth int, live bool, _ content, bytes []byte) {
		if !live || gone[nth] {
			kept = append(kept, 0)
			return
		}
		left++
		kept = append(kept, bytes...)
	})
	if err != nil {
		return err
	}
	if left == 0 {
		w.q.dropPack.Int(1, pack)
		return w.q.dropPack.Run()
	}
	w.q.setPack.Int(2, pack)
	return errors.Join(w.q.setPack.Bytes(1, s2.Encode(nil, kept)), w.q.setPack.Run())
}
