package audience

import (
	"fmt"
	"strings"
	"time"
	"unsafe"
)

// dateLayout reads times as a column writes them.
type dateLayout struct {
	layout string // Go's, "" for ISO 8601 and Unix times
	zone   *time.Location
}

// newDateLayout takes a pattern of YYYY, YY, MM, M, DD, D, HH, H, hh, h, mm, ss, A.
func newDateLayout(pattern, zone string) (dateLayout, error) {
	d := dateLayout{zone: time.UTC}
	if zone != "" {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			return d, fmt.Errorf("zone: there is no time zone %q: name it as Europe/Warsaw", zone)
		}
		d.zone = loc
	}
	if pattern == "" {
		return d, nil
	}
	d.layout = strings.NewReplacer(
		"YYYY", "2006", "YY", "06", "MMM", "Jan", "MM", "01", "M", "1", "DD", "02", "D", "2",
		"HH", "15", "H", "15", "hh", "03", "h", "3", "mm", "04", "ss", "05", "A", "PM", "Z", "Z07:00",
	).Replace(pattern)
	if !strings.Contains(pattern, "YY") || !strings.Contains(pattern, "M") || !strings.Contains(pattern, "D") {
		return d, fmt.Errorf("date: %q lacks a year, month or day: write it as DD.MM.YYYY or MM/DD/YYYY HH:mm", pattern)
	}
	return d, nil
}

// append writes a time for a body: RFC 3339, or a number of Unix seconds or
// milliseconds.
func (d *dateLayout) append(dst, text []byte) (_ []byte, ok bool) {
	s := unsafe.String(unsafe.SliceData(text), len(text)) // for the parse only
	if d.layout != "" {
		t, err := time.ParseInLocation(d.layout, s, d.zone)
		if err != nil && strings.EqualFold(d.layout[max(0, len(d.layout)-2):], "pm") {
			t, err = time.ParseInLocation(d.layout, strings.ToUpper(s), d.zone)
		}
		if err != nil {
			return dst, false
		}
		return appendMoment(dst, t), true
	}
	if isUnix(text) {
		return append(dst, text...), true
	}
	for _, layout := range [...]string{"2006-01-02", "2006-01-02 15:04:05", time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC"} {
		if len(text) < len("2006-01-02") || text[4] != '-' {
			return dst, false
		}
		if t, err := time.ParseInLocation(layout, s, d.zone); err == nil {
			return appendMoment(dst, t), true
		}
	}
	return dst, false
}

func appendMoment(dst []byte, t time.Time) []byte {
	dst = append(dst, '"')
	return append(t.UTC().AppendFormat(dst, time.RFC3339Nano), '"')
}

// isUnix takes nine digits or more: fewer are too easily a year, or a date
// without hyphens.
func isUnix(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return len(text) >= 9 && len(text) <= 14
}
