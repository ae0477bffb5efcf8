package main

import (
	"fmt"
	"math"

	"github.com/winnow-gate/winnow/rules/segment"
)

// question is one of the nine that an ABC-XYZ analysis of clients must answer.
type question struct {
	Question string   `json:"question"`
	Answer   []string `json:"answer"`
}

// questions answers the nine. What the orders can't tell is said, with what to
// give so that they can.
func (r *analysisReport) questions() []question {
	return []question{
		{"How much do they pay?", r.howMuch()},
		{"How often?", r.howOften()},
		{"Whom do you need?", r.whomNeeded()},
		{"Whom not?", r.whomNot()},
		{"What else tells them apart?", r.otherCriteria()},
		{"What does each class earn?", r.profitability()},
		{"Which indicators were used?", r.indicators()},
		{"What is the least purchase that pays?", r.leastPurchase()},
		{"What is the least margin that pays?", r.leastMargin()},
	}
}

func (r *analysisReport) howMuch() []string {
	buyers := r.s.All.Customers - r.s.Never
	if buyers == 0 {
		return []string{"nobody bought anything"}
	}
	return []string{
		fmt.Sprintf("half of the customers paid %s or less in all; the mean is %s", r.amount(r.s.MedianMoney), r.amount(r.s.All.Money/int64(buyers))),
		fmt.Sprintf("half of them place orders of %s or less on average; the mean order is %s", r.amount(r.s.MedianOrder), r.amount(r.s.All.Money/int64(max(r.s.Orders, 1)))),
	}
}

func (r *analysisReport) howOften() []string {
	out := []string{fmt.Sprintf("the median customer placed %s, and %s of all placed one", ordersText(r.s.MedianOrders), share(r.s.Once, r.s.All.Customers))}
	if math.IsNaN(r.s.MedianGap) {
		return append(out, "nobody bought on two days, so there is no gap between purchases")
	}
	return append(out, fmt.Sprintf("those who came back do so every %s days (median of their mean gaps)", brief(r.s.MedianGap)))
}

func (r *analysisReport) whomNeeded() []string {
	a := r.s.ABC[0]
	out := []string{fmt.Sprintf("class A: %s (%s) with %s of the money", customers(a.Customers), share(a.Customers, r.s.All.Customers), moneyShare(a.Money, r.s.All.Money))}
	if r.m.XYZKnown() {
		out = append(out, fmt.Sprintf("of them %s buy steadily (AX) and %s nearly so (AY): keep these first", people(r.s.Nine[0][0].Customers), people(r.s.Nine[0][1].Customers)))
	}
	return out
}

func (r *analysisReport) whomNot() []string {
	what := "paid nothing once returns are subtracted"
	if r.m.Options.Margin {
		what = "earned nothing"
	}
	c := r.s.ABC[2]
	out := []string{fmt.Sprintf("class C: %s (%s) with %s of the money", customers(c.Customers), share(c.Customers, r.s.All.Customers), moneyShare(c.Money, r.s.All.Money))}
	if r.m.XYZKnown() {
		cz := r.s.Nine[2][2]
		out = append(out, fmt.Sprintf("of them %s also buy irregularly (CZ), with %s; a new customer looks the same, so add an age to any rule", people(cz.Customers), moneyShare(cz.Money, r.s.All.Money)))
	}
	return append(out, fmt.Sprintf("%s %s; %s return at least half of four orders or more", customers(r.s.Loss), what, people(r.s.ManyReturns)))
}

func (r *analysisReport) otherCriteria() []string {
	o := &r.m.Options
	return []string{
		fmt.Sprintf("%s buy clearly less than before, %s of them in class A", people(r.s.Slipping), people(r.s.SlippingA)),
		fmt.Sprintf("%s have not bought for %d days or more", people(r.s.Inactive), o.InactiveDays),
		fmt.Sprintf("returns take back %s of sales", percent(r.s.ReturnedShareAll)),
		fmt.Sprintf("the last %d days brought %s, the %d before %s", o.WindowDays, r.amount(r.s.RecentMoney), o.WindowDays, r.amount(r.s.PreviousMoney)),
	}
}

func (r *analysisReport) profitability() []string {
	if !r.m.Options.Margin {
		return []string{"unknown without margins: name their column with --margin"}
	}
	var out []string
	for i, g := range r.s.ABC {
		out = append(out, fmt.Sprintf("%c: %s, %s of its money", 'A'+i, r.amount(g.Earned), moneyShare(g.Earned, g.Money)))
	}
	return append(out, fmt.Sprintf("all: %s, %s", r.amount(r.s.All.Earned), moneyShare(r.s.All.Earned, r.s.All.Money)))
}

func (r *analysisReport) indicators() []string {
	o := &r.m.Options
	frequency := map[segment.Counting]string{segment.CountOrders: "distinct orders", segment.CountRows: "rows", segment.CountDays: "days with a purchase"}[o.Frequency]
	out := []string{
		fmt.Sprintf("recency in days, frequency in %s, money; 1 to %d by quantiles", frequency, o.Bins),
		fmt.Sprintf("ABC to %s and %s of the value", percent(float64(o.ShareA)/10000), percent(float64(o.ShareB)/10000)),
	}
	if r.m.XYZKnown() {
		out = append(out, fmt.Sprintf("XYZ by the variation of monthly money, to %s and %s", brief(o.LimitX), brief(o.LimitY)))
	}
	return append(out, "gaps between purchases, two windows, returns")
}

// leastPurchase is where an order's margin covers what the order costs.
func (r *analysisReport) leastPurchase() []string {
	rate := float64(r.s.All.Earned) / float64(r.s.All.Money)
	switch {
	case r.cost < 0:
		return []string{"unknown without the cost of an order: give --order-cost, and --margin COL"}
	case !r.m.Options.Margin || !(rate > 0):
		return []string{"unknown without a margin: name its column with --margin"}
	}
	return []string{fmt.Sprintf("%s: at a margin of %s it earns the %s that an order costs", r.units(r.cost/rate), percent(rate), r.units(r.cost))}
}

// leastMargin is the margin at which usual orders cover what an order costs.
func (r *analysisReport) leastMargin() []string {
	order := float64(r.s.MedianOrder) / float64(pow(r.m.Decimals()))
	switch {
	case r.cost < 0:
		return []string{"unknown without the cost of an order: give --order-cost"}
	case order <= 0:
		return []string{"unknown: the usual order brings nothing"}
	}
	return []string{fmt.Sprintf("%s: the usual order, %s, then covers the %s that it costs", percent(r.cost/order), r.units(order), r.units(r.cost))}
}

// units writes an amount that is given in currency units, rounded up to minor
// ones: a least amount must not be too small.
func (r *analysisReport) units(v float64) string {
	return r.amount(int64(math.Ceil(v*float64(pow(r.m.Decimals())) - 1e-9)))
}

func ordersText(n float64) string {
	if n == 1 {
		return "1 order"
	}
	return brief(n) + " orders"
}

// brief writes up to one decimal.
func brief(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}
