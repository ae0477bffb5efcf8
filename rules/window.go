package rules

import (
	"slices"
	"time"
	_ "time/tzdata" // the same zones on machines that have none

	"github.com/winnow-gate/winnow/rules/format"
)

// window is when a slot rule applies: a span of time, days of the week, or both.
type window struct {
	from, to time.Time // zero is open; to is exclusive
	days     [7]bool
	anyDay   bool
	zone     *time.Location
}

func (w *window) contains(now time.Time) bool {
	if !w.from.IsZero() && now.Before(w.from) || !w.to.IsZero() && !now.Before(w.to) {
		return false
	}
	return w.anyDay || w.days[now.In(w.zone).Weekday()]
}

// newWindow reads a window in its time zone. A date as the end includes that
// day, however long it is there.
func newWindow(a *format.Active, zone *time.Location) *window {
	w := &window{zone: zone, anyDay: len(a.Days) == 0}
	if a.From != nil {
		w.from = momentIn(a.From, zone, 0)
	}
	if a.To != nil {
		days := 0
		if a.To.Date {
			days = 1
		}
		w.to = momentIn(a.To, zone, days)
	}
	for _, d := range a.Days {
		w.days[weekdayOf(d.Value)] = true
	}
	return w
}

// weekdayOf is the day that a rule file's short name stands for. Of any other the
// bundle was refused by the reader.
func weekdayOf(name string) time.Weekday {
	i := slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, name)
	return time.Weekday(max(i, 0))
}

// momentIn is a moment on the wall clock of a zone, plus whole calendar days.
func momentIn(m *format.Moment, zone *time.Location, days int) time.Time {
	if m.Offset {
		return m.Wall.AddDate(0, 0, days)
	}
	t := m.Wall
	return time.Date(t.Year(), t.Month(), t.Day()+days, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
