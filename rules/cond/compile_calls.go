package cond

import (
	"math"
	"time"
	"unicode/utf8"
)

// intCall is a function that gives a whole number, time or duration.
func intCall(n *node) intFn {
	switch n.name {
	case "now":
		return func(f *Frame) (int64, Tri) { return f.Now, True }
	case "days_since", "ago":
		return sinceCall(n)
	case "days":
		get := compileFloat(n.args[0])
		return func(f *Frame) (int64, Tri) {
			x, st := get(f)
			d, ok := daysOf(x)
			if st == True && !ok {
				return 0, f.fail(overflow)
			}
			return int64(d), st
		}
	case "age":
		return ageCall(n)
	case "month":
		return monthCall(n)
	case "sent":
		return sentCall(n)
	case "len":
		return lengthCall(n)
	case "int":
		return truncateCall(n)
	case "abs":
		get := compileInt(n.args[0])
		return func(f *Frame) (int64, Tri) {
			x, st := get(f)
			if x < 0 {
				x = -x
			}
			return x, st
		}
	default: // min, max
		return extreme(n, compileInt)
	}
}

func sinceCall(n *node) intFn {
	get := compileInt(n.args[0])
	if n.name == "ago" {
		return func(f *Frame) (int64, Tri) {
			t, st := get(f)
			if st != True {
				return 0, st
			}
			d, ok := subInt(f.Now, t)
			if !ok {
				return 0, f.fail(overflow)
			}
			return d, True
		}
	}
	return func(f *Frame) (int64, Tri) {
		t, st := get(f)
		return daysBetween(t, f.Now), st
	}
}

func ageCall(n *node) intFn {
	get := compileInt(n.args[0])
	if n.args[0].typ.kind == kTime {
		return func(f *Frame) (int64, Tri) {
			t, st := get(f)
			return ageAt(t, f.Now), st
		}
	}
	return func(f *Frame) (int64, Tri) {
		year, st := get(f)
		return int64(time.Unix(0, f.Now).UTC().Year()) - year, st
	}
}

func monthCall(n *node) intFn {
	get := func(f *Frame) (int64, Tri) { return f.Now, True }
	if len(n.args) > 0 {
		get = compileInt(n.args[0])
	}
	return func(f *Frame) (int64, Tri) {
		t, st := get(f)
		return int64(time.Unix(0, t).UTC().Month()), st
	}
}

// sentCall counts earlier sends within so many days of 24 hours.
func sentCall(n *node) intFn {
	days := compileInt(n.args[0])
	tag := func(*Frame) (string, Tri) { return "", True }
	if len(n.args) > 1 {
		tag = compileText(n.args[1])
	}
	return func(f *Frame) (int64, Tri) {
		d, st := days(f)
		t, st2 := tag(f)
		if st != True || st2 != True {
			return 0, And(st, st2)
		}
		if d < 0 || d > 36500 {
			return 0, f.fail("sent looks back 0 to 36500 days")
		}
		if f.State == nil {
			return 0, Unknown
		}
		count, ok := f.State.Sent(f.Now-d*nsPerDay, t)
		if !ok {
			return 0, Unknown
		}
		return count, True
	}
}

func lengthCall(n *node) intFn {
	a := n.args[0]
	if a.typ.kind == kString {
		get := compileText(a)
		return func(f *Frame) (int64, Tri) {
			s, st := get(f)
			return int64(utf8.RuneCountInString(s)), st
		}
	}
	get := compileList(a)
	return func(f *Frame) (int64, Tri) {
		l, st := get(f)
		return int64(l.n), st
	}
}

func truncateCall(n *node) intFn {
	if n.args[0].typ.kind == kInt {
		return compileInt(n.args[0])
	}
	get := compileFloat(n.args[0])
	return func(f *Frame) (int64, Tri) {
		x, st := get(f)
		if st != True {
			return 0, st
		}
		i, ok := truncate(x)
		if !ok {
			return 0, f.fail(overflow)
		}
		return i, True
	}
}

// extreme is min or max.
func extreme[T int64 | float64, F ~func(*Frame) (T, Tri)](n *node, compile func(*node) F) F {
	gets := make([]F, len(n.args))
	for i, a := range n.args {
		gets[i] = compile(a)
	}
	least := n.name == "min"
	return func(f *Frame) (T, Tri) {
		best, st := gets[0](f)
		for _, get := range gets[1:] {
			x, st2 := get(f)
			st = And(st, st2)
			if least == (x < best) {
				best = x
			}
		}
		return best, st
	}
}

// floatCall is a function that gives a number.
func floatCall(n *node) floatFn {
	if n.name == "min" || n.name == "max" {
		return extreme(n, compileFloat)
	}
	get := compileFloat(n.args[0])
	round := map[string]func(float64) float64{"ceil": math.Ceil, "floor": math.Floor, "round": math.Round, "abs": math.Abs}[n.name]
	if round == nil { // float
		return get
	}
	return func(f *Frame) (float64, Tri) {
		x, st := get(f)
		return round(x), st
	}
}
