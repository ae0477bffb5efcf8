package segment

import "slices"

// sale is a row among those of its customer.
type sale struct {
	amount, margin int64
	day            Day
	returned       int32 // 1 for a return
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
// their days in order, and all ids in no order, perhaps twice. All have
// numbers. What it
// hands over may be changed and is valid until visit returns.
func (s *sweeper) sweep(p *part, visit func(who int, cells []cell, ids []uint64, idRows [2]int32)) {
	s.byCustomer(p)
	from := uint32(0)
	for who, to := range s.at {
		old, ids, idRows := p.of(who)
		s.own = append(s.own[:0], ids...)
		if len(s.ids) > 0 {
			before, returns := len(s.own), int32(0)
			for _, id := range s.ids[from:to] {
				if id != 0 {
					s.own = append(s.own, id)
					returns += int32(id & 1)
				}
			}
			idRows[0] += int32(len(s.own)-before) - returns
			idRows[1] += returns
		}
		fresh := s.sales[from:to]
		from = to
		byDay(fresh)
		s.cells = mergeDays(s.cells[:0], old, fresh)
		visit(who, s.cells, s.own, idRows)
	}
}

// byCustomer groups the rows of a part by customer; at becomes where each
// customer's end.
func (s *sweeper) byCustomer(p *part) {
	at := slices.Grow(s.at[:0], p.keys.count+1)[:p.keys.count+1]
	clear(at)
	marks := uint64(0)
	for _, piece := range p.pieces {
		for len(piece) > 0 {
			marks |= piece[rowDay]
			at[piece[rowHead]>>32+1]++
			piece = piece[end(piece):]
		}
	}
	for i := range p.keys.count {
		at[i+1] += at[i]
	}
	s.sales, s.ids = slices.Grow(s.sales[:0], p.waiting)[:p.waiting], s.ids[:0]
	if marks&rowID != 0 {
		s.ids = slices.Grow(s.ids, p.waiting)[:p.waiting]
	}
	for _, piece := range p.pieces {
		for len(piece) > 0 {
			who := piece[rowHead] >> 32
			s.take(piece, int(at[who]))
			at[who]++
			piece = piece[end(piece):]
		}
	}
	s.at = at[:p.keys.count]
}

// take puts a row in its place.
func (s *sweeper) take(words []uint64, to int) {
	day := words[rowDay]
	sale := sale{amount: int64(words[rowAmount]), day: Day(uint32(day >> 32)), returned: int32(day & rowReturn)}
	if day&rowMargin != 0 {
		sale.margin = int64(words[keyAt(words)-1])
	}
	if len(s.ids) > 0 {
		id := uint64(0)
		if day&rowID != 0 {
			id = words[rowWords]
		}
		s.ids[to] = id
	}
	s.sales[to] = sale
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
			cells = append(cells, cell{})
			cells[len(cells)-1].day = f.day
		}
		cells[len(cells)-1].join(f)
	}
	return append(cells, old...)
}

// join adds a row to its day.
func (c *cell) join(s *sale) {
	back := -int64(s.returned) // all bits for a return
	c.gross += s.amount &^ back
	c.returned += max(s.amount, -s.amount) & back
	c.margin += s.margin
	c.sales += 1 - s.returned
	c.returns += s.returned
}
