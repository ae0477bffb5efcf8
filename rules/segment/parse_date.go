package segment

import (
	"strconv"
	"strings"
	"time"
)

func (p *parser) day(s string) (Day, error) {
	d, err := p.parseDate(strings.TrimSpace(s))
	if err != nil {
		return 0, err
	}
	return d, d.check()
}

// parseDate reads a date as it is, and an instant as the date in the zone.
func (p *parser) parseDate(s string) (Day, error) {
	switch p.o.DateLayout {
	case "":
		d, ok := isoDay(s)
		switch {
		case !ok:
			return p.localDay(s)
		case len(s) == 10:
			return d, nil
		}
		return p.instant(d, s)
	case "unix", "unixms":
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n > 1e15 || n < -1e15 {
			return 0, errLayout
		}
		if p.o.DateLayout == "unixms" {
			return DayOf(time.UnixMilli(n), p.o.Zone), nil
		}
		return DayOf(time.Unix(n, 0), p.o.Zone), nil
	}
	t, err := time.ParseInLocation(p.o.DateLayout, s, p.o.SourceZone)
	switch {
	case err != nil:
		return 0, errLayout
	case !strings.ContainsAny(p.o.DateLayout, "345:"): // no time of day, so a date
		return date(t.Date()), nil
	}
	return DayOf(t, p.o.Zone), nil
}

// localDay reads 31.12.2026, which is day, month and year wherever it is written
// so, and 31/12/2026 where the file tells which of the two is the month; both
// perhaps with a time of day.
func (p *parser) localDay(s string) (Day, error) {
	layout := p.strokes
	dotted := strings.Count(s, ".") == 2
	if dotted {
		layout = "2.1.2006"
	}
	if layout == "" {
		return 0, errNoDate
	}
	if t, err := time.Parse(layout, s); err == nil {
		p.dotted = p.dotted || dotted
		return date(t.Date()), nil
	}
	for _, clock := range []string{" 15:04:05", " 15:04"} {
		if t, err := time.ParseInLocation(layout+clock, s, p.o.SourceZone); err == nil {
			p.dotted = p.dotted || dotted
			return DayOf(t, p.o.Zone), nil
		}
	}
	return 0, errNoDate
}

// instant is a date followed by a time, with or without an offset.
func (p *parser) instant(d Day, s string) (Day, error) {
	clock := strings.TrimLeft(s[10:], "T ")
	zoned := strings.ContainsAny(clock, "Zz+-")
	if !zoned && p.o.SourceZone == p.o.Zone && len(clock) >= 5 && clock[2] == ':' {
		return d, checkClock(clock)
	}
	s = s[:10] + "T" + strings.ReplaceAll(clock, " ", "")
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, p.o.SourceZone); err == nil {
			return DayOf(t, p.o.Zone), nil
		}
	}
	return 0, errNoDate
}

// checkClock checks a time of day that moves no date.
func checkClock(s string) error {
	for _, layout := range []string{"15:04:05", "15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return nil
		}
	}
	return errNoDate
}
