package segment

const maxBins = 10

// Cuts are the fitted cut points of one score. They are exact: a type-7 quantile
// of whole numbers is a fraction with the denominator Bins, so the edges are
// stored Bins times enlarged.
type Cuts struct {
	// Bins is the highest score; 0 means nothing was fitted.
	Bins int
	// Scale is what values are multiplied by before they are compared, 1 for
	// cut points that were given.
	Scale int64
	// Edges ascend; the first Bins-1 are used.
	Edges [maxBins - 1]int64
	// LeftClosed puts a value on an edge into the upper bin.
	LeftClosed bool
}

// fitCuts takes the quantiles of values, which it sorts. unit is a whole unit
// for PackageEdges.
func (sort *sorter) fitCuts(values []int64, bins int, edges Edges, unit int64) Cuts {
	if len(values) == 0 {
		return Cuts{}
	}
	sort.whole(values)
	c := Cuts{Bins: bins, Scale: int64(bins), LeftClosed: edges != RightClosed}
	for i := 1; i < bins; i++ {
		// Type 7: the quantile p lies at (n-1)p, between two neighbours.
		at := (len(values) - 1) * i
		j, part := at/bins, int64(at%bins)
		e := values[j] * c.Scale
		if part > 0 {
			e += part * (values[j+1] - values[j])
		}
		if edges == PackageEdges {
			e += unit * c.Scale
		}
		c.Edges[i-1] = e
	}
	return c
}

func givenCuts(cuts []int64, edges Edges) Cuts {
	c := Cuts{Bins: len(cuts) + 1, Scale: 1, LeftClosed: edges != RightClosed}
	copy(c.Edges[:], cuts)
	return c
}

// Bin is the bin of a value from 1, the lowest, to Bins; 0 when nothing was
// fitted. It does not allocate.
func (c *Cuts) Bin(v int64) int {
	if c.Bins == 0 {
		return 0
	}
	v *= c.Scale
	bin := 1
	for _, e := range c.Edges[:c.Bins-1] {
		over := v > e
		if c.LeftClosed {
			over = v >= e
		}
		bin += int(bit(over)) // no branch: it would be unpredictable
	}
	return bin
}

// Values are the edges as numbers in the unit of the values.
func (c *Cuts) Values() []float64 {
	out := make([]float64, 0, maxBins)
	for _, e := range c.Edges[:max(c.Bins-1, 0)] {
		out = append(out, float64(e)/float64(c.Scale))
	}
	return out
}

// RFM are the three scores, 1 to Bins, higher better; zero when the customer
// has no sale.
type RFM struct{ R, F, M int }

// Number is the usual three digits, as in 555; meaningful up to nine bins.
func (s RFM) Number() int { return 100*s.R + 10*s.F + s.M }

// SegmentRule names a box of scores, bounds included: {lowest, highest}.
type SegmentRule struct {
	Name    string
	R, F, M [2]int
}

func (r *SegmentRule) holds(s RFM) bool {
	return r.R[0] <= s.R && s.R <= r.R[1] && r.F[0] <= s.F && s.F <= r.F[1] && r.M[0] <= s.M && s.M <= r.M[1]
}

// Others is the segment of scores that no rule names.
const Others = "Others"

// PackageSegments are the ten segments of the README of R's package rfm 0.3.0,
// in its order, for five bins. They overlap: the first that holds is meant.
func PackageSegments() []SegmentRule {
	return []SegmentRule{
		{"Champions", [2]int{5, 5}, [2]int{5, 5}, [2]int{5, 5}},
		{"Potential Loyalist", [2]int{3, 5}, [2]int{3, 5}, [2]int{2, 5}},
		{"Loyal Customers", [2]int{2, 4}, [2]int{2, 4}, [2]int{2, 4}},
		{"Promising", [2]int{3, 4}, [2]int{1, 3}, [2]int{3, 5}},
		{"New Customers", [2]int{4, 5}, [2]int{1, 3}, [2]int{1, 5}},
		{"Can't Lose Them", [2]int{1, 2}, [2]int{3, 4}, [2]int{4, 5}},
		{"At Risk", [2]int{1, 2}, [2]int{2, 5}, [2]int{4, 5}},
		{"Need Attention", [2]int{1, 3}, [2]int{3, 5}, [2]int{3, 5}},
		{"About To Sleep", [2]int{2, 3}, [2]int{1, 3}, [2]int{1, 4}},
		{"Lost", [2]int{1, 1}, [2]int{1, 5}, [2]int{1, 5}},
	}
}

// segmentOf names the scores: empty without rules or without scores.
func segmentOf(rules []SegmentRule, s RFM) string {
	if len(rules) == 0 || s.R == 0 {
		return ""
	}
	for i := range rules {
		if rules[i].holds(s) {
			return rules[i].Name
		}
	}
	return Others
}

// scorePlace is the place of scores among all.
func (o *Options) scorePlace(s RFM) int { return (s.R*(o.Bins+1)+s.F)*(o.Bins+1) + s.M }

// segmentNames are the names of all scores, by their place.
func (o *Options) segmentNames() []string {
	names := make([]string, (o.Bins+1)*(o.Bins+1)*(o.Bins+1))
	for i := range names {
		s := RFM{i / (o.Bins + 1) / (o.Bins + 1), i / (o.Bins + 1) % (o.Bins + 1), i % (o.Bins + 1)}
		names[i] = segmentOf(o.Segments, s)
	}
	return names
}

// FrequencyWord is the frequency score in a word: casual in the lower half of
// the bins (1 to 3 of 5), regular above; empty without a score.
func FrequencyWord(score, bins int) string {
	switch {
	case score == 0:
		return ""
	case 2*(score-1) < bins:
		return "casual"
	}
	return "regular"
}

// MonetaryWord is the monetary score in a word: low, medium or high by thirds
// of the bins (1 and 2, 3 and 4, 5 of 5); empty without a score.
func MonetaryWord(score, bins int) string {
	switch third := 3 * (score - 1) / max(bins, 1); {
	case score == 0:
		return ""
	case third == 0:
		return "low"
	case third == 1:
		return "medium"
	}
	return "high"
}
