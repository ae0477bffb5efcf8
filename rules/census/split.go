package census

import (
	"math"
	"strconv"
)

// SplitReach is how a split turned out beside what it promises.
type SplitReach struct {
	Slot   string       `json:"slot"`
	Rule   string       `json:"rule"`
	By     string       `json:"by"`
	N      int64        `json:"n"`
	Shares []SplitShare `json:"shares"`
	// ChiSquare measures how far it is off, and P is how likely that or more is
	// by chance alone.
	ChiSquare float64 `json:"chi_square"`
	P         float64 `json:"p"`
	// Remark says what that means.
	Remark string `json:"remark"`
}

// SplitShare is one variant of a split.
type SplitShare struct {
	Variant  string  `json:"variant"`
	N        int64   `json:"n"`
	Share    float64 `json:"share"` // promised
	Expected float64 `json:"expected"`
}

func (r *Reach) splitReport() []SplitReach {
	out := []SplitReach{}
	for _, p := range r.bundle.Splits() {
		seen := r.splits[splitKey{p.Slot, p.Rule}]
		x := SplitReach{Slot: p.Slot, Rule: p.Rule, By: p.By}
		for _, s := range p.Shares {
			x.N += seen[s.Variant]
		}
		for _, s := range p.Shares {
			x.Shares = append(x.Shares, SplitShare{s.Variant, seen[s.Variant], s.Share, s.Share * float64(x.N)})
		}
		x.judge()
		out = append(out, x)
	}
	return out
}

// fewExpected is below how many expected contacts the test says nothing.
const fewExpected = 5

// offBalance is the probability below which a split is called off balance:
// what others take for a sample-ratio mismatch.
const offBalance = 0.001

func (s *SplitReach) judge() {
	freedom := -1
	small := false
	for _, v := range s.Shares {
		if v.Expected <= 0 {
			continue
		}
		freedom++
		small = small || v.Expected < fewExpected
		d := float64(v.N) - v.Expected
		s.ChiSquare += d * d / v.Expected
	}
	s.P = 1
	if freedom > 0 {
		s.P = upperGamma(float64(freedom)/2, s.ChiSquare/2)
	}
	switch {
	case s.N == 0:
		s.Remark = "nobody reached it"
	case freedom < 1:
		s.Remark = "one variant for everybody"
	case small:
		s.Remark = "too few to judge"
	case s.P < offBalance:
		s.Remark = "off balance: chance alone does this less than once in a thousand times; are the values of " + s.By + " as unique as they should be?"
	default:
		s.Remark = "in balance"
	}
}

// upperGamma is the regularized upper incomplete gamma function Q(a, x): the
// probability that chi-square with 2a degrees of freedom exceeds 2x. A series
// where it converges fast, else a continued fraction (Numerical Recipes, 6.2).
func upperGamma(a, x float64) float64 {
	if x <= 0 {
		return 1
	}
	lg, _ := math.Lgamma(a)
	scale := math.Exp(a*math.Log(x) - x - lg)
	const enough, least = 1e-15, 1e-300
	if x < a+1 {
		term := 1 / a
		sum := term
		for n := a + 1; math.Abs(term) > math.Abs(sum)*enough; n++ {
			term *= x / n
			sum += term
		}
		return 1 - sum*scale
	}
	b := x + 1 - a
	c, d := 1/least, 1/b
	h := d
	for i := 1.0; i < 1000; i++ {
		an := -i * (i - a)
		b += 2
		if d = an*d + b; math.Abs(d) < least {
			d = least
		}
		if c = b + an/c; math.Abs(c) < least {
			c = least
		}
		d = 1 / d
		step := d * c
		if h *= step; math.Abs(step-1) < enough {
			break
		}
	}
	return scale * h
}

func trimmed(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
