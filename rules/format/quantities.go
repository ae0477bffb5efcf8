package format

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// maxDuration is far beyond any rule and far below an overflow.
const maxDuration = 36500 * 24 * time.Hour

const (
	durationPattern = `^([0-9]+[smhdw])+$`
	durationHint    = "write a whole number and a unit of s, m, h, d or w, as in 30d or 12h"
	percentPattern  = `^([0-9]{1,3})(\.[0-9]{1,3})?%?$`
	percentHint     = "write 0% to 100% with at most three decimals, as in 5% or 0.5%"
	momentHint      = "write a date as 2026-11-01, or a time as 2026-11-01T09:00, with Z or +01:00 after it if need be"
	capPattern      = `^([0-9]+) +per +(\S+)$`
	capHint         = "write how many per what time, as in 1 per 30d"
)

var (
	durationForm = regexp.MustCompile(durationPattern)
	durationPart = regexp.MustCompile(`[0-9]+[smhdw]`)
	percentForm  = regexp.MustCompile(percentPattern)
	capForm      = regexp.MustCompile(capPattern)
)

// ParseDuration reads a span of time as rule files spell it: 30d, 12h, 1d12h.
func ParseDuration(text string) (time.Duration, error) {
	if !durationForm.MatchString(text) {
		return 0, errors.New("not a span of time")
	}
	const day = 24 * time.Hour
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day, "w": 7 * day}
	var total time.Duration
	for _, part := range durationPart.FindAllString(text, -1) {
		count, err := strconv.ParseInt(part[:len(part)-1], 10, 64)
		unit := units[part[len(part)-1:]]
		if err != nil || count > int64((maxDuration-total)/unit) {
			return 0, errors.New("longer than a hundred years")
		}
		total += time.Duration(count) * unit
	}
	if total == 0 {
		return 0, errors.New("no time at all")
	}
	return total, nil
}

func (s *source) duration(n *yaml.Node, r rules) Duration {
	d := Duration{At: s.placeOf(n)}
	text, ok := s.scalarText(n, r, "a span of time", durationHint)
	if !ok {
		return d
	}
	value, err := ParseDuration(text)
	if err != nil {
		hint := durationHint
		if isPlainNumber(text) {
			hint = fmt.Sprintf("say of what: %sd is days, %sh is hours", text, text)
		}
		s.report(d.At, diag.BadDuration, fmt.Sprintf("%s: %q is %v", r.what, text, err), hint)
	}
	d.Value = value
	return d
}

// parsePercent counts in buckets of a thousandth of a percent, in whole numbers:
// shares must add up exactly.
func parsePercent(text string) (int, bool) {
	m := percentForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	whole, _ := strconv.Atoi(m[1])
	decimals, _ := strconv.Atoi((strings.TrimPrefix(m[2], ".") + "000")[:3])
	buckets := whole*1000 + decimals
	return buckets, buckets <= 100_000
}

func (s *source) percent(n *yaml.Node, r rules) Percent {
	p := Percent{At: s.placeOf(n)}
	text, ok := s.scalarText(n, r, "a share", percentHint)
	if !ok {
		return p
	}
	buckets, ok := parsePercent(text)
	if !ok {
		s.report(p.At, diag.BadPercent, fmt.Sprintf("%s: %q is not a share between 0%% and 100%%", r.what, text), percentHint)
		return p
	}
	if 0 < buckets && buckets < 1000 && !strings.HasSuffix(text, "%") {
		s.report(p.At, diag.BadPercent, fmt.Sprintf("%s: %s can be read in two ways", r.what, text),
			fmt.Sprintf("write %s%% for %[1]s in a hundred, or %s%% for %[1]s of all", text, share(buckets)))
		return p
	}
	p.Buckets = buckets
	return p
}

// share writes buckets, taken for a part of one, as a percentage.
func share(buckets int) string {
	return strconv.FormatFloat(float64(buckets)/10, 'f', -1, 64)
}

// ParseMoment reads a date or a date and time as rule files spell it.
func ParseMoment(text string) (Moment, bool) {
	for _, form := range []struct {
		layout       string
		date, offset bool
	}{
		{"2006-01-02", true, false},
		{"2006-01-02T15:04", false, false},
		{"2006-01-02T15:04:05", false, false},
		{"2006-01-02T15:04Z07:00", false, true},
		{"2006-01-02T15:04:05Z07:00", false, true},
	} {
		// Parse takes fractions of a second after any layout; files do not.
		if wall, err := time.Parse(form.layout, text); err == nil && !strings.ContainsAny(text, ".,") {
			return Moment{Wall: wall.UTC(), Date: form.date, Offset: form.offset}, true
		}
	}
	return Moment{}, false
}

func (s *source) moment(n *yaml.Node, r rules) Moment {
	at := s.placeOf(n)
	text, ok := s.scalarText(n, r, "a date", momentHint)
	if !ok {
		return Moment{At: at}
	}
	m, ok := ParseMoment(text)
	if !ok {
		s.report(at, diag.BadMoment, fmt.Sprintf("%s: %q is not a date or time there is", r.what, text), momentHint)
	}
	m.At = at
	return m
}

func (s *source) cap(n *yaml.Node, r rules) Cap {
	text, ok := s.scalarText(n, r, "a count per time", capHint)
	if !ok {
		return Cap{}
	}
	m := capForm.FindStringSubmatch(text)
	if m == nil {
		s.report(s.placeOf(n), diag.BadCap, fmt.Sprintf("%s: %q is not a count per time", r.what, text), capHint)
		return Cap{}
	}
	count, err := strconv.Atoi(m[1])
	per, perErr := ParseDuration(m[2])
	if err != nil || count < 1 || count > 1_000_000 || perErr != nil {
		s.report(s.placeOf(n), diag.BadCap, fmt.Sprintf("%s: %q is not a count per time", r.what, text), capHint)
		return Cap{}
	}
	return Cap{Count: count, Per: per}
}
