package cond

import (
	"math"
	"slices"
)

// interval is a stretch of numbers. Whole numbers, times and durations are held
// as floats here: beyond 2^53 that rounds, which no sensible rule depends on.
type interval struct {
	lo, hi         float64
	openLo, openHi bool
}

// values is what a scalar may be: numbers in intervals, or texts in (or, when
// not is set, outside) a list.
type values struct {
	text  bool
	whole bool
	spans []interval // sorted and apart
	texts []string
	not   bool
}

func allNumbers(whole bool) values {
	return values{whole: whole, spans: []interval{{lo: math.Inf(-1), hi: math.Inf(1), openLo: true, openHi: true}}}
}

func allTexts() values { return values{text: true, not: true} }

func (s interval) empty() bool {
	return s.lo > s.hi || s.lo == s.hi && (s.openLo || s.openHi)
}

// tight moves the open ends of an interval of whole numbers to the next whole
// number.
func (s interval) tight() interval {
	const exact = 1 << 53
	if lo := math.Ceil(s.lo); math.Abs(lo) < exact {
		if s.openLo && lo == s.lo {
			lo++
		}
		s.lo, s.openLo = lo, false
	}
	if hi := math.Floor(s.hi); math.Abs(hi) < exact {
		if s.openHi && hi == s.hi {
			hi--
		}
		s.hi, s.openHi = hi, false
	}
	return s
}

func (v values) empty() bool {
	if v.text {
		return !v.not && len(v.texts) == 0
	}
	return len(v.spans) == 0
}

// meet is what both allow.
func (v values) meet(w values) values {
	if v.text {
		return v.meetTexts(w)
	}
	out := values{whole: v.whole || w.whole}
	for _, a := range v.spans {
		for _, b := range w.spans {
			s := overlap(a, b)
			if out.whole {
				s = s.tight()
			}
			if !s.empty() {
				out.spans = append(out.spans, s)
			}
		}
	}
	return out
}

func overlap(a, b interval) interval {
	s := a
	if b.lo > s.lo || b.lo == s.lo && b.openLo {
		s.lo, s.openLo = b.lo, b.openLo
	}
	if b.hi < s.hi || b.hi == s.hi && b.openHi {
		s.hi, s.openHi = b.hi, b.openHi
	}
	return s
}

func (v values) meetTexts(w values) values {
	switch {
	case v.not && w.not:
		return values{text: true, not: true, texts: append(slices.Clone(v.texts), w.texts...)}
	case v.not:
		v, w = w, v
	}
	out := values{text: true}
	for _, t := range v.texts {
		if slices.Contains(w.texts, t) != w.not {
			out.texts = append(out.texts, t)
		}
	}
	return out
}

// rest is all that v is not.
func (v values) rest() values {
	if v.text {
		return values{text: true, not: !v.not, texts: v.texts}
	}
	out := allNumbers(v.whole)
	for _, s := range v.spans {
		below := values{spans: []interval{{lo: math.Inf(-1), openLo: true, hi: s.lo, openHi: !s.openLo}}}
		above := values{spans: []interval{{lo: s.hi, openLo: !s.openHi, hi: math.Inf(1), openHi: true}}}
		around := values{whole: v.whole}
		for _, side := range []values{below, above} {
			if !side.spans[0].empty() {
				around.spans = append(around.spans, side.spans[0])
			}
		}
		out = out.meet(around)
	}
	return out
}

// within reports whether w allows all that v does.
func (v values) within(w values) bool { return v.meet(w.rest()).empty() }

// points are numbers one by one.
func points(xs []float64, whole bool) values {
	out := values{whole: whole}
	slices.Sort(xs)
	for _, x := range slices.Compact(xs) {
		out.spans = append(out.spans, interval{lo: x, hi: x})
	}
	return out
}

// compared are the numbers for which a comparison with c holds.
func compared(op string, c float64, whole bool) values {
	s := interval{lo: math.Inf(-1), hi: math.Inf(1), openLo: true, openHi: true}
	switch op {
	case "==", "!=":
		s = interval{lo: c, hi: c}
	case "<", "<=":
		s.hi, s.openHi = c, op == "<"
	default:
		s.lo, s.openLo = c, op == ">"
	}
	if whole && op != "!=" {
		s = s.tight()
	}
	out := values{whole: whole}
	if !s.empty() {
		out.spans = []interval{s}
	}
	if op == "!=" {
		return out.rest()
	}
	return out
}
