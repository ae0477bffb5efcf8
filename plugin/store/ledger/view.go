package ledger

import (
	"math"
	"slices"
	"time"
)

// Field is a field of the canonical contact that events can fill.
type Field uint8

// fieldPaths lists the fields by number.
func fieldPaths() []string {
	return []string{
		"orders.count", "orders.total", "orders.value_12m", "orders.aov",
		"orders.gross.amount", "orders.gross.currency", "orders.net.amount", "orders.net.currency",
		"orders.returns_count", "orders.cancelled_count", "orders.first_at", "orders.last_at", "orders.gap_days_now",
		"engagement.sent_90d", "engagement.opens_90d", "engagement.clicks_90d",
		"engagement.last_sent_at", "engagement.last_open_at", "engagement.last_click_at",
		"engagement.hard_bounces", "engagement.complaints", "engagement.sends_since_engagement",
	}
}

// FieldOf finds a field by its path.
func FieldOf(path string) (Field, bool) {
	i := slices.Index(fieldPaths(), path)
	return Field(max(i, 0)), i >= 0
}

// coverage says since when each kind of event comes in, as Unix milliseconds:
// never, or 0 for all there ever were.
type coverage [kinds]int64

const never = math.MaxInt64

func noCoverage() (c coverage) {
	for k := range c {
		c[k] = never
	}
	return c
}

// View is what is known of a contact at a moment.
type View struct {
	tally   Tally
	found   bool // something is known
	now     int64
	created int64 // when the contact came to be, 0 when that is not known
	since   coverage
}

// Value is the value of a field at that moment: a whole number, a number, a time
// or a text. ok is false when it is not known.
//
// A count within a window is known when its events have come in for the whole
// window. A count of everything is known when the source tells of everything
// (Event.Complete), or the contact is younger than the source. Neither is known
// when events of that time may have been forgotten (Options.Retention). The latest
// of something is known when there was one.
func (v *View) Value(f Field) (value any, ok bool) {
	t := &v.tally
	switch path := fieldPaths()[f]; path {
	case "orders.count":
		return t.Orders, v.ever(Order)
	case "orders.total", "orders.gross.amount":
		return money(t.Gross), v.ever(Order) && t.Mixed == 0
	case "orders.net.amount":
		return money(t.Gross - t.Back), v.ever(Order) && v.ever(Return) && t.Mixed == 0
	case "orders.gross.currency", "orders.net.currency":
		return t.Currency, t.Currency != "" && v.ever(Order)
	case "orders.aov":
		return money(t.Gross) / float64(max(t.Orders, 1)), v.ever(Order) && t.Orders > 0 && t.Mixed == 0
	case "orders.value_12m":
		return money(v.spent()), v.within(Order, year) && t.Mixed == 0
	case "orders.returns_count":
		return t.Returns, v.ever(Return)
	case "orders.cancelled_count":
		return t.Cancelled, v.ever(Cancel)
	case "orders.first_at":
		return moment(t.FirstOrder), t.FirstOrder != 0 && v.ever(Order)
	case "orders.last_at":
		return moment(t.LastOrder), t.LastOrder != 0
	case "orders.gap_days_now":
		return math.Floor(float64(max(v.now-t.LastOrder, 0)) / float64(24*time.Hour/time.Millisecond)), t.LastOrder != 0
	default:
		return v.engagement(path)
	}
}

func (v *View) engagement(path string) (value any, ok bool) {
	t := &v.tally
	switch path {
	case "engagement.sent_90d":
		return v.count(t.SentAt, v.now-window), v.within(Sent, window)
	case "engagement.opens_90d":
		return v.count(t.OpenAt, v.now-window), v.within(Opened, window)
	case "engagement.clicks_90d":
		return v.count(t.ClickAt, v.now-window), v.within(Clicked, window)
	case "engagement.last_sent_at":
		return moment(t.LastSent), t.LastSent != 0
	case "engagement.last_open_at":
		return moment(t.LastOpen), t.LastOpen != 0
	case "engagement.last_click_at":
		return moment(t.LastClick), t.LastClick != 0
	case "engagement.hard_bounces":
		return t.Hard, v.ever(HardBounce)
	case "engagement.complaints":
		return t.Complaints, v.ever(Complaint)
	default: // sends_since_engagement
		at := max(t.LastOpen, t.LastClick)
		return v.count(t.SentAt, at), at != 0 && at >= v.now-window && v.after(Sent, at)
	}
}

// within reports whether events of a kind came in for all of a window, and are
// still counted.
func (v *View) within(k Kind, window int64) bool { return v.after(k, v.now-window) || v.ever(k) }

// after reports whether events of a kind came in since a moment, and are still
// counted.
func (v *View) after(k Kind, at int64) bool { return v.since[k] <= at && v.tally.Forgot <= at }

// ever reports whether all events of a kind about the contact came in, and are
// still counted.
func (v *View) ever(k Kind) bool { return v.after(k, 0) || v.created != 0 && v.after(k, v.created) }

// count is how many of the moments are after one, and not in the future.
func (v *View) count(list []int64, after int64) int64 {
	from, _ := slices.BinarySearch(list, after+1)
	to, _ := slices.BinarySearch(list, v.now+1)
	return int64(max(to-from, 0))
}

func (v *View) spent() (sum int64) {
	for i, at := range v.tally.SpentAt {
		if at > v.now-year && at <= v.now {
			sum += v.tally.Spent[i]
		}
	}
	return sum
}

func money(n int64) float64 { return float64(n) / unit }

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
