package audience

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Block is a piece of a file that holds whole rows. Its memory is used again by
// the next Read into it.
type Block struct {
	// Data are the rows.
	Data []byte
	// Start and End are where the block begins and the next one does.
	Start, End Place

	long bool // it was one row of more than MaxRow bytes; Data holds its beginning
}

// Read gives the next block. At the end of the file the error is io.EOF; after
// another one, nothing more comes.
func (r *Reader) Read(b *Block) error {
	b.Data, b.long, b.Start = b.Data[:0], false, r.at
	want := r.opts.BlockSize
	for {
		if err := r.fill(want); err != nil {
			return err
		}
		if len(r.tail) == 0 {
			if r.err != nil {
				return r.err
			}
			return io.EOF
		}
		n, long := r.cut()
		switch {
		case long:
			return r.skipLine(b)
		case n > 0:
			b.Data = append(b.Data, r.tail[:n]...)
			r.drop(n, countLines(b.Data))
			b.End = r.at
			return nil
		case r.eof && r.err != nil: // the last row is cut short
			return r.err
		}
		want = max(2*len(r.tail), want)
	}
}

// fill reads until the tail has n bytes or there are no more. It fails only
// when nothing but the error is left.
func (r *Reader) fill(n int) error {
	for len(r.tail) < n && !r.eof {
		if cap(r.tail) < n {
			grown := make([]byte, len(r.tail), n)
			copy(grown, r.tail)
			r.tail = grown
		}
		k, err := r.src.in.Read(r.tail[len(r.tail):n])
		r.tail = r.tail[:len(r.tail)+k]
		if err == nil {
			continue
		}
		r.eof = true
		if r.src.packed && errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("the packed file is cut short: %w", err)
		}
		if !errors.Is(err, io.EOF) {
			r.err = fmt.Errorf("the input can't be read beyond byte %d: %w", r.at.Offset+int64(len(r.tail)), err)
		}
	}
	return nil
}

// drop takes bytes off the front of the tail.
func (r *Reader) drop(n, lines int) {
	r.at.Offset += int64(n)
	r.at.Line += int64(lines)
	r.tail = r.tail[:copy(r.tail, r.tail[n:])]
}

// cut tells how much of the tail is whole rows. long: it begins with a line
// that is too long for a row, of which the end may not have been read.
func (r *Reader) cut() (n int, long bool) {
	final := r.eof && r.err == nil
	if r.plan != nil {
		return r.cutCSV(final)
	}
	if end := lastLineEnd(r.tail, final); end > 0 {
		return end, false
	}
	if len(r.tail) > r.opts.MaxRow+1 {
		return 0, true
	}
	if final {
		return len(r.tail), false
	}
	return 0, false
}

func (r *Reader) cutCSV(final bool) (n int, long bool) {
	for n < len(r.tail) {
		rec, next := record(r.tail[n:], r.plan.sep, r.opts.MaxRow, final)
		if rec == partial || rec == tooLong {
			return n, rec == tooLong && n == 0
		}
		n += next
	}
	return n, false
}

// skipLine passes over a line that is too long and makes a block of one row of
// it.
func (r *Reader) skipLine(b *Block) error {
	b.long = true
	for {
		if end, _ := lineEnd(r.tail, r.eof); end >= 0 {
			_, next := lineEnd(r.tail, r.eof)
			r.drop(next, 1)
			break
		}
		if r.eof {
			r.drop(len(r.tail), 1)
			break
		}
		r.drop(len(r.tail)-1, 0) // a \r at the end may have its \n behind it
		if err := r.fill(r.opts.BlockSize); err != nil {
			return err
		}
	}
	b.End = r.at
	return nil
}

// Seek goes on at a place that a block of the same file ended at.
func (r *Reader) Seek(p Place) error {
	if p.Offset < r.at.Offset {
		return fmt.Errorf("can't go back from byte %d to byte %d", r.at.Offset, p.Offset)
	}
	if n := p.Offset - r.at.Offset; n <= int64(len(r.tail)) {
		r.drop(int(n), 0)
		r.at = p
		return nil
	}
	if err := r.src.seek(r.at.Offset+int64(len(r.tail)), p.Offset); err != nil {
		return err
	}
	r.tail, r.at, r.eof = r.tail[:0], p, false
	return nil
}

// firstLook is how far the end of a line is looked for at first.
const firstLook = 256

// lineEnd finds the end of the first line and where the next one begins, or -1.
// final: nothing follows the data. It looks twice as far each time: where lines end in
// \r alone, a look for \n would go to the end of the block for each of them.
func lineEnd(data []byte, final bool) (end, next int) {
	end = -1
	for from, to := 0, firstLook; end < 0 && from < len(data); from, to = to, 2*to {
		look := data[from:min(to, len(data))]
		if nl := bytes.IndexByte(look, '\n'); nl >= 0 {
			end, look = from+nl, look[:nl]
		}
		if cr := bytes.IndexByte(look, '\r'); cr >= 0 {
			end = from + cr
		}
	}
	switch {
	case end < 0:
		return -1, -1
	case data[end] == '\n':
		return end, end + 1
	case end+1 < len(data) && data[end+1] == '\n':
		return end, end + 2
	case end+1 < len(data) || final:
		return end, end + 1
	default: // a \n may be yet to come
		return -1, -1
	}
}

// lastLineEnd is where the last line that ends in data does, or 0.
func lastLineEnd(data []byte, final bool) int {
	if nl := bytes.LastIndexByte(data, '\n'); nl >= 0 {
		return nl + 1
	}
	if !final && len(data) > 0 && data[len(data)-1] == '\r' {
		data = data[:len(data)-1] // its \n may be yet to come
	}
	return bytes.LastIndexByte(data, '\r') + 1
}

func countLines(data []byte) int {
	n := bytes.Count(data, []byte{'\n'})
	for {
		cr := bytes.IndexByte(data, '\r')
		if cr < 0 {
			return n
		}
		if data = data[cr+1:]; len(data) == 0 || data[0] != '\n' {
			n++
		}
	}
}

// guessFormat goes by the name, then by the first byte.
func guessFormat(name string, head []byte) Format {
	name = strings.ToLower(filepath.Base(name))
	name = strings.TrimSuffix(strings.TrimSuffix(name, ".gz"), ".zst")
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".tab":
		return CSV
	case ".ndjson", ".jsonl", ".json":
		return NDJSON
	}
	if first := firstByte(head); first == '{' || first == '[' {
		return NDJSON
	}
	return CSV
}

func firstByte(head []byte) byte {
	if head = bytes.TrimLeft(head, " \t\r\n"); len(head) > 0 {
		return head[0]
	}
	return 0
}
