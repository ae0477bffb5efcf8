package intake

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// Text is a text, or a number as written: platforms send ids as both.
type Text string

// UnmarshalJSON implements json.Unmarshaler. Other values are "".
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = Text(payload.Text(b))
	return nil
}

// Number is a number, or a text that is one.
type Number float64

// UnmarshalJSON implements json.Unmarshaler. Other values are 0.
func (n *Number) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(strings.TrimSpace(payload.Text(b)), 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		f = 0
	}
	*n = Number(f)
	return nil
}

// Moment is a time: RFC 3339 and its common kin, or Unix seconds or milliseconds
// as a number or text.
type Moment struct{ time.Time }

// UnmarshalJSON implements json.Unmarshaler. Other values are the zero time,
// which is when the event came.
func (m *Moment) UnmarshalJSON(b []byte) error {
	m.Time = ParseMoment(payload.Text(b))
	return nil
}

// ParseMoment reads the text of a Moment.
func ParseMoment(text string) time.Time {
	text = strings.TrimSpace(text)
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if f <= 0 || f >= 1e14 || math.IsNaN(f) {
			return time.Time{}
		}
		if f < 1e11 {
			f *= 1000
		}
		return time.UnixMilli(int64(math.Round(f))).UTC()
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if at, err := time.Parse(layout, text); err == nil && at.Year() > 1970 {
			return at.UTC()
		}
	}
	return time.Time{}
}

var (
	_ json.Unmarshaler = (*Text)(nil)
	_ json.Unmarshaler = (*Number)(nil)
	_ json.Unmarshaler = (*Moment)(nil)
)
