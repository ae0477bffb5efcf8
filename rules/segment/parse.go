package segment

import (
	"cmp"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/written"
)

// parser makes orders of rows, and keeps the report.
type parser struct {
	o         ReadOptions
	report    *ReadReport
	add       func(Order) error
	point     byte
	utc       bool // instants become dates in UTC
	decimals  int
	settled   bool // the currency is
	mixed     bool
	reasons   map[string]int
	seen      map[[2]uint64]struct{}
	seeds     [2]maphash.Seed
	lastCoins string // the currency that was accepted last
	months    [64]month
	strokes   string // layout of dates such as 31/12/2026, if the file tells it
	dotted    bool   // a date such as 31.12.2026 was read
}

func newParser(o ReadOptions, report *ReadReport, add func(Order) error) *parser {
	o.Currency = strings.ToUpper(o.Currency)
	o.MaxBad = or(o.MaxBad, 20)
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.SourceZone == nil {
		o.SourceZone = o.Zone
	}
	p := &parser{o: o, report: report, add: add, point: '.', reasons: map[string]int{}}
	p.utc = o.Zone == time.UTC
	if o.DecimalComma {
		p.point = ','
	}
	if o.DropDuplicates {
		p.seen = map[[2]uint64]struct{}{}
		p.seeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}
	}
	if o.Currency != "" {
		p.settle(o.Currency)
	}
	return p
}

func (p *parser) settle(currency string) {
	p.settled = true
	p.report.Currency = currency
	p.decimals = Options{Currency: currency, Decimals: p.o.Decimals}.decimals()
	p.report.Decimals = p.decimals
}

// row takes one row. Only an error that ends the reading is returned.
func (p *parser) row(line int, values *[colCount]string) error {
	p.report.Rows++
	o, err := p.order(values)
	if err == nil {
		if err = p.add(o); err == nil {
			p.report.Taken++
			return nil
		}
	}
	return p.refused(line, o.Amount, err)
}

// refused counts a row of such an amount that is not taken.
func (p *parser) refused(line int, amount int64, err error) error {
	switch {
	case errors.Is(err, ErrTotal):
		return err
	case errors.Is(err, errNoCustomer):
		p.report.Unlinked++
		p.report.UnlinkedSum += amount
	}
	p.bad(line, err.Error())
	return nil
}

func (p *parser) bad(line int, reason string) {
	p.report.Bad++
	p.reasons[reason]++
	if len(p.report.BadRows) < p.o.MaxBad {
		p.report.BadRows = append(p.report.BadRows, BadRow{line, reason})
	}
}

func (p *parser) order(v *[colCount]string) (Order, error) {
	if err := p.currency(v[colCurrency]); err != nil {
		return Order{}, err
	}
	amount, err := p.amount(v[colAmount])
	if err != nil {
		return Order{}, err
	}
	o := Order{Customer: strings.TrimSpace(v[colCustomer]), ID: v[colOrder], Amount: amount}
	if p.o.FoldCase {
		o.Customer = strings.ToLower(o.Customer)
	}
	if o.Day, err = p.day(v[colDate]); err != nil {
		return o, err
	}
	if p.report.Columns.Kind != "" {
		if o.Kind, err = kindOf(v[colKind]); err != nil {
			return o, err
		}
	}
	if p.report.Columns.Margin != "" {
		if o.Margin, err = p.amount(v[colMargin]); err != nil {
			return o, fmt.Errorf("margin: %w", err)
		}
	}
	if o.Customer == "" {
		return o, errNoCustomer
	}
	return o, nil
}

// amount reads an amount as programs write it, else as people do.
func (p *parser) amount(s string) (int64, error) {
	n, err := parseAmount(strings.TrimSpace(s), p.decimals, p.point)
	if errors.Is(err, errAmount) {
		return writtenAmount(s, p.report.Currency, p.decimals, p.point)
	}
	return n, err
}

var (
	errNoCurrency = errors.New("there is no currency")
	errOther      = errors.New("the currency is another one")
	errKind       = errors.New("the kind is neither sale nor return; without the column, negative amounts are returns")
	errNoDate     = errors.New("the date can't be read: dates are as 2026-11-23 or 23.11.2026, or a date layout says how, as 02/01/2006 for 23/11/2026")
	errLayout     = errors.New("the date can't be read: it is not as the date layout says")
)

// currency accepts a row's currency. Without one asked for, the first row's is
// it, and a second one ends up as ErrCurrencies whatever the order of rows.
func (p *parser) currency(s string) error {
	switch {
	case p.report.Columns.Currency == "":
		if !p.settled {
			p.settle("")
		}
		return nil
	case s == p.lastCoins && s != "":
		return nil
	}
	code := p.currencyCode(s)
	switch {
	case code == "":
		return errNoCurrency
	case !p.settled:
		p.settle(strings.Clone(code))
	case code != p.report.Currency:
		p.mixed = true
		return errOther
	}
	p.lastCoins = strings.Clone(s)
	return nil
}

// currencyCode is the code of a currency that a row names by it or by its sign.
func (p *parser) currencyCode(s string) string {
	s = strings.TrimSpace(s)
	signs := written.Currencies(s)
	switch {
	case slices.Contains(signs, p.report.Currency):
		return p.report.Currency
	case len(signs) == 1:
		return signs[0]
	}
	return strings.ToUpper(s)
}

// kindOf reads the kind of a row; empty is by the sign of the amount.
func kindOf(s string) (Kind, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return BySign, nil
	case "sale", "order", "purchase", "invoice",
		"verkauf", "bestellung", "kauf", "rechnung", "sprzedaż", "sprzedaz", "zamówienie", "zakup", "faktura",
		"vente", "commande", "achat", "facture", "salg", "ordre", "køb", "продажа", "заказ", "покупка", "bán", "đơn hàng":
		return Sale, nil
	case "return", "refund", "credit", "credit note", "cancellation",
		"retoure", "rückgabe", "rücksendung", "gutschrift", "erstattung", "storno", "zwrot", "korekta", "anulowanie",
		"retour", "remboursement", "avoir", "annulation", "retur", "refundering", "kreditnota", "возврат", "отмена", "trả hàng", "hoàn tiền":
		return Return, nil
	}
	return 0, errKind
}

// repeated reports whether a row was there before, by 128 bits of hash.
func (p *parser) repeated(row string) bool {
	if p.seen == nil {
		return false
	}
	key := [2]uint64{maphash.String(p.seeds[0], row), maphash.String(p.seeds[1], row)}
	if _, ok := p.seen[key]; ok {
		p.report.Rows++
		p.report.Duplicates++
		return true
	}
	p.seen[key] = struct{}{}
	return false
}

// finish sorts what was counted.
func (p *parser) finish() {
	if p.dotted {
		p.report.Guessed = append(p.report.Guessed, "dates such as 31.12.2026: day.month.year")
	}
	for reason, n := range p.reasons {
		p.report.Reasons = append(p.report.Reasons, Reason{reason, n})
	}
	slices.SortFunc(p.report.Reasons, func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Reason, b.Reason))
	})
}

// end is the verdict when all rows are read.
func (p *parser) end() error {
	if p.mixed && p.o.Currency == "" {
		return ErrCurrencies
	}
	return nil
}
