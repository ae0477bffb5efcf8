package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// SQLite's secure_delete overwrites what is deleted, but not the copies that it
// left behind when it moved records between pages before: the unused middle of
// a page can hold old ones. Erase therefore looks through the file for pages
// with something in that gap and has the committer clear it, through SQLite's
// own table of pages.
//
// The search needs no lock. A record that is already deleted is never copied
// again, so its traces are only where they were when the search began, and a
// page caught while it was being written is looked at again before it is
// changed.

// scrubPages is how many pages one transaction clears.
const scrubPages = 64

func (s *SQLite) scrub(ctx context.Context) error {
	if s.path == "" {
		return nil // in memory
	}
	pages, err := dirtyPages(ctx, s.path)
	if err != nil {
		return fmt.Errorf("store: %w: erased, but traces may be left: %v", ErrUnavailable, err)
	}
	for len(pages) > 0 {
		n := min(scrubPages, len(pages))
		some := pages[:n]
		if err := s.work(ctx, func(w *writer) error { return w.clearGaps(some) }); err != nil {
			return err
		}
		pages = pages[n:]
	}
	return s.work(ctx, (*writer).emptyLog)
}

// dirtyPages lists the numbers of the pages with something in their gap.
func dirtyPages(ctx context.Context, path string) (list []int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	head := make([]byte, 100)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, err
	}
	size := int(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = 1 << 16
	}
	if size < 512 {
		return nil, fmt.Errorf("page size %d", size)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	buf := make([]byte, max(1<<20/size, 1)*size)
	for page := int64(1); ; {
		n, err := io.ReadFull(f, buf)
		for i := 0; i+size <= n; i += size {
			if gap := gapOf(page, buf[i:i+size]); !blank(gap) {
				list = append(list, page)
			}
			page++
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return list, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
	}
}

// gapOf is the unused middle of a page of a table or index: between the cells'
// addresses, which grow from the front, and the cells. For any other page it is
// nil. (https://www.sqlite.org/fileformat2.html#b_tree_pages; the other kinds
// begin with a page number, of which the first byte is 0 below 16 million.)
func gapOf(page int64, b []byte) []byte {
	head := 0
	if page == 1 {
		head = 100
	}
	cells := head + 8
	switch b[head] {
	case 2, 5:
		cells += 4
	case 10, 13:
	default:
		return nil
	}
	start := cells + 2*int(binary.BigEndian.Uint16(b[head+3:]))
	end := int(binary.BigEndian.Uint16(b[head+5:]))
	if end == 0 {
		end = 1 << 16
	}
	if page >= 1<<24 || start > end || end > len(b) {
		return nil
	}
	return b[start:end]
}

func blank(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b) != 0 {
			return false
		}
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// clearGaps zeroes the gaps of pages, in one transaction.
func (w *writer) clearGaps(pages []int64) error {
	get, err := w.c.Prepare("SELECT data FROM sqlite_dbpage WHERE pgno = ?")
	if err != nil {
		return err
	}
	defer get.Close()
	set, err := w.c.Prepare("UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?")
	if err != nil {
		return err
	}
	defer set.Close()
	return w.tx(func() error {
		for _, page := range pages {
			data, ok, err := bytesOf(get, page)
			if err != nil {
				return err
			}
			if !ok {
				continue // the file has shrunk
			}
			gap := gapOf(page, data)
			if blank(gap) {
				continue
			}
			clear(gap)
			set.Int(2, page)
			if err := set.Bytes(1, data); err != nil {
				return err
			}
			if err := set.Run(); err != nil {
				return err
			}
		}
		return nil
	})
}
