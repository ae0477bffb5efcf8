package segment

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Customer is one customer's numbers and classes.
type Customer struct {
	Key string
	Profile
	Classes
	// Percentile is the percent of customers with less value, 0 to below 100; -1
	// when the customer has no value in the months of ABC-XYZ.
	Percentile float64
}

// Analysis is the result: every customer, and the model that was fitted.
type Analysis struct {
	Model     Model
	Customers []Customer // by key, in byte order
	Rows      int        // rows taken
	Future    int        // rows left out because they are after the analysis day
}

// Analyse fits the model and classes every customer. An empty ledger gives an
// empty analysis. More orders can be added afterwards and analysed again. It
// takes about 450 bytes per customer on top of the ledger.
func (l *Ledger) Analyse() *Analysis {
	return l.AnalyseBy(func(n int, do func(int)) {
		for i := range n {
			do(i)
		}
	})
}

// maxPieces is into how many pieces an analysis is cut at most.
const maxPieces = 16

// AnalyseBy is Analyse with the work in pieces: each calls do with every number
// from 0 to n-1 and returns when all are done, side by side if it likes. The
// result is the same.
func (l *Ledger) AnalyseBy(each func(n int, do func(i int))) *Analysis {
	each(len(l.parts), func(i int) { l.parts[i].number() })
	var keys []string
	var first [len(l.parts)]int // number of each part's first customer among all
	for i := range l.parts {
		first[i] = len(keys)
		keys = l.parts[i].keys.appendStrings(keys)
	}
	out := &Analysis{Model: l.calendar(len(keys)), Rows: l.rows, Future: l.future}
	m := &out.Model
	out.Customers = make([]Customer, len(keys))
	places := byKey(keys)
	months := newMonths(m)
	figures := make([]figure, len(keys))
	each(maxPieces, func(piece int) {
		s, w := sweeper{}, newProfiler(m, months)
		var p Profile // at hand, unlike its place among all
		for i := piece; i < len(l.parts); i += maxPieces {
			s.sweep(&l.parts[i], func(who int, cells []cell, ids []uint64, idRows [2]int32) {
				who += first[i]
				at := places[who]
				w.profile(&p, cells, countIDs(ids, idRows))
				c, f := &out.Customers[at], &figures[at]
				c.Key, c.Profile = keys[who], p
				f.Purchases, f.valued, f.percentile = p.Purchases(&m.Options), p.Valued, -1
			})
		}
	})
	m.fitRFM(figures)
	m.fitABC(figures)
	names := m.Options.segmentNames()
	each(maxPieces, func(piece int) {
		n := len(figures)
		for i := piece * n / maxPieces; i < (piece+1)*n/maxPieces; i++ {
			c, f := &out.Customers[i], &figures[i]
			c.Classes = m.score(f.Purchases, names)
			c.ABC, c.Percentile = f.abc, f.percentile // of the ranking, where equal values are told apart
			if !f.valued {
				c.XYZ = 0
			}
		}
	})
	return out
}

// figure is what one customer's classes are made from, and those that hang on the
// others. They lie by themselves, because a customer is ten times as large.
type figure struct {
	Purchases
	percentile float64
	valued     bool
	abc        byte
}

// byKey are the places of the customers in the byte order of their keys.
func byKey(keys []string) []uint32 {
	items := make([]ranked, len(keys))
	for i, k := range keys {
		var b [8]byte
		copy(b[:], k)
		items[i] = ranked{binary.BigEndian.Uint64(b[:]), i} // the first eight tell most keys apart
	}
	items = sortRanked(items)
	places := make([]uint32, len(keys))
	for from, to := 0, 0; from < len(items); from = to {
		for to = from + 1; to < len(items) && items[to].by == items[from].by; to++ { //nolint:revive // counts
		}
		if to-from > 1 {
			slices.SortFunc(items[from:to], func(a, b ranked) int { return strings.Compare(keys[a.at], keys[b.at]) })
		}
		for i := from; i < to; i++ {
			places[items[i].at] = uint32(i)
		}
	}
	return places
}

// Purchases are the numbers that [Model.Score] takes.
func (p *Profile) Purchases(o *Options) Purchases {
	return Purchases{
		Recency: p.Recency, Frequency: p.scoredFrequency(o), Money: p.Money(o),
		Value: p.Value, Variation: p.Variation,
	}
}

// scoredFrequency is 0 for a customer who only ever returned.
func (p *Profile) scoredFrequency(o *Options) int {
	if p.Days == 0 {
		return 0
	}
	return p.Frequency(o)
}

// calendar settles the analysis day and the months.
func (l *Ledger) calendar(customers int) Model {
	o := l.o
	m := Model{Options: o, First: l.first, Last: l.last, Customers: customers}
	m.AsOf = o.AsOf
	if m.Customers == 0 {
		return m
	}
	if m.AsOf == 0 {
		m.AsOf = m.Last + 1
	}
	m.From = or(o.FromMonth, m.First.Month())
	to := or(o.ToMonth, m.AsOf.Month()-1)
	m.From = max(m.From, to-maxMonths+1)
	m.Months = int(max(to-m.From+1, 0))
	return m
}

// maxMonths bounds the months that are looked at to the latest ten years. A date
// of 1900 among dates of today is a slip of the pen, and would be dear.
const maxMonths = 120

func (m *Model) fitRFM(figures []figure) {
	o := &m.Options
	n := len(figures)
	var sort sorter
	recency, frequency, spent := make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n)
	for i := range figures {
		if f := &figures[i]; f.Frequency > 0 {
			recency = append(recency, int64(f.Recency))
			frequency = append(frequency, int64(f.Frequency))
			spent = append(spent, f.Money)
		}
	}
	m.Scored = len(recency)
	fit := func(values, given []int64, unit int64) Cuts {
		if given != nil {
			return givenCuts(given, o.givenEdges())
		}
		return sort.fitCuts(values, o.Bins, o.Edges, unit)
	}
	m.R = fit(recency, o.RecencyCuts, 1)
	m.F = fit(frequency, o.FrequencyCuts, 1)
	m.M = fit(spent, o.MoneyCuts, pow10(m.Decimals()))
}

// givenEdges: R's rfm uses given cut points as they are, left-closed.
func (o *Options) givenEdges() Edges {
	if o.Edges == RightClosed {
		return RightClosed
	}
	return LeftClosed
}

// fitABC ranks the customers, classes them and keeps the floors of the classes.
func (m *Model) fitABC(figures []figure) {
	items := make([]abcItem, 0, len(figures))
	for i := range figures {
		if f := &figures[i]; f.valued {
			items = append(items, abcItem{f.Value, i})
		}
	}
	rank(items)
	percentiles(items, figures)
	m.ABC = Floors{A: math.MaxInt64, B: math.MaxInt64, Fitted: len(items) > 0}
	shares(items, &m.Options, func(at int, abc byte) {
		f := &figures[at]
		f.abc = abc
		switch abc {
		case 'A':
			m.ABC.A, m.ABC.B = f.Value, f.Value
		case 'B':
			m.ABC.B = f.Value
		}
	})
}

// percentiles gives ranked customers the percent of customers with less value.
func percentiles(items []abcItem, figures []figure) {
	n := len(items)
	less := 0
	for i := n - 1; i >= 0; i-- {
		if i < n-1 && items[i].value != items[i+1].value {
			less = n - 1 - i
		}
		figures[items[i].at].percentile = 100 * float64(less) / float64(n)
	}
}
