package segment

import (
	"cmp"
	"math"
	"slices"
)

// Group is some of the customers, and what they brought.
type Group struct {
	Customers int
	Money     int64 // minor units, net or gross by the options
	Earned    int64 // margin, minor units
}

func (g *Group) add(c *Customer, o *Options) {
	g.Customers++
	g.Money += c.Money(o)
	g.Earned += c.Earned
}

// Named is a group with its name.
type Named struct {
	Name string
	Group
}

// Pareto is how value is spread: the least share of the customers, largest
// first, that together bring a share of the value. Shares are 0 to 1, NaN when
// nobody brings anything.
type Pareto struct {
	For80, For95 float64 // share of customers that brings 80 % and 95 %
	Top20, Top4  float64 // share of value that the first 20 % and 4 % bring
}

// Summary is what a report tells about an analysis.
type Summary struct {
	All      Group
	Grid     [][]int       // customers by R-1 and F-1
	Segments []Named       // largest first; customers without a sale are in none
	Nine     [3][3]Group   // ABC by XYZ
	ABC      [3]Group      // also of customers without XYZ
	Unvalued int           // customers without value in the months of ABC-XYZ
	Points   []ParetoPoint // the Pareto curve at 0, 5, …, 100 % of customers
	Pareto   Pareto

	Orders, Returns  int
	Once, Never      int     // customers with one order, and with none
	Slipping         int     // customers who buy clearly less than before
	SlippingA        int     // of class A
	Inactive         int     // without a sale for InactiveDays
	Loss             int     // with net money, or margin where it is known, of 0 or less
	ManyReturns      int     // who return at least half of at least four orders
	MedianMoney      int64   // of customers with a sale, minor units
	MedianOrder      int64   // of customers' average orders, minor units
	MedianOrders     float64 // orders per customer with a sale
	MedianGap        float64 // days between purchases, of customers with at least two; NaN without
	RecentMoney      int64   // in the last window and the one before, minor units
	PreviousMoney    int64
	ReturnedShareAll float64 // returned money over sales; NaN without sales
}

// ParetoPoint is a point of the curve, both shares 0 to 1.
type ParetoPoint struct{ Customers, Value float64 }

// Summarise counts an analysis together.
func (a *Analysis) Summarise() Summary {
	o := &a.Model.Options
	s := Summary{}
	for range a.Model.Options.Bins {
		s.Grid = append(s.Grid, make([]int, a.Model.Options.Bins))
	}
	names := o.segmentNames()
	scores := make([]Group, len(names)) // looking up a name for each customer would be a third of the counting
	gross, returned := 0.0, 0.0
	for i := range a.Customers {
		c := &a.Customers[i]
		s.All.add(c, o)
		if c.R > 0 {
			s.Grid[c.R-1][c.F-1]++
		}
		scores[o.scorePlace(c.RFM)].add(c, o)
		s.class(c, o)
		s.count(c, o)
		gross += float64(c.Gross)
		returned += float64(c.Returned)
	}
	s.ReturnedShareAll = ratio(returned, gross)
	s.Segments = bySegment(names, scores)
	var sort sorter
	s.medians(a, &sort)
	s.pareto(a, &sort)
	return s
}

// bySegment adds up the scores of one name; the largest segment comes first.
func bySegment(names []string, scores []Group) []Named {
	var out []Named
	for i, name := range names {
		if name == "" || scores[i].Customers == 0 {
			continue
		}
		at := slices.IndexFunc(out, func(n Named) bool { return n.Name == name })
		if at < 0 {
			at = len(out)
			out = append(out, Named{Name: name})
		}
		out[at].Customers += scores[i].Customers
		out[at].Money += scores[i].Money
		out[at].Earned += scores[i].Earned
	}
	slices.SortFunc(out, func(a, b Named) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func (s *Summary) class(c *Customer, o *Options) {
	if c.ABC == 0 {
		s.Unvalued++
		return
	}
	s.ABC[c.ABC-'A'].add(c, o)
	if c.XYZ != 0 {
		s.Nine[c.ABC-'A'][c.XYZ-'X'].add(c, o)
	}
}

func (s *Summary) count(c *Customer, o *Options) {
	s.Orders += c.Orders
	s.Returns += c.Returns
	s.RecentMoney += c.Recent.Money
	s.PreviousMoney += c.Previous.Money
	kept := c.Net()
	if o.Margin {
		kept = c.Earned
	}
	slipping := c.Slipping == Yes
	tally := func(n *int, is bool) { *n += int(bit(is)) } // no branch: it would be unpredictable
	tally(&s.Once, c.Orders == 1)
	tally(&s.Never, c.Orders == 0)
	tally(&s.Slipping, slipping)
	tally(&s.SlippingA, slipping && c.ABC == 'A')
	tally(&s.Inactive, c.Inactive == Yes)
	tally(&s.Loss, kept <= 0)
	tally(&s.ManyReturns, c.Orders >= 4 && 2*c.Returns >= c.Orders)
}

func (s *Summary) medians(a *Analysis, sort *sorter) {
	o := &a.Model.Options
	n := len(a.Customers)
	spent, order, orders, gaps := make([]int64, 0, n), make([]int64, 0, n), make([]int64, 0, n), make([]float64, 0, n)
	for i := range a.Customers {
		c := &a.Customers[i]
		if c.Orders == 0 {
			continue
		}
		spent = append(spent, c.Money(o))
		order = append(order, c.AverageOrder(o))
		orders = append(orders, int64(c.Orders))
		if defined(c.GapMean) {
			gaps = append(gaps, c.GapMean)
		}
	}
	median := func(values []int64) float64 {
		sort.whole(values)
		return middle(values)
	}
	rounded := func(v float64) int64 {
		if !defined(v) {
			return 0
		}
		return int64(math.Round(v))
	}
	s.MedianMoney, s.MedianOrder, s.MedianOrders = rounded(median(spent)), rounded(median(order)), median(orders)
	sort.floats(gaps)
	s.MedianGap = middle(gaps)
}

// middle is the median of sorted values; NaN without any.
func middle[T int64 | float64](v []T) float64 {
	n := len(v)
	if n == 0 {
		return math.NaN()
	}
	return (float64(v[(n-1)/2]) + float64(v[n/2])) / 2
}

func (s *Summary) pareto(a *Analysis, sort *sorter) {
	values := make([]int64, 0, len(a.Customers))
	total := 0.0
	for i := range a.Customers {
		if c := &a.Customers[i]; c.Valued {
			values = append(values, max(c.Value, 0))
			total += float64(max(c.Value, 0))
		}
	}
	nan := math.NaN()
	s.Pareto = Pareto{nan, nan, nan, nan}
	if total <= 0 {
		return
	}
	sort.whole(values)
	slices.Reverse(values)
	upTo := make([]float64, len(values)+1) // value of the first so many
	for i, v := range values {
		upTo[i+1] = upTo[i] + float64(v)
	}
	n := float64(len(values))
	customers := func(share float64) float64 {
		i, _ := slices.BinarySearch(upTo, share*total)
		return float64(i) / n
	}
	value := func(share float64) float64 { return upTo[int(math.Round(share*n))] / total }
	s.Pareto = Pareto{customers(0.8), customers(0.95), value(0.2), value(0.04)}
	for p := 0; p <= 100; p += 5 {
		s.Points = append(s.Points, ParetoPoint{float64(p) / 100, value(float64(p) / 100)})
	}
}
