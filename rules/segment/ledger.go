package segment

import (
	"errors"
	"hash/maphash"
)

// Kind says whether an order is a sale or a return.
type Kind uint8

const (
	// BySign takes a negative amount for a return and the rest for sales; an
	// amount of zero is a sale (the default).
	BySign Kind = iota
	// Sale is a sale, even with a negative amount (a line with a discount).
	Sale
	// Return is a return, its amount counted as negative whatever its sign.
	Return
)

// Order is one row of purchases: an order, or a line of one.
type Order struct {
	Customer string // key of the customer, not empty; compared byte for byte
	ID       string // id of the order; rows of a customer with one id are one order. May be empty
	Day      Day    // date of the order, 1900 to 9999
	Amount   int64  // in minor units, at most 1e15 either way
	Margin   int64  // what was earned by it, in minor units; read with [Options].Margin
	Kind     Kind
}

// Ledger gathers orders, one at a time and in any order, for an analysis. The
// result does not depend on the order of rows. It is not safe for concurrent
// use.
type Ledger struct {
	o      Options
	seed   maphash.Seed // random, against keys made to collide; it reaches no result
	parts  [1 << partBits]part
	least  int   // rows in a part worth a merge
	total  int64 // of all absolute amounts
	rows   int
	future int

	first, last Day // of the rows that were taken
}

// NewLedger begins an empty ledger. It fails on options that contradict
// themselves, with all mistakes joined.
func NewLedger(o Options) (*Ledger, error) {
	o, err := o.resolve()
	if err != nil {
		return nil, err
	}
	return &Ledger{o: o, seed: maphash.MakeSeed(), least: minLog, first: maxDay, last: minDay}, nil
}

// Denominate names the currency and the decimals of the amounts, for when only
// the file knew: see [ReadReport]. Do it before [Ledger.Analyse].
func (l *Ledger) Denominate(currency string, decimals int) {
	l.o.Currency, l.o.Decimals = currency, or(decimals, NoDecimals)
}

var errNoCustomer = errors.New("there is no customer")

// Add takes one row. It fails, leaving the ledger as it was, when the customer
// is empty, the day is not between 1900 and 9999 or the amount is beyond 1e15;
// and with [ErrTotal] when the ledger is full. A row after the analysis day is
// counted and otherwise ignored.
func (l *Ledger) Add(o Order) error {
	if o.Customer == "" {
		return errNoCustomer
	}
	if err := o.Day.check(); err != nil {
		return err
	}
	if max(o.Amount, -o.Amount, o.Margin, -o.Margin) > maxAmount || min(o.Amount, o.Margin) < -maxAmount {
		return errLarge
	}
	if l.o.AsOf != 0 && o.Day > l.o.AsOf && !l.o.KeepFuture {
		l.future++
		return nil
	}
	total := l.total + max(o.Amount, -o.Amount) + max(o.Margin, -o.Margin)
	if total > maxTotal {
		return ErrTotal
	}
	l.total = total
	l.rows++
	l.first, l.last = min(l.first, o.Day), max(l.last, o.Day)
	returned, id := bit(o.Kind == Return || o.Kind == BySign && o.Amount < 0), uint64(0)
	if o.ID != "" {
		// Ids are told apart within one customer only: for a thousand orders the
		// odds of a collision are one in 10^13.
		id = max(maphash.String(l.seed, o.ID), 2)&^1 | returned
	}
	h := maphash.String(l.seed, o.Customer)
	p := &l.parts[h>>(64-partBits)]
	if p.waiting >= max(l.least, cellRows*len(p.cells)) {
		p.merge()
	}
	p.add(uint32(h), &o, id, returned)
	return nil
}

func bit(yes bool) uint64 {
	if yes {
		return 1
	}
	return 0
}
