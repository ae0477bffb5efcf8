package segment

import (
	"cmp"
	"math"
	"math/bits"
)

// abcItem is a customer in the ranking.
type abcItem struct {
	value int64
	at    int // index of the customer, by which keys ascend
}

// rank sorts by value, largest first, equal values by key, as they stand, so that
// the result never hangs on the order of rows.
func rank(items []abcItem) {
	by := make([]ranked, len(items))
	for i, it := range items {
		by[i] = ranked{^whole(it.value), it.at}
	}
	for i, it := range sortRanked(by) {
		items[i] = abcItem{int64(^it.by ^ 1<<63), it.at}
	}
}

// shares gives each ranked item its class. Values of zero or less add nothing
// and are C: they would make the cumulative share rise and fall.
func shares(items []abcItem, o *Options, class func(at int, abc byte)) {
	total := int64(0)
	for _, it := range items {
		total += max(it.value, 0)
	}
	before := int64(0)
	for _, it := range items {
		upTo := before + max(it.value, 0)
		abc := byte('C')
		switch {
		case it.value <= 0:
		case within(o.Crossing, before, upTo, total, o.ShareA):
			abc = 'A'
		case within(o.Crossing, before, upTo, total, o.ShareB):
			abc = 'B'
		}
		class(it.at, abc)
		before = upTo
	}
}

func within(rule Crossing, before, upTo, total int64, share int) bool {
	switch rule {
	case CrossingDown:
		return compareShare(upTo, total, share) <= 0
	case CrossingStrict:
		return compareShare(upTo, total, share) < 0
	}
	return compareShare(before, total, share) < 0
}

// compareShare compares part/total with hundredths of a percent, exactly.
func compareShare(part, total int64, share int) int {
	h1, l1 := bits.Mul64(uint64(part), 10000)
	h2, l2 := bits.Mul64(uint64(total), uint64(share))
	return cmp.Or(cmp.Compare(h1, h2), cmp.Compare(l1, l2))
}

// Floors are the smallest values that the classes A and B held when the model
// was fitted, in minor units: they class a new contact. Customers with the very
// value of a floor may have been divided by key.
type Floors struct {
	A, B int64
	// Fitted is false when there was nobody to fit on.
	Fitted bool
}

// Class is A, B or C; 0 when nothing was fitted.
func (f Floors) Class(value int64) byte {
	switch {
	case !f.Fitted:
		return 0
	case value > 0 && value >= f.A:
		return 'A'
	case value > 0 && value >= f.B:
		return 'B'
	}
	return 'C'
}

// Variation is the coefficient of variation of monthly money, by the options'
// rules for zero months and for the divisor. It is NaN when the mean is not
// above zero, or when there are fewer months than the divisor needs.
func (o *Options) Variation(months []int64) float64 {
	active := make([]float64, 0, maxMonths)
	first, sum := 0, int64(0)
	for i, m := range months {
		if m != 0 {
			if len(active) == 0 {
				first = i
			}
			active = append(active, float64(m))
			sum += m
		}
	}
	return o.variation(len(months), first, active, sum)
}

// variation is Variation of so many months, of which those that aren't zero, the
// first of them, and the sum are known.
func (o *Options) variation(months, first int, active []float64, sum int64) float64 {
	n, zeros := len(active), 0
	switch o.Demand {
	case AllMonths:
		zeros = months - n
	case MonthsSinceFirst:
		zeros = months - first - n
	}
	count := float64(n + zeros)
	divisor := count - 1
	if o.Population {
		divisor = count
	}
	if sum <= 0 || count < 2 {
		return math.NaN()
	}
	mean := float64(sum) / count
	squares := float64(zeros) * mean * mean
	for _, m := range active {
		d := m - mean
		squares += d * d
	}
	return math.Sqrt(squares/divisor) / mean
}

// XYZ is the class of a coefficient of variation: X, Y or Z; NaN is Z.
func (o *Options) XYZ(cv float64) byte {
	switch {
	case cv <= o.LimitX:
		return 'X'
	case cv <= o.LimitY:
		return 'Y'
	}
	return 'Z'
}
