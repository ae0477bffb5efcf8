package segment

import "math"

// Model is what an analysis was fitted to: the settings as used, the days and
// months looked at, and the cut points. It is a plain value that survives JSON,
// and it scores one contact without allocating.
type Model struct {
	Options     Options // defaults filled in
	AsOf        Day     // analysis day
	First, Last Day     // days of the first and last order; Last before First means no orders
	From        Month   // first month of ABC-XYZ and slopes
	Months      int     // how many full months there are; 0 when the history is shorter
	Customers   int     // customers with an order
	Scored      int     // customers with a sale, the basis of the RFM cut points
	R, F, M     Cuts    // days, orders, minor units
	ABC         Floors
}

// Purchases are the numbers that classes are made of.
type Purchases struct {
	Recency   int     // days from the last sale to the analysis day
	Frequency int     // sales, by [Options].Frequency; 0 means there are no RFM scores
	Money     int64   // minor units, net or gross by [Options].Gross
	Value     int64   // minor units: what ABC goes by
	Variation float64 // coefficient of variation of monthly money, NaN if undefined
}

// Classes are what rules read about a customer.
type Classes struct {
	RFM
	Segment  string // empty without scores
	ABC, XYZ byte   // letters; 0 when there is no such class
}

// Score classes one contact by the fitted cut points. It is pure and does not
// allocate. A contact that was part of the fit gets the classes it had, except
// that customers whose value is the very floor of A or B may have been divided
// by key.
func (m *Model) Score(p Purchases) Classes {
	c := m.score(p, nil)
	if c.R > 0 {
		c.Segment = segmentOf(m.Options.Segments, c.RFM)
	}
	return c
}

// score is Score with the names of all scores at hand.
func (m *Model) score(p Purchases, names []string) Classes {
	var c Classes
	if p.Frequency > 0 && m.R.Bins > 0 {
		c.R = m.R.Bins + 1 - m.R.Bin(int64(p.Recency))
		c.F = m.F.Bin(int64(p.Frequency))
		c.M = m.M.Bin(p.Money)
		if names != nil {
			c.Segment = names[m.Options.scorePlace(c.RFM)]
		}
	}
	c.ABC = m.ABC.Class(p.Value)
	if m.XYZKnown() {
		c.XYZ = m.Options.XYZ(p.Variation)
	}
	return c
}

// XYZKnown reports whether XYZ classes exist: not for one-time purchases, and not
// for a history of fewer than two full months, where no variation can be seen.
func (m *Model) XYZKnown() bool { return !m.Options.OneTime && m.Months >= 2 }

// ShortHistory reports whether there are fewer than 24 full months: classes of
// regularity then say more about the calendar than about customers.
func (m *Model) ShortHistory() bool { return m.Months < 24 }

// Decimals is the number of decimals of the model's minor units.
func (m *Model) Decimals() int { return m.Options.decimals() }

// Answer is yes, no, or not known.
type Answer int8

// The answers.
const (
	No      Answer = -1
	Unknown Answer = 0
	Yes     Answer = 1
)

// String is yes, no or empty, for Unknown.
func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return ""
}

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// slipping is whether a customer buys clearly less than before: silent for
// SlipOverdue times the usual gap; or silent for the usual gap, with at most half
// as many purchase days in the last window as in the one before, which had two or
// more. Who bought within the usual gap is not slipping: of a monthly buyer's
// days, two may fall into one window and four into the other by accident. It
// takes three purchase days to have a usual gap; with fewer it is unknown.
func (o *Options) slipping(p *Profile) Answer {
	if p.Days < 3 {
		return Unknown
	}
	halved := p.Previous.Days >= 2 && 2*p.Recent.Days <= p.Previous.Days && p.Overdue >= 1
	return answer(halved || p.Overdue >= o.SlipOverdue)
}

// defined tells a number from NaN and infinity, which are unknown in every
// output.
func defined(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
