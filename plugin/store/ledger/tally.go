package ledger

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"
)

// The windows that rules ask about, and how many moments are kept of each kind: a
// contact with more in 90 days is a machine.
const (
	window     = int64(90 * 24 * time.Hour / time.Millisecond)
	year       = int64(365 * 24 * time.Hour / time.Millisecond)
	maxMoments = 1000
)

// Tally is what is known of one contact. Times are Unix milliseconds, money is in
// ten-thousandths. Adding events in another order gives the same tally.
type Tally struct {
	Orders, Returns, Cancelled       int64
	Gross, Back                      int64
	Currency                         string
	Mixed                            int64 // 1: there are orders in several currencies
	FirstOrder, LastOrder            int64
	Hard, Soft, Complaints           int64
	LastSent, LastOpen, LastClick    int64
	SentAt, OpenAt, ClickAt, SpentAt []int64 // in order
	Spent                            []int64 // beside SpentAt
	// Forgot is before when events of the contact may have been forgotten, because
	// contacts had been when this began; 0: none were.
	Forgot int64
}

// add counts an event in. again says that the order was sent back before.
func (t *Tally) add(kind Kind, at, amount int64, currency string, again bool, now int64) {
	switch kind {
	case Order:
		t.Orders++
		t.Gross += amount
		t.in(currency)
		if t.FirstOrder == 0 || at < t.FirstOrder {
			t.FirstOrder = at
		}
		t.LastOrder = max(t.LastOrder, at)
		t.spend(at, amount, now)
	case Return:
		if !again {
			t.Returns++
		}
		t.Back += amount
		t.in(currency)
	case Cancel:
		t.Cancelled++
	case Sent:
		t.SentAt, t.LastSent = keep(t.SentAt, at, now-window), max(t.LastSent, at)
	case Opened:
		t.OpenAt, t.LastOpen = keep(t.OpenAt, at, now-window), max(t.LastOpen, at)
	case Clicked:
		t.ClickAt, t.LastClick = keep(t.ClickAt, at, now-window), max(t.LastClick, at)
	case HardBounce:
		t.Hard++
	case SoftBounce:
		t.Soft++
	case Complaint:
		t.Complaints++
	}
}

// in notes the currency of money; "" is whatever the others are.
func (t *Tally) in(currency string) {
	switch {
	case currency == "" || t.Mixed == 1:
	case t.Currency == "":
		t.Currency = currency
	case t.Currency != currency:
		t.Currency, t.Mixed = "", 1
	}
}

// keep adds a moment to those in order, and drops what is past the window.
func keep(list []int64, at, from int64) []int64 {
	i, _ := slices.BinarySearch(list, at)
	list = slices.Insert(list, i, at)
	gone, _ := slices.BinarySearch(list, from)
	return list[max(gone, len(list)-maxMoments):]
}

func (t *Tally) spend(at, amount, now int64) {
	i, _ := slices.BinarySearch(t.SpentAt, at)
	t.SpentAt, t.Spent = slices.Insert(t.SpentAt, i, at), slices.Insert(t.Spent, i, amount)
	gone, _ := slices.BinarySearch(t.SpentAt, now-year)
	gone = max(gone, len(t.SpentAt)-maxMoments)
	t.SpentAt, t.Spent = t.SpentAt[gone:], t.Spent[gone:]
}

// merge adds what is known under another key of the same contact.
func (t *Tally) merge(o *Tally) {
	t.Orders, t.Returns, t.Cancelled = t.Orders+o.Orders, t.Returns+o.Returns, t.Cancelled+o.Cancelled
	t.Gross, t.Back = t.Gross+o.Gross, t.Back+o.Back
	t.Hard, t.Soft, t.Complaints = t.Hard+o.Hard, t.Soft+o.Soft, t.Complaints+o.Complaints
	t.in(o.Currency)
	if o.Mixed == 1 {
		t.Currency, t.Mixed = "", 1
	}
	if t.FirstOrder == 0 || o.FirstOrder != 0 && o.FirstOrder < t.FirstOrder {
		t.FirstOrder = o.FirstOrder
	}
	t.LastOrder, t.LastSent = max(t.LastOrder, o.LastOrder), max(t.LastSent, o.LastSent)
	t.LastOpen, t.LastClick = max(t.LastOpen, o.LastOpen), max(t.LastClick, o.LastClick)
	t.Forgot = max(t.Forgot, o.Forgot)
	for _, both := range []struct{ to, from *[]int64 }{{&t.SentAt, &o.SentAt}, {&t.OpenAt, &o.OpenAt}, {&t.ClickAt, &o.ClickAt}} {
		*both.to = append(*both.to, *both.from...)
		slices.Sort(*both.to)
	}
	for i, at := range o.SpentAt {
		n, _ := slices.BinarySearch(t.SpentAt, at)
		t.SpentAt, t.Spent = slices.Insert(t.SpentAt, n, at), slices.Insert(t.Spent, n, o.Spent[i])
	}
}

// The first byte of a row of state says what it holds.
const (
	holdsTally = 1
	holdsLink  = 2 // the key that the contact is known under
)

var errTally = errors.New("ledger: what is kept of a contact can't be read")

func (t *Tally) numbers() []*int64 {
	return []*int64{
		&t.Orders, &t.Returns, &t.Cancelled, &t.Gross, &t.Back, &t.Mixed, &t.FirstOrder, &t.LastOrder,
		&t.Hard, &t.Soft, &t.Complaints, &t.LastSent, &t.LastOpen, &t.LastClick,
	}
}

func (t *Tally) lists() []*[]int64 {
	return []*[]int64{&t.SentAt, &t.OpenAt, &t.ClickAt, &t.SpentAt, &t.Spent}
}

// encode writes numbers as varints, and of each list the steps from one to the
// next; Forgot stands at the end, of those that have it.
func (t *Tally) encode() []byte {
	b := []byte{holdsTally}
	for _, n := range t.numbers() {
		b = binary.AppendVarint(b, *n)
	}
	b = append(binary.AppendUvarint(b, uint64(len(t.Currency))), t.Currency...)
	for _, list := range t.lists() {
		b = binary.AppendUvarint(b, uint64(len(*list)))
		last := int64(0)
		for _, n := range *list {
			b = binary.AppendVarint(b, n-last)
			last = n
		}
	}
	if t.Forgot != 0 {
		b = binary.AppendVarint(b, t.Forgot)
	}
	return b
}

// decode reads what encode wrote.
func (t *Tally) decode(b []byte) error {
	if len(b) == 0 || b[0] != holdsTally {
		return errTally
	}
	r := reader{b: b[1:]}
	for _, n := range t.numbers() {
		*n = r.number()
	}
	n := r.count(1)
	t.Currency = string(r.b[:n])
	r.b = r.b[n:]
	for _, list := range t.lists() {
		*list = make([]int64, r.count(1))
		last := int64(0)
		for i := range *list {
			last += r.number()
			(*list)[i] = last
		}
	}
	t.Forgot = 0
	if !r.bad && len(r.b) > 0 {
		t.Forgot = r.number()
	}
	if r.bad || len(t.SpentAt) != len(t.Spent) {
		return errTally
	}
	return nil
}

type reader struct {
	b   []byte
	bad bool
}

func (r *reader) number() int64 {
	v, n := binary.Varint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

// count reads how many things of at least so many bytes follow.
func (r *reader) count(size int) int {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > uint64(len(r.b)-n)/uint64(size) {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return int(v)
}
