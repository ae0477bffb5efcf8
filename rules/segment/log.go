package segment

import "slices"

// Rows are not filed with their customer one by one: a million rows of customers
// in no order would miss the processor's cache a million times. They are
// appended to a short log, and when it is as long as what is filed already, it
// is grouped and merged in one sweep. Each row so takes part in a merge about
// twice, and memory stays that of the distinct days.

// minLog is the least number of rows worth a sweep: 1.5 MB of them.
const minLog = 1 << 16

// row is an order as it waits to be filed.
type row struct {
	amount, margin int64
	day            Day
	who            uint32 // the customer, doubled, and 1 for a return
}

// cell is one customer's day.
type cell struct {
	gross, returned, margin int64
	day                     Day
	sales, returns          int32 // rows
}

func (r *row) cell() cell {
	c := cell{day: r.day, margin: r.margin}
	if r.who&1 == 1 {
		c.returned, c.returns = max(r.amount, -r.amount), 1
	} else {
		c.gross, c.sales = r.amount, 1
	}
	return c
}

func (c *cell) join(d *cell) {
	c.gross += d.gross
	c.returned += d.returned
	c.margin += d.margin
	c.sales += d.sales
	c.returns += d.returns
}

// log files rows by customer and day.
type log struct {
	least          int // rows worth a sweep
	waiting, spare []row
	cells          []cell   // by customer, then by day
	starts         []uint32 // where each customer's cells begin; one more than customers
}

func (l *log) add(r row, customers int) {
	if len(l.waiting) >= max(l.least, len(l.cells)) {
		l.merge(customers)
	}
	l.waiting = append(l.waiting, r)
}

// of are a customer's days in order, when nothing waits.
func (l *log) of(who int) []cell { return l.cells[l.starts[who]:l.starts[who+1]] }

func (l *log) merge(customers int) {
	for len(l.starts) <= customers { // those who came since the last merge have no cells
		l.starts = append(l.starts, uint32(len(l.cells)))
	}
	if len(l.waiting) == 0 {
		return
	}
	l.spare = slices.Grow(l.spare[:0], len(l.waiting))[:len(l.waiting)]
	ends := group(l.waiting, l.spare, customers, func(r *row) uint32 { return r.who >> 1 })
	cells := make([]cell, 0, len(l.cells)+len(l.waiting))
	from := uint32(0)
	for who := range customers {
		old, fresh := l.of(who), l.spare[from:ends[who]]
		from = ends[who]
		l.starts[who] = uint32(len(cells)) // of reads starts[who+1] next, so this one is free
		byDay(fresh)
		cells = mergeDays(cells, old, fresh)
	}
	l.starts[customers] = uint32(len(cells))
	l.cells, l.waiting = cells, l.waiting[:0]
}

// byDay sorts a customer's rows, mostly few.
func byDay(rows []row) {
	if len(rows) > 12 {
		slices.SortFunc(rows, func(a, b row) int { return int(a.day) - int(b.day) })
		return
	}
	for i := 1; i < len(rows); i++ {
		for j := i; j > 0 && rows[j].day < rows[j-1].day; j-- {
			rows[j], rows[j-1] = rows[j-1], rows[j]
		}
	}
}

// mergeDays appends the days of old and fresh, equal days as one.
func mergeDays(cells, old []cell, fresh []row) []cell {
	first := len(cells)
	for i := range fresh {
		for len(old) > 0 && old[0].day <= fresh[i].day {
			cells = append(cells, old[0])
			old = old[1:]
		}
		c := fresh[i].cell()
		if last := len(cells) - 1; last >= first && cells[last].day == c.day {
			cells[last].join(&c)
		} else {
			cells = append(cells, c)
		}
	}
	return append(cells, old...)
}

// group sorts rows into another slice by customer, keeping their order, and
// gives the end of each customer's part.
func group[T any](rows, into []T, customers int, who func(*T) uint32) []uint32 {
	at := make([]uint32, customers+1)
	for i := range rows {
		at[who(&rows[i])+1]++
	}
	for i := range customers {
		at[i+1] += at[i]
	}
	for i := range rows {
		w := who(&rows[i])
		into[at[w]] = rows[i]
		at[w]++
	}
	return at
}

// idRow is the hash of an order id, the lowest bit 1 for a return.
type idRow struct {
	id  uint64
	who uint32
}

// idCount is how many distinct ids a customer has, and how many rows had one.
type idCount struct{ sales, returns, saleRows, returnRows int }

// idLog files ids by customer, in the same way.
type idLog struct {
	least          int
	waiting, spare []idRow
	ids            []uint64 // by customer, sorted
	starts         []uint32
	rows           [][2]int32 // rows with an id by customer: sales, returns
}

func (l *idLog) add(r idRow, customers int) {
	if len(l.waiting) >= max(l.least, len(l.ids)) {
		l.merge(customers)
	}
	l.waiting = append(l.waiting, r)
}

func (l *idLog) of(who int) (c idCount) {
	for _, id := range l.ids[l.starts[who]:l.starts[who+1]] {
		c.returns += int(id & 1)
		c.sales += int(id&1 ^ 1)
	}
	c.saleRows, c.returnRows = int(l.rows[who][0]), int(l.rows[who][1])
	return c
}

func (l *idLog) merge(customers int) {
	for len(l.starts) <= customers {
		l.starts = append(l.starts, uint32(len(l.ids)))
	}
	for len(l.rows) < customers {
		l.rows = append(l.rows, [2]int32{})
	}
	if len(l.waiting) == 0 {
		return
	}
	l.spare = slices.Grow(l.spare[:0], len(l.waiting))[:len(l.waiting)]
	ends := group(l.waiting, l.spare, customers, func(r *idRow) uint32 { return r.who })
	ids := make([]uint64, 0, len(l.ids)+len(l.waiting))
	from := uint32(0)
	for who := range customers {
		first := len(ids)
		ids = append(ids, l.ids[l.starts[who]:l.starts[who+1]]...)
		for _, r := range l.spare[from:ends[who]] {
			ids = append(ids, r.id)
			l.rows[who][r.id&1]++
		}
		from = ends[who]
		l.starts[who] = uint32(first)
		slices.Sort(ids[first:])
		ids = ids[:first+len(slices.Compact(ids[first:]))]
	}
	l.starts[customers] = uint32(len(ids))
	l.ids, l.waiting = ids, l.waiting[:0]
}
