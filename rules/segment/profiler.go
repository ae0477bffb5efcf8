package segment

import (
	"math"
	"slices"
)

// months are the months of a model, the same for all customers.
type months struct {
	start   Day
	of      []uint8   // the month of each day from start
	offset  []float64 // of each month from the middle one
	squares float64   // of the offsets, added up
	tail    *studentTail
}

func newMonths(m *Model) *months {
	out := &months{start: m.From.First(), tail: newStudentTail(max(m.Months-2, 1))}
	for i := range m.Months {
		month := m.From + Month(i)
		for range (month + 1).First() - month.First() {
			out.of = append(out.of, uint8(i))
		}
		dx := float64(i) - (float64(m.Months)-1)/2
		out.offset = append(out.offset, dx)
		out.squares += dx * dx
	}
	return out
}

// profiler makes profiles; its slices are used again for each customer.
type profiler struct {
	m      *Model
	months *months

	gaps, days, active []float64
	spent              []spending // of one customer, months ascending
}

// spending is the money of a month.
type spending struct {
	month int
	money int64
}

func newProfiler(m *Model, months *months) *profiler {
	return &profiler{m: m, months: months, days: make([]float64, m.Months)}
}

// profile sums up one customer: days in order, and ids.
func (w *profiler) profile(p *Profile, cells []cell, ids idCount) {
	o := &w.m.Options
	*p = Profile{}
	p.Orders, p.Returns = ids.sales-ids.saleRows, ids.returns-ids.returnRows
	clear(w.days)
	w.gaps, w.spent = w.gaps[:0], w.spent[:0]
	worth := int64(0) // margin or money of the whole history
	for i := range cells {
		c := &cells[i]
		p.Orders += int(c.sales)
		p.Returns += int(c.returns)
		w.day(p, c)
		worth += w.worth(c)
		if at := int(c.day - w.months.start); at >= 0 && at < len(w.months.of) {
			w.month(p, c, int(w.months.of[at]))
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
		} else if !w.m.Options.Lean {
			w.gaps = append(w.gaps, float64(c.day-p.Last))
		}
		p.Last = c.day
		p.Days++
	}
	before := int(w.m.AsOf - c.day) // 1 is the day before the analysis day
	spent := money(&w.m.Options, c.gross, c.returned)
	window := w.m.Options.WindowDays
	p.Recent.add(before, 1, window, sale, spent)
	p.Previous.add(before, window+1, 2*window, sale, spent)
	p.Year.add(before, 1, 365, sale, spent)
}

// add adds a day if it is in the window; without a branch, which would be
// unpredictable.
func (in *Window) add(before, from, to, sale int, spent int64) {
	if before < from || before > to {
		sale, spent = 0, 0
	}
	in.Days += sale
	in.Money += spent
}

func (w *profiler) worth(c *cell) int64 {
	if w.m.Options.Margin {
		return c.margin
	}
	return money(&w.m.Options, c.gross, c.returned)
}

func (w *profiler) month(p *Profile, c *cell, month int) {
	if !w.m.Options.Lean && c.sales > 0 {
		w.days[month]++
	}
	if last := len(w.spent) - 1; last < 0 || w.spent[last].month != month {
		w.spent = append(w.spent, spending{month: month})
	}
	w.spent[len(w.spent)-1].money += money(&w.m.Options, c.gross, c.returned)
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
	w.active = w.active[:0]
	first, sum, slope := 0, int64(0), 0.0
	for _, in := range w.spent {
		if in.money == 0 {
			continue
		}
		if len(w.active) == 0 {
			first = in.month
		}
		w.active = append(w.active, float64(in.money))
		sum += in.money
		slope += w.months.offset[in.month] * float64(in.money) // less the mean, but the offsets add up to nothing
	}
	p.Active = len(w.active)
	p.Variation, p.MoneySlope = math.NaN(), math.NaN()
	if !p.Valued || w.m.Months < 2 {
		return
	}
	if w.m.XYZKnown() {
		p.Variation = w.m.Options.variation(w.m.Months, first, w.active, sum)
	}
	if p.Days > 0 {
		p.MoneySlope = slope / w.months.squares / float64(pow10(w.m.Decimals()))
	}
}

func (w *profiler) trend(p *Profile) {
	nan := math.NaN()
	p.GapMean, p.GapMedian, p.GapSD, p.GapTrend, p.Overdue = nan, nan, nan, nan, nan
	p.Slope, p.SlopeP, p.Tau, p.TauP = nan, nan, nan, nan
	if p.Days == 0 {
		return
	}
	p.Recency, p.Tenure = int(w.m.AsOf-p.Last), int(w.m.AsOf-p.First)
	if p.Valued && w.m.Months >= 2 && !w.m.Options.Lean {
		p.Slope, p.SlopeP = slope(w.days, w.months.tail)
		p.Tau, p.TauP = kendall(w.days)
	}
	n := p.Days - 1
	if n == 0 {
		return
	}
	p.GapMean = float64(p.Last-p.First) / float64(n)
	p.Overdue = float64(p.Recency) / p.GapMean
	if w.m.Options.Lean {
		return
	}
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
