package segment

import (
	"math/bits"
	"slices"
)

// grouped are the waiting rows by parts of the customers, beside what is filed.
// A part is small enough to be worked on in the processor's cache, and no part
// needs another, so that they can be swept side by side.
type grouped struct {
	rows
	ends      []int // of the parts
	shift     int   // a part is 1<<shift customers
	customers int
	filed     *filed
}

// partRows is about how many rows a part has.
const (
	partRows = 1 << 13
	maxParts = 1 << 10
)

func (l *log) group(customers int) *grouped {
	parts := max(1, min(maxParts, (l.waiting+len(l.cells))/partRows))
	g := &grouped{customers: customers, filed: &l.filed}
	g.shift = bits.Len(uint(customers / parts))
	at := make([]int, customers>>g.shift+2)
	more := false
	for _, p := range l.pieces {
		more = more || len(p.extra) > 0
		for i := range p.rows {
			at[p.rows[i].who>>g.shift+1]++
		}
	}
	for i := range len(at) - 1 {
		at[i+1] += at[i]
	}
	g.rows.rows = make([]row, l.waiting)
	if more {
		g.extra = make([]extra, l.waiting)
	}
	for _, p := range l.pieces {
		for i := range p.rows {
			part := p.rows[i].who >> g.shift
			to := at[part]
			at[part]++
			g.rows.rows[to] = p.rows[i]
			if len(p.extra) > 0 {
				g.extra[to] = p.extra[i]
			}
		}
	}
	g.ends = at[:len(at)-1]
	return g
}

// sale is a row among those of its customer.
type sale struct {
	amount, margin int64 // amount as in row
	day            Day
}

// sweeper goes through parts; its slices are used again for each.
type sweeper struct {
	at    []uint32
	sales []sale
	ids   []uint64
	cells []cell
	own   []uint64 // the ids of one customer
}

// sweep visits the customers of a part in the order of their numbers, with all
// their days in order, and all ids in no order, perhaps twice. What it hands over
// may be changed and is valid until visit returns.
func (s *sweeper) sweep(g *grouped, part int, visit func(who int, cells []cell, ids []uint64, idRows [2]int32)) {
	first := part << g.shift
	s.byCustomer(g, part, min(1<<g.shift, g.customers-first))
	from := uint32(0)
	for i := range s.at {
		old, ids, idRows := g.filed.of(first + i)
		s.own = append(s.own[:0], ids...)
		if len(s.ids) > 0 {
			for _, id := range s.ids[from:s.at[i]] {
				if id != 0 {
					s.own = append(s.own, id)
					idRows[id&1]++
				}
			}
		}
		fresh := s.sales[from:s.at[i]]
		from = s.at[i]
		byDay(fresh)
		s.cells = mergeDays(s.cells[:0], old, fresh)
		visit(first+i, s.cells, s.own, idRows)
	}
}

// byCustomer groups the rows of a part by customer.
func (s *sweeper) byCustomer(g *grouped, part, customers int) {
	from := 0
	if part > 0 {
		from = g.ends[part-1]
	}
	rows, first := g.rows.rows[from:g.ends[part]], uint32(part)<<g.shift
	at := slices.Grow(s.at[:0], customers+1)[:customers+1]
	clear(at)
	for i := range rows {
		at[rows[i].who-first+1]++
	}
	for i := range customers {
		at[i+1] += at[i]
	}
	s.sales, s.ids = slices.Grow(s.sales[:0], len(rows))[:len(rows)], s.ids[:0]
	if len(g.extra) > 0 {
		s.ids = slices.Grow(s.ids, len(rows))[:len(rows)]
	}
	for i := range rows {
		r := &rows[i]
		to := at[r.who-first]
		at[r.who-first]++
		s.sales[to] = sale{amount: r.amount, day: r.day}
		if len(g.extra) > 0 {
			e := &g.extra[from+i]
			s.sales[to].margin, s.ids[to] = e.margin, e.id
		}
	}
	s.at = at[:customers]
}

// byDay sorts a customer's rows, mostly few.
func byDay(sales []sale) {
	if len(sales) > 24 {
		slices.SortFunc(sales, func(a, b sale) int { return int(a.day) - int(b.day) })
		return
	}
	for i := 1; i < len(sales); i++ {
		s := sales[i]
		j := i
		for ; j > 0 && s.day < sales[j-1].day; j-- {
			sales[j] = sales[j-1]
		}
		sales[j] = s
	}
}

// mergeDays appends the days of old and fresh, equal days as one.
func mergeDays(cells, old []cell, fresh []sale) []cell {
	first := len(cells)
	for i := range fresh {
		f := &fresh[i]
		for len(old) > 0 && old[0].day <= f.day {
			cells = append(cells, old[0])
			old = old[1:]
		}
		if last := len(cells) - 1; last < first || cells[last].day != f.day {
			cells = append(cells, cell{day: f.day})
		}
		cells[len(cells)-1].join(f)
	}
	return append(cells, old...)
}

// join adds a row to its day.
func (c *cell) join(s *sale) {
	amount, returned := s.amount>>1, s.amount&1
	back := -returned // all bits for a return
	c.gross += amount &^ back
	c.returned += max(amount, -amount) & back
	c.margin += s.margin
	c.sales += int32(1 - returned)
	c.returns += int32(returned)
}
