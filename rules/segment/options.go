package segment

import (
	"errors"
	"fmt"
	"slices"
)

// Edges says which side of a cut point a value on it falls, and where the cut
// points come from. It matters: on the reference data the choice changes the
// frequency score of up to three customers in four.
type Edges uint8

const (
	// RightClosed puts a value equal to a quantile into the lower bin (the
	// default; q7_right).
	RightClosed Edges = iota
	// LeftClosed puts a value equal to a quantile into the upper bin (q7_left).
	LeftClosed
	// PackageEdges is what R's package rfm 0.3.0 does: quantile plus one whole
	// unit (day, order, currency unit), left-closed. For whole numbers it equals
	// RightClosed; for money it moves the edge by one unit.
	PackageEdges
)

// Counting says what frequency counts.
type Counting uint8

const (
	// CountOrders counts distinct order ids; a row without one is its own order
	// (the default).
	CountOrders Counting = iota
	// CountRows counts rows that are sales, whatever their ids (R's rfm).
	CountRows
	// CountDays counts distinct days with a sale.
	CountDays
)

// Crossing says what becomes of the customer whose value crosses the line of an
// ABC class.
type Crossing uint8

const (
	// CrossingUp takes it into the upper class, so that the largest is always A
	// (the default; abc_prev: the share before the customer is below the cut).
	CrossingUp Crossing = iota
	// CrossingDown leaves it to the lower class (abc_le: the share up to and
	// with the customer is at most the cut).
	CrossingDown
	// CrossingStrict is CrossingDown with "below" for "at most" (R's
	// inventorize::ABC).
	CrossingStrict
)

// Demand says which months the coefficient of variation is taken over.
type Demand uint8

const (
	// AllMonths counts months without a purchase as zero (the default).
	AllMonths Demand = iota
	// ActiveMonths leaves out months with no money moved.
	ActiveMonths
	// MonthsSinceFirst begins with the customer's first active month.
	MonthsSinceFirst
)

// Options are the settings of an analysis. The zero value works and is what
// winnow recommends. They are stored with the result, in [Model].
type Options struct {
	// AsOf is the analysis day; zero is the day after the last order. Orders
	// after it are left out and counted.
	AsOf Day
	// KeepFuture keeps orders after AsOf, with negative recency, as R's rfm does.
	KeepFuture bool `json:",omitempty"`
	// Currency names the money, ISO 4217; empty is unnamed. Amounts of a Ledger
	// are all in this currency: the reader sees to it.
	Currency string `json:",omitempty"`
	// Decimals is how many decimals a minor unit has, 0 to 6; zero takes those
	// of the currency, NoDecimals is none.
	Decimals int `json:",omitempty"`
	// Gross scores money by sales alone; by default returns are subtracted.
	Gross bool `json:",omitempty"`
	// Lean leaves GapMedian, GapSD, GapTrend, Slope, SlopeP, Tau and TauP out (NaN),
	// which take a third of the time and of which only the columns of
	// [TableOptions].More show some.
	Lean bool `json:",omitempty"`
	// Margin says that orders carry their margin, and ABC goes by it.
	Margin bool `json:",omitempty"`

	// Bins is the highest score, 2 to 10, default 5.
	Bins int
	// Edges is the rule for values on a cut point; given cut points are always
	// left-closed unless Edges is RightClosed.
	Edges Edges `json:",omitempty"`
	// Frequency says what frequency counts.
	Frequency Counting `json:",omitempty"`
	// RecencyCuts (days), FrequencyCuts (orders) and MoneyCuts (minor units) are
	// used instead of quantiles when given: Bins-1 of them, ascending.
	RecencyCuts, FrequencyCuts, MoneyCuts []int64 `json:",omitempty"`
	// Segments name the scores; first match wins, none is "Others". The default
	// is [PackageSegments] with 5 bins and no names with another number.
	Segments []SegmentRule `json:",omitempty"`

	// OneTime is for goods bought once in years: ABC alone, by the average order
	// over the whole history, and no XYZ.
	OneTime bool `json:",omitempty"`
	// ShareA and ShareB are the cumulative shares of value where A and B end, in
	// hundredths of a percent (1 to 10,000), default 8,000 and 9,500.
	ShareA, ShareB int
	// Crossing is the rule for the customer who crosses them.
	Crossing Crossing `json:",omitempty"`
	// LimitX and LimitY are the largest coefficients of variation of X and Y,
	// above zero, default 0.5 and 1.
	LimitX, LimitY float64
	// Population divides the variance by n; by default by n-1.
	Population bool `json:",omitempty"`
	// Demand says which months count for it.
	Demand Demand `json:",omitempty"`
	// FromMonth and ToMonth bound the months of ABC-XYZ and of the slope. Zero is
	// the month of the first order, and the last month that ended before AsOf; at
	// most the latest 120 months are looked at.
	FromMonth, ToMonth Month `json:",omitempty"`

	// WindowDays is the length of the two windows compared, default 90.
	WindowDays int
	// InactiveDays is the recency from which a customer is inactive, default 365.
	InactiveDays int
	// SlipOverdue is how many times the usual gap a customer may be silent
	// before they slip, default 2.
	SlipOverdue float64
}

// PackageOptions are the settings of R's package rfm 0.3.0: a row is a
// transaction, five bins, quantile plus one.
func PackageOptions() Options {
	return Options{Edges: PackageEdges, Frequency: CountRows, KeepFuture: true}
}

// resolve fills the defaults in and checks the rest, all mistakes at once.
func (o Options) resolve() (Options, error) {
	o.Decimals = or(o.decimals(), NoDecimals) // so that resolving again changes nothing
	o.Bins = or(o.Bins, 5)
	o.ShareA, o.ShareB = or(o.ShareA, 8000), or(o.ShareB, 9500)
	o.LimitX, o.LimitY = or(o.LimitX, 0.5), or(o.LimitY, 1)
	o.WindowDays, o.InactiveDays = or(o.WindowDays, 90), or(o.InactiveDays, 365)
	o.SlipOverdue = or(o.SlipOverdue, 2)
	if o.Segments == nil && o.Bins == 5 {
		o.Segments = PackageSegments()
	}
	var errs []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	wrong(o.Decimals > maxDecimals, "decimals are 0 to %d, not %d", maxDecimals, o.Decimals)
	wrong(o.Bins < 2 || o.Bins > maxBins, "bins are 2 to %d, not %d", maxBins, o.Bins)
	wrong(o.ShareA < 1 || o.ShareB < o.ShareA || o.ShareB > 10000, "ABC shares must satisfy 0 < A ≤ B ≤ 100 %%")
	wrong(!(o.LimitX > 0 && o.LimitY >= o.LimitX), "XYZ limits must satisfy 0 < X ≤ Y")
	wrong(o.WindowDays < 1 || o.InactiveDays < 1, "windows and inactivity are at least a day")
	wrong(!(o.SlipOverdue > 0), "the overdue ratio must be above 0")
	wrong(o.ToMonth != 0 && o.ToMonth < o.FromMonth, "the last month is before the first")
	for _, cuts := range [][]int64{o.RecencyCuts, o.FrequencyCuts, o.MoneyCuts} {
		wrong(cuts != nil && len(cuts) != o.Bins-1, "%d bins need %d cut points, not %d", o.Bins, o.Bins-1, len(cuts))
		wrong(!slices.IsSorted(cuts), "cut points must ascend")
		wrong(slices.ContainsFunc(cuts, func(c int64) bool { return c > maxTotal || c < -maxTotal }), "a cut point is out of range")
	}
	return o, errors.Join(errs...)
}

// decimals is the resolved number of decimals: 0 or more.
func (o Options) decimals() int {
	switch {
	case o.Decimals < 0:
		return 0
	case o.Decimals == 0:
		return Decimals(o.Currency)
	}
	return o.Decimals
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}
