package cond

import (
	"time"

	"github.com/expr-lang/expr"
)

// machineFunctions are what a printed condition calls; they share the
// arithmetic of the closures.
func machineFunctions(p *printer) []expr.Option {
	return []expr.Option{
		fn1("days_", func(x any) (time.Duration, error) {
			d, ok := daysOf(anyNumber(x))
			return d, faultUnless(ok, overflow)
		}, new(func(int) time.Duration), new(func(float64) time.Duration)),
		fn1("domain_", func(x any) (string, error) {
			if d := domainOf(x.(string)); d != "" {
				return d, nil
			}
			return "", errUnknown
		}, new(func(string) string)),
		fn1("month_", func(x any) (int, error) { return int(x.(time.Time).UTC().Month()), nil }, new(func(time.Time) int)),
		expr.Function("int_", func(args ...any) (any, error) {
			if len(args) == 1 {
				return anyInt(args[0])
			}
			r, fault := intOp(args[0].(string))(int64(args[1].(int)), int64(args[2].(int)))
			return int(r), faultOrNil(fault)
		}, new(func(float64) int), new(func(int) int), new(func(string, int, int) int)),
		expr.Function("float_", func(args ...any) (any, error) {
			r, fault := floatOp(args[0].(string))(args[1].(float64), args[2].(float64))
			return r, faultOrNil(fault)
		}, new(func(string, float64, float64) float64)),
		expr.Function("match_", func(args ...any) (any, error) {
			s := args[1].(string)
			if len(s) > maxRegexpText {
				return false, faultError("the text is too long for matches (2 KiB)")
			}
			return p.regexps[args[0].(int)].MatchString(s), nil
		}, new(func(int, string) bool)),
		expr.Function("test_", func(args ...any) (any, error) {
			return p.tests[args[0].(int)](args[1].(string)), nil
		}, new(func(int, string) bool)),
		expr.Function("step_", func(args ...any) (any, error) {
			return true, faultUnless(args[0].(*Frame).tick(), tooManySteps)
		}, new(func(*Frame) bool)),
		clockFn("days_since_", func(now, t int64) (any, error) { return int(daysBetween(t, now)), nil }, new(func(*Frame, time.Time) int)),
		clockFn("age_t_", func(now, t int64) (any, error) { return int(ageAt(t, now)), nil }, new(func(*Frame, time.Time) int)),
		clockFn("ago_", func(now, t int64) (any, error) {
			d, ok := subInt(now, t)
			return time.Duration(d), faultUnless(ok, overflow)
		}, new(func(*Frame, time.Time) time.Duration)),
		expr.Function("age_w_", func(args ...any) (any, error) {
			return time.Unix(0, args[0].(*Frame).Now).UTC().Year() - args[1].(int), nil
		}, new(func(*Frame, int) int)),
		none0("no_whole_number_", new(func() int)),
		none0("no_number_", new(func() float64)),
		none0("no_text_", new(func() string)),
		none0("no_time_", new(func() time.Time)),
		none0("no_bool_", new(func() bool)),
		none0("no_duration_", new(func() time.Duration)),
	}
}

func fn1[T any](name string, f func(any) (T, error), types ...any) expr.Option {
	return expr.Function(name, func(args ...any) (any, error) { return f(args[0]) }, types...)
}

func clockFn(name string, f func(now, t int64) (any, error), signature any) expr.Option {
	return expr.Function(name, func(args ...any) (any, error) {
		return f(args[0].(*Frame).Now, args[1].(time.Time).UnixNano())
	}, signature)
}

func none0(name string, signature any) expr.Option {
	return expr.Function(name, func(...any) (any, error) { return nil, errUnknown }, signature)
}

func anyNumber(x any) float64 {
	if i, ok := x.(int); ok {
		return float64(i)
	}
	return x.(float64)
}

func anyInt(x any) (int, error) {
	if i, ok := x.(int); ok {
		return i, nil
	}
	i, ok := truncate(x.(float64))
	return int(i), faultUnless(ok, overflow)
}

func faultUnless(ok bool, fault string) error {
	if ok {
		return nil
	}
	return faultError(fault)
}

func faultOrNil(fault string) error { return faultUnless(fault == "", fault) }
