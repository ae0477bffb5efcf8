package segment

import "slices"

// Rows are not filed with their customer one by one: a million rows of customers
// in no order would miss the processor's cache a million times. They wait in a
// log, and when it takes as much memory as what is filed already, one sweep
// groups them by customer and merges them in. Each row so takes part in a merge
// about twice, and memory stays that of the distinct days. An analysis sweeps over
// what waits and what is filed without merging.

// minLog is the least number of rows worth a sweep: 16 MB of them.
const minLog = 1 << 20

// cellRows is how many waiting rows take the memory of a cell.
const cellRows = 2

// row is an order as it waits to be filed.
type row struct {
	amount int64 // doubled, and 1 for a return
	day    Day
	who    uint32
}

// extra is what only some files have.
type extra struct {
	id     uint64 // hash of the order id, the lowest bit 1 for a return; 0 is none
	margin int64
}

// cell is one customer's day.
type cell struct {
	gross, returned, margin int64
	day                     Day
	sales, returns          int32 // rows
}

// rows are rows with what only some have, which takes no memory when none has.
type rows struct {
	rows  []row
	extra []extra // empty, or one for each row
}

func (r *rows) add(o row, e extra) {
	if e != (extra{}) && len(r.extra) == 0 && cap(r.rows) > 0 {
		r.extra = slices.Grow(r.extra, cap(r.rows))[:len(r.rows)]
		clear(r.extra)
	}
	if len(r.extra) > 0 || e != (extra{}) {
		r.extra = append(r.extra, e)
	}
	r.rows = append(r.rows, o)
}

// pieceSize is how many rows a piece of the log holds: a log in one piece would
// be copied as it grows.
const pieceSize = 1 << 14

// filed is what customers come to so far, by customer.
type filed struct {
	cells   []cell   // then by day
	starts  []uint32 // where each customer's cells begin; one more than customers
	ids     []uint64 // sorted
	idStart []uint32
	idRows  [][2]int32 // rows with an id: sales, returns
}

// log files rows by customer and day.
type log struct {
	least   int    // rows worth a sweep
	pieces  []rows // of waiting rows; the last ones may be empty
	at      int    // the piece that is being filled
	waiting int
	filed
}

func (l *log) add(r row, e extra, customers int) {
	if l.waiting >= max(l.least, cellRows*len(l.cells)) {
		l.merge(customers)
	}
	if l.at == len(l.pieces) {
		l.pieces = append(l.pieces, rows{rows: make([]row, 0, pieceSize)})
	}
	piece := &l.pieces[l.at]
	piece.add(r, e)
	l.waiting++
	if len(piece.rows) == cap(piece.rows) {
		l.at++
	}
}

// merge files what waits.
func (l *log) merge(customers int) {
	g := l.group(customers)
	into := filed{
		cells:  make([]cell, 0, len(l.cells)+l.waiting),
		starts: make([]uint32, 0, customers+1), idStart: make([]uint32, 0, customers+1), idRows: make([][2]int32, 0, customers),
	}
	s := sweeper{}
	for part := range g.ends {
		s.sweep(g, part, func(_ int, cells []cell, ids []uint64, idRows [2]int32) {
			into.starts, into.idStart = append(into.starts, uint32(len(into.cells))), append(into.idStart, uint32(len(into.ids)))
			into.cells, into.ids, into.idRows = append(into.cells, cells...), append(into.ids, distinct(ids)...), append(into.idRows, idRows)
		})
	}
	into.starts, into.idStart = append(into.starts, uint32(len(into.cells))), append(into.idStart, uint32(len(into.ids)))
	l.filed = into
	for i := range l.pieces {
		p := &l.pieces[i]
		p.rows, p.extra = p.rows[:0], p.extra[:0]
	}
	l.at, l.waiting = 0, 0
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
