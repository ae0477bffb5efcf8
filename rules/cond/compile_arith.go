package cond

import (
	"math"
	"math/bits"
	"time"
)

func constInt(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case instant:
		return int64(v)
	case time.Duration:
		return int64(v)
	case bool:
		if v {
			return 1
		}
	}
	return 0
}

const (
	overflow   = "the result is too large for a number"
	zeroDivide = "division by zero"
)

func addInt(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0)
}

func subInt(a, b int64) (int64, bool) {
	d := a - b
	return d, (d < a) == (b > 0)
}

func mulInt(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	p := a * b
	return p, hi == 0 && (lo <= math.MaxInt64 || p == math.MinInt64 && (a < 0) != (b < 0))
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return uint64(-(a + 1)) + 1
	}
	return uint64(a)
}

// intOps are the operators on whole numbers, times and durations.
func intOp(op string) func(a, b int64) (int64, string) {
	checked := func(g func(a, b int64) (int64, bool)) func(a, b int64) (int64, string) {
		return func(a, b int64) (int64, string) {
			r, ok := g(a, b)
			if !ok {
				return 0, overflow
			}
			return r, ""
		}
	}
	switch op {
	case "+":
		return checked(addInt)
	case "-":
		return checked(subInt)
	case "*":
		return checked(mulInt)
	default: // %
		return func(a, b int64) (int64, string) {
			if b == 0 {
				return 0, zeroDivide
			}
			if b == -1 {
				return 0, ""
			}
			return a % b, ""
		}
	}
}

func floatOp(op string) func(a, b float64) (float64, string) {
	finite := func(r float64) (float64, string) {
		if math.IsInf(r, 0) || math.IsNaN(r) {
			return 0, overflow
		}
		return r, ""
	}
	switch op {
	case "+":
		return func(a, b float64) (float64, string) { return finite(a + b) }
	case "-":
		return func(a, b float64) (float64, string) { return finite(a - b) }
	case "*":
		return func(a, b float64) (float64, string) { return finite(a * b) }
	case "**":
		return func(a, b float64) (float64, string) { return finite(math.Pow(a, b)) }
	default: // /
		return func(a, b float64) (float64, string) {
			if b == 0 {
				return 0, zeroDivide
			}
			return finite(a / b)
		}
	}
}

func intArith(n *node) intFn {
	a, b, op := compileInt(n.args[0]), compileInt(n.args[1]), intOp(n.name)
	return func(f *Frame) (int64, Tri) {
		x, st := a(f)
		if st != True {
			return 0, worse(f, st, b)
		}
		y, st := b(f)
		if st != True {
			return 0, st
		}
		r, fault := op(x, y)
		if fault != "" {
			return 0, f.fail(fault)
		}
		return r, True
	}
}

// worse looks at the other operand of an unknown one: an error outranks it.
func worse(f *Frame, st Tri, other intFn) Tri {
	if _, st2 := other(f); st2 == Error {
		return Error
	}
	return st
}

func floatArith(n *node) floatFn {
	a, b, op := compileFloat(n.args[0]), compileFloat(n.args[1]), floatOp(n.name)
	return func(f *Frame) (float64, Tri) {
		x, st := a(f)
		y, st2 := b(f)
		if st != True || st2 != True {
			return 0, And(st, st2)
		}
		r, fault := op(x, y)
		if fault != "" {
			return 0, f.fail(fault)
		}
		return r, True
	}
}

const nsPerDay = int64(24 * time.Hour)

// daysBetween counts whole days of 24 hours, rounded down.
func daysBetween(from, to int64) int64 {
	d := to - from
	if (d < to) != (from > 0) && from != 0 { // more than 292 years apart
		return to/nsPerDay - from/nsPerDay
	}
	q := d / nsPerDay
	if d%nsPerDay < 0 {
		q--
	}
	return q
}

// daysOf is a span of days as a duration, if one can hold it (292 years).
func daysOf(days float64) (time.Duration, bool) {
	ns := days * float64(nsPerDay)
	if math.IsNaN(ns) || ns > math.MaxInt64-1024 || ns < math.MinInt64+1024 {
		return 0, false
	}
	return time.Duration(ns), true
}

// ageAt is the age in full years of somebody born at a moment (UTC calendar).
func ageAt(born, now int64) int64 {
	b, n := time.Unix(0, born).UTC(), time.Unix(0, now).UTC()
	years := int64(n.Year() - b.Year())
	if n.Month() < b.Month() || n.Month() == b.Month() && n.Day() < b.Day() {
		years--
	}
	return years
}

func truncate(x float64) (int64, bool) {
	if math.IsNaN(x) || x >= math.MaxInt64 || x <= math.MinInt64 {
		return 0, false
	}
	return int64(x), true
}
