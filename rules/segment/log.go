package segment

import "slices"

// Rows are not filed with their customer one by one: a million rows of customers
// in no order would miss the processor's cache a million times. They are
// partitioned by a hash of the customer, and wait in their part as they came, in 32
// bytes or a few more. What a part needs fits the cache, so that a sweep over it numbers
// its customers, and groups and merges its rows, without waiting for memory; and no
// part needs another, so that they can be swept side by side. A part is merged when
// as much waits as is filed: each row so takes part in a merge about twice, and
// memory stays that of the distinct days. An analysis sweeps without merging.

const (
	partBits = 7
	// minLog is the least number of rows in a part that are worth a merge.
	minLog = 1 << 14
	// cellRows is how many waiting rows take about the memory of a cell.
	cellRows = 1
)

// part holds the rows of some customers.
type part struct {
	keys    keys
	pieces  [][]uint64 // of waiting rows; the last one is being filled
	waiting int        // rows
	filed
}

// cell is one customer's day.
type cell struct {
	gross, returned, margin int64
	day                     Day
	sales, returns          int32 // rows
}

// filed is what customers come to so far, by customer.
type filed struct {
	cells   []cell   // then by day
	starts  []uint32 // where each customer's cells begin; one more than customers
	ids     []uint64 // sorted
	idStart []uint32
	idRows  [][2]int32 // rows with an id: sales, returns
}

// A waiting row is these words, then the id if there is one, the margin if there
// is one, and the words of the key.
const (
	rowHead   = iota // hash of the customer, or their number; length of the key
	rowDay           // and the marks
	rowAmount        // in minor units
	rowWords
)

// The marks in the word of the day.
const (
	rowReturn   = 1 << iota
	rowID       // there is an id
	rowMargin   // there is a margin
	rowNumbered // the customer's number is there instead of the hash
)

// keyAt is where the key of the first row begins, and end where the row ends.
func keyAt(words []uint64) int {
	marks := words[rowDay]
	return rowWords + int(marks/rowID&1+marks/rowMargin&1)
}

func end(words []uint64) int { return keyAt(words) + keyWords(uint32(words[rowHead])) }

// A piece is small at first, for there are many parts and may be few rows.
const (
	firstPiece = 1 << 8
	lastPiece  = 1 << 13
)

// room gives the end of the log with so many words to be written.
func (p *part) room(n int) []uint64 {
	last := len(p.pieces) - 1
	if last < 0 || cap(p.pieces[last])-len(p.pieces[last]) < n {
		size := firstPiece
		if last >= 0 {
			size = min(2*cap(p.pieces[last]), lastPiece)
		}
		p.pieces = append(p.pieces, make([]uint64, 0, max(size, n)))
		last++
	}
	piece := p.pieces[last]
	at := len(piece)
	p.pieces[last] = piece[:at+n]
	return piece[at : at+n]
}

// add logs a row. The id is its hash, the lowest bit 1 for a return; 0 is none.
func (p *part) add(hash uint32, o *Order, id, returned uint64) {
	size := uint32(len(o.Customer))
	marks, n := returned, rowWords
	if id != 0 {
		marks |= rowID
		n++
	}
	if o.Margin != 0 {
		marks |= rowMargin
		n++
	}
	words := p.room(n + keyWords(size))
	words[rowHead] = keyHead(hash, size)
	words[rowDay] = uint64(uint32(o.Day))<<32 | marks
	words[rowAmount] = uint64(o.Amount)
	if id != 0 {
		words[rowWords] = id
	}
	if o.Margin != 0 {
		words[n-1] = uint64(o.Margin)
	}
	words[len(words)-1] = 0
	copy(bytesOf(words[n:], size), o.Customer)
	p.waiting++
}

// number gives the customers of all waiting rows their numbers.
func (p *part) number() {
	for _, piece := range p.pieces {
		for len(piece) > 0 {
			from, to := keyAt(piece), end(piece)
			if piece[rowDay]&rowNumbered == 0 {
				hash, size := uint32(piece[rowHead]>>32), uint32(piece[rowHead])
				piece[rowHead] = keyHead(p.keys.number(hash, piece[from:to], size), size)
				piece[rowDay] |= rowNumbered
			}
			piece = piece[to:]
		}
	}
}

// merge files what waits.
func (p *part) merge() {
	p.number()
	customers := p.keys.count
	into := filed{
		cells:  make([]cell, 0, len(p.cells)+p.waiting),
		starts: make([]uint32, 0, customers+1), idStart: make([]uint32, 0, customers+1), idRows: make([][2]int32, 0, customers),
	}
	var s sweeper
	s.sweep(p, func(_ int, cells []cell, ids []uint64, idRows [2]int32) {
		into.starts, into.idStart = append(into.starts, uint32(len(into.cells))), append(into.idStart, uint32(len(into.ids)))
		into.cells, into.ids, into.idRows = append(into.cells, cells...), append(into.ids, distinct(ids)...), append(into.idRows, idRows)
	})
	into.starts, into.idStart = append(into.starts, uint32(len(into.cells))), append(into.idStart, uint32(len(into.ids)))
	p.filed, p.pieces, p.waiting = into, nil, 0
}

// distinct sorts ids and leaves each in once.
func distinct(ids []uint64) []uint64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// of are a customer's filed days and ids; none for one who came later.
func (f *filed) of(who int) (cells []cell, ids []uint64, idRows [2]int32) {
	if who >= len(f.idRows) {
		return nil, nil, [2]int32{}
	}
	return f.cells[f.starts[who]:f.starts[who+1]], f.ids[f.idStart[who]:f.idStart[who+1]], f.idRows[who]
}

// idCount counts distinct order ids, and the rows that have one.
type idCount struct{ sales, returns, saleRows, returnRows int }

// countIDs may change the order of ids.
func countIDs(ids []uint64, idRows [2]int32) idCount {
	c := idCount{saleRows: int(idRows[0]), returnRows: int(idRows[1])}
	if len(ids) > 24 {
		ids = distinct(ids)
		for _, id := range ids {
			c.returns += int(id & 1)
		}
		c.sales = len(ids) - c.returns
		return c
	}
	for i, id := range ids { // so few are compared sooner than sorted
		again := uint64(0)
		for _, other := range ids[:i] {
			again |= bit(other == id)
		}
		c.returns += int(id & (again ^ 1))
		c.sales += int((id ^ 1) & (again ^ 1) & 1)
	}
	return c
}
