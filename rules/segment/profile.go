package segment

import (
	"math"
	"slices"
)

// Window is what happened in a span of days.
type Window struct {
	Days  int   // distinct days with a sale
	Money int64 // minor units, net or gross by [Options].Gross
}

// Profile is what the orders of one customer come to. Numbers that are not
// defined are NaN: the gap of somebody who bought once is not zero.
type Profile struct {
	First, Last Day // of sales; meaningless when Orders is 0
	Orders      int // distinct sale orders
	Rows        int // rows that are sales
	Days        int // distinct days with a sale
	Returns     int // distinct return orders

	Gross    int64 // sales, minor units
	Returned int64 // returns, minor units, 0 or more
	Earned   int64 // margin, minor units

	Recency int // days from Last to the analysis day; negative after it
	Tenure  int // days from First to the analysis day

	GapMean   float64 // mean days between purchase days, the expected gap; NaN below 2 days
	GapMedian float64 // NaN below 2 days
	GapSD     float64 // sample standard deviation; NaN below 3 days
	GapTrend  float64 // mean of the later half of the gaps over that of the earlier; NaN below 2 gaps
	Overdue   float64 // Recency / GapMean; NaN without a gap

	Recent   Window // the WindowDays before the analysis day
	Previous Window // as many days before those
	Year     Window // the 365 days before the analysis day

	Slope, SlopeP float64 // least-squares slope of purchase days a month, and its p-value
	Tau, TauP     float64 // Kendall's tau-b of the same, NaN for a constant series
	MoneySlope    float64 // slope of monthly money, in whole currency units a month

	Value     int64   // what ABC goes by, minor units
	Valued    bool    // there is an order within the months of ABC-XYZ
	Active    int     // months with money moved
	Variation float64 // coefficient of variation of monthly money; NaN if undefined

	Slipping Answer // buys clearly less than before: see [Options].SlipOverdue
	Inactive Answer // no sale for InactiveDays; unknown without any sale
}

// Net is sales less returns, in minor units.
func (p *Profile) Net() int64 { return p.Gross - p.Returned }

// Money is net or gross money by the options, in minor units.
func (p *Profile) Money(o *Options) int64 { return money(o, p.Gross, p.Returned) }

// Frequency is the count that the options ask for.
func (p *Profile) Frequency(o *Options) int {
	switch o.Frequency {
	case CountRows:
		return p.Rows
	case CountDays:
		return p.Days
	}
	return p.Orders
}

// ReturnRate is return orders over sale orders, and ReturnedShare returned money
// over sales. Both are NaN without sales, and may exceed 1.
func (p *Profile) ReturnRate() float64 { return ratio(float64(p.Returns), float64(p.Orders)) }

// ReturnedShare is returned money over sales; NaN without sales, may exceed 1.
func (p *Profile) ReturnedShare() float64 { return ratio(float64(p.Returned), float64(p.Gross)) }

// AverageOrder is money by the options over orders, in minor units rounded down;
// 0 without orders.
func (p *Profile) AverageOrder(o *Options) int64 {
	if p.Orders == 0 {
		return 0
	}
	return p.Money(o) / int64(p.Orders)
}

func ratio(a, b float64) float64 {
	if b <= 0 {
		return math.NaN()
	}
	return a / b
}

func money(o *Options, gross, returned int64) int64 {
	if o.Gross {
		return gross
	}
	return gross - returned
}

// profiler makes profiles; its slices are used again for each customer.
type profiler struct {
	m      *Model
	starts []Day // of the months, and of the one after the last
	tail   *studentTail

	gaps, days, spent []float64
	demand            []int64
}

func newProfiler(m *Model) *profiler {
	p := &profiler{
		m: m, tail: newStudentTail(max(m.Months-2, 1)),
		days: make([]float64, m.Months), spent: make([]float64, m.Months), demand: make([]int64, m.Months),
	}
	for i := range m.Months + 1 {
		p.starts = append(p.starts, (m.From + Month(i)).First())
	}
	return p
}

// profile sums up one customer: days in order, and ids.
func (w *profiler) profile(p *Profile, cells []cell, ids idCount) {
	o := &w.m.Options
	p.Orders, p.Returns = ids.sales-ids.saleRows, ids.returns-ids.returnRows
	clear(w.days)
	clear(w.demand)
	w.gaps = w.gaps[:0]
	month, worth := 0, int64(0) // worth: margin or money of the whole history
	for i := range cells {
		c := &cells[i]
		p.Orders += int(c.sales)
		p.Returns += int(c.returns)
		w.day(p, c)
		worth += w.worth(c)
		for month < w.m.Months && c.day >= w.starts[month+1] {
			month++
		}
		if month < w.m.Months && c.day >= w.starts[0] {
			w.month(p, c, month)
		}
	}
	w.valuate(p, worth)
	w.trend(p)
	p.Slipping = o.slipping(p)
	if p.Days > 0 {
		p.Inactive = answer(p.Recency >= o.InactiveDays)
	}
}

// day adds a day to the sums, the gaps and the windows.
func (w *profiler) day(p *Profile, c *cell) {
	p.Gross += c.gross
	p.Returned += c.returned
	p.Earned += c.margin
	p.Rows += int(c.sales)
	sale := 0
	if c.sales > 0 {
		sale = 1
		if p.Days == 0 {
			p.First = c.day
		} else {
			w.gaps = append(w.gaps, float64(c.day-p.Last))
		}
		p.Last = c.day
		p.Days++
	}
	before := int(w.m.AsOf - c.day) // 1 is the day before the analysis day
	spent := money(&w.m.Options, c.gross, c.returned)
	window := w.m.Options.WindowDays
	add := func(in *Window, from, to int) {
		if before >= from && before <= to {
			in.Days += sale
			in.Money += spent
		}
	}
	add(&p.Recent, 1, window)
	add(&p.Previous, window+1, 2*window)
	add(&p.Year, 1, 365)
}

func (w *profiler) worth(c *cell) int64 {
	if w.m.Options.Margin {
		return c.margin
	}
	return money(&w.m.Options, c.gross, c.returned)
}

func (w *profiler) month(p *Profile, c *cell, month int) {
	if c.sales > 0 {
		w.days[month]++
	}
	w.demand[month] += money(&w.m.Options, c.gross, c.returned)
	p.Value += w.worth(c)
	p.Valued = true
}

// valuate settles what ABC goes by. One-time purchases are judged by the average
// order, since there is nothing to add up; a history without a full month is
// judged as a whole.
func (w *profiler) valuate(p *Profile, worth int64) {
	switch {
	case w.m.Options.OneTime:
		p.Value, p.Valued = 0, p.Orders > 0
		if p.Valued {
			p.Value = worth / int64(p.Orders)
		}
	case w.m.Months == 0:
		p.Value, p.Valued = worth, true
	}
	p.Variation = math.NaN()
	for i, d := range w.demand {
		w.spent[i] = float64(d)
		if d != 0 {
			p.Active++
		}
	}
	if p.Valued && w.m.XYZKnown() {
		p.Variation = w.m.Options.Variation(w.demand)
	}
}

func (w *profiler) trend(p *Profile) {
	nan := math.NaN()
	p.GapMean, p.GapMedian, p.GapSD, p.GapTrend, p.Overdue = nan, nan, nan, nan, nan
	p.Slope, p.SlopeP, p.Tau, p.TauP, p.MoneySlope = nan, nan, nan, nan, nan
	if p.Days == 0 {
		return
	}
	p.Recency, p.Tenure = int(w.m.AsOf-p.Last), int(w.m.AsOf-p.First)
	if p.Valued && w.m.Months >= 2 {
		if !w.m.Options.Lean {
			p.Slope, p.SlopeP = slope(w.days, w.tail)
			p.Tau, p.TauP = kendall(w.days)
		}
		b, _ := slope(w.spent, nil)
		p.MoneySlope = b / float64(pow10(w.m.Decimals()))
	}
	n := len(w.gaps)
	if n == 0 {
		return
	}
	p.GapMean = float64(p.Last-p.First) / float64(n)
	p.Overdue = float64(p.Recency) / p.GapMean
	if n < 2 {
		p.GapMedian = p.GapMean
		return
	}
	half, early, late, squares := n/2, 0.0, 0.0, 0.0
	for i, g := range w.gaps {
		squares += (g - p.GapMean) * (g - p.GapMean)
		if i < half {
			early += g
		} else if i >= n-half {
			late += g
		}
	}
	p.GapTrend = late / early
	p.GapSD = math.Sqrt(squares / float64(n-1))
	slices.Sort(w.gaps)
	p.GapMedian = (w.gaps[(n-1)/2] + w.gaps[n/2]) / 2
}
