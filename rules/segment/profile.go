package segment

import "math"

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
