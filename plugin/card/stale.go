package card

import (
	"time"

	"github.com/winnow-gate/winnow/rules/format"
)

// Due is the end of the time for a review; zero when none is set. A date counts
// to its end, in UTC.
func Due(p *format.Persona) time.Time {
	switch m := p.ReviewBy; {
	case m == nil:
		return time.Time{}
	case m.Date:
		return m.Wall.AddDate(0, 0, 1)
	default:
		return m.Wall
	}
}

// Overdue is for how long a review has been due; 0 when it is not.
func Overdue(p *format.Persona, now time.Time) time.Duration {
	due := Due(p)
	if due.IsZero() || !now.After(due) {
		return 0
	}
	return now.Sub(due)
}
