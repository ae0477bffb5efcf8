package segment

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// TableOptions say what a class table holds besides the classes.
type TableOptions struct {
	// Key heads the first column, the customer's key; default contact.id.
	Key string
	// Orders adds the orders.* fields of the canonical contact, for platforms
	// that send none.
	Orders bool
	// More adds numbers that the canonical contact lacks: a bundle that reads
	// them declares them.
	More bool
	// Only names the columns to write, all when empty: a table of a million
	// customers is small when rules read two of its columns.
	Only []string
	// Hash replaces the keys by their keyed hashes.
	Hash func(key string) string
	// Bare leaves out the lines at the top that begin with #, for programs that
	// can't pass over them.
	Bare bool
}

// column writes one field of a customer. Nothing written is an unknown value.
type column struct {
	path  string
	write func(b []byte, m *Model, c *Customer) []byte
	same  string // without write: what all customers have
}

// settle fills in what all customers have: the day of the analysis, and the
// currency.
func (m *Model) settle(columns []column) {
	for i := range columns {
		switch c := &columns[i]; {
		case strings.HasSuffix(c.path, ".updated_at"):
			c.same = string(midnight(nil, m.AsOf))
		case strings.HasSuffix(c.path, ".currency"):
			c.same = m.Options.Currency
		}
	}
}

// WriteTable writes a CSV with a row per customer, in the order of keys, whose
// columns are the paths of fields: what a bundle includes so that rules can read
// rfm.segment, abcxyz.abc or trend.slipping. An empty cell is unknown, which is
// not zero. Money is in currency units, exact; the *.updated_at columns are
// midnight UTC of the analysis day, so that max_age can tell a stale table. Lines
// at the top that begin with # say what the classes mean and were fitted to.
func (a *Analysis) WriteTable(w io.Writer, o TableOptions) error {
	columns, err := o.chosen()
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	if !o.Bare {
		for _, note := range a.Model.notes() {
			line = append(append(append(line, "# "...), note...), '\n')
		}
	}
	line = append(line, or(o.Key, "contact.id")...)
	for _, c := range columns {
		line = append(append(line, ','), c.path...)
	}
	out.Write(append(line, '\n')) //nolint:errcheck // Flush gives the error
	a.Model.settle(columns)
	for i := range a.Customers {
		c := &a.Customers[i]
		key := c.Key
		if o.Hash != nil {
			key = o.Hash(key)
		}
		line = appendQuoted(line[:0], key)
		for i := range columns {
			line = append(line, ',')
			if col := &columns[i]; col.write != nil {
				line = col.write(line, &a.Model, c)
			} else {
				line = append(line, col.same...)
			}
		}
		out.Write(append(line, '\n')) //nolint:errcheck // Flush gives the error
	}
	return out.Flush()
}

// appendQuoted appends a text as CSV has it.
func appendQuoted(b []byte, text string) []byte {
	for i := range len(text) {
		if text[i] >= '-' { // nearly all
			continue
		}
		switch text[i] {
		case ',', '"', '\n', '\r':
		case ' ', '\t':
			if i > 0 && text[0] < 0x80 {
				continue // a space matters at the beginning
			}
		default:
			continue
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		_ = w.Write([]string{text}) // a buffer takes everything
		w.Flush()
		return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
	}
	return append(b, text...)
}

// Columns are the paths of the columns that a table has after the key.
func (o TableOptions) Columns() []string {
	var out []string

	for _, c := range tableColumns(o) {
		out = append(out, c.path)
	}
	return out
}

// chosen are the columns to write, in the table's own order.
func (o TableOptions) chosen() ([]column, error) {
	all := tableColumns(o)
	if len(o.Only) == 0 {
		return all, nil
	}
	wanted := map[string]bool{}
	for _, path := range o.Only {
		wanted[path] = true
	}
	var out []column
	for _, c := range all {
		if wanted[c.path] {
			out = append(out, c)
			delete(wanted, c.path)
		}
	}
	for _, path := range o.Only {
		if wanted[path] {
			return nil, fmt.Errorf("the table has no column %s; it has %s", path, strings.Join(o.Columns(), ", "))
		}
	}
	return out, nil
}

func tableColumns(o TableOptions) []column {
	out := classColumns()
	if o.Orders {
		out = append(out, orderColumns()...)
	}
	if o.More {
		out = append(out, moreColumns()...)
	}
	return out
}

func classColumns() []column {
	return []column{
		{path: "rfm.r", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.R) }},
		{path: "rfm.f", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.F) }},
		{path: "rfm.m", write: func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.M) }},
		{path: "rfm.segment", write: func(b []byte, _ *Model, c *Customer) []byte { return appendQuoted(b, c.Segment) }},
		{path: "rfm.frequency", write: func(b []byte, m *Model, c *Customer) []byte { return append(b, FrequencyWord(c.F, m.F.Bins)...) }},
		{path: "rfm.monetary", write: func(b []byte, m *Model, c *Customer) []byte { return append(b, MonetaryWord(c.RFM.M, m.M.Bins)...) }},
		{path: "rfm.updated_at"},
		{path: "abcxyz.abc", write: func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.ABC) }},
		{path: "abcxyz.xyz", write: func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.XYZ) }},
		{path: "abcxyz.profit_percentile", write: func(b []byte, _ *Model, c *Customer) []byte { return decimal(b, c.Percentile, c.Percentile >= 0) }},
		{path: "abcxyz.updated_at"},
		{path: "trend.slipping", write: func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Slipping) }},
		{path: "trend.slope", write: func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.MoneySlope) }},
		{path: "trend.updated_at"},
	}
}

func orderColumns() []column {
	amount := func(of func(*Options, *Customer) int64) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, m *Model, c *Customer) []byte { return appendAmount(b, of(&m.Options, c), m.Decimals()) }
	}
	sale := func(write func([]byte, *Model, *Customer) []byte) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, m *Model, c *Customer) []byte {
			if c.Days == 0 {
				return b
			}
			return write(b, m, c)
		}
	}
	return []column{
		{path: "orders.count", write: func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Orders), 10) }},
		{path: "orders.returns_count", write: func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Returns), 10) }},
		{path: "orders.total", write: amount(func(o *Options, c *Customer) int64 { return c.Money(o) })},
		{path: "orders.aov", write: sale(amount(func(o *Options, c *Customer) int64 { return c.AverageOrder(o) }))},
		{path: "orders.value_12m", write: amount(func(_ *Options, c *Customer) int64 { return c.Year.Money })},
		{path: "orders.gross.amount", write: amount(func(_ *Options, c *Customer) int64 { return c.Gross })},
		{path: "orders.gross.currency"},
		{path: "orders.net.amount", write: amount(func(_ *Options, c *Customer) int64 { return c.Net() })},
		{path: "orders.net.currency"},
		{path: "orders.first_at", write: sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.First) })},
		{path: "orders.last_at", write: sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.Last) })},
		{path: "orders.gap_days_avg", write: func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.GapMean) }},
		{path: "orders.gap_days_now", write: sale(func(b []byte, _ *Model, c *Customer) []byte {
			return strconv.AppendInt(b, int64(max(c.Recency, 0)), 10)
		})},
		{path: "orders.updated_at"},
	}
}

func moreColumns() []column {
	number := func(of func(*Customer) float64) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, _ *Model, c *Customer) []byte { return float(b, of(c)) }
	}
	return []column{
		{path: "abcxyz.variation", write: number(func(c *Customer) float64 { return c.Variation })},
		{path: "trend.inactive", write: func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Inactive) }},
		{path: "trend.overdue", write: number(func(c *Customer) float64 { return c.Overdue })},
		{path: "trend.gap_trend", write: number(func(c *Customer) float64 { return c.GapTrend })},
		{path: "trend.days_slope", write: number(func(c *Customer) float64 { return c.Slope })},
		{path: "trend.days_slope_p", write: number(func(c *Customer) float64 { return c.SlopeP })},
		{path: "trend.tau", write: number(func(c *Customer) float64 { return c.Tau })},
		{path: "trend.tau_p", write: number(func(c *Customer) float64 { return c.TauP })},
		{path: "orders.return_rate", write: number(func(c *Customer) float64 { return c.ReturnRate() })},
		{path: "orders.returned_share", write: number(func(c *Customer) float64 { return c.ReturnedShare() })},
	}
}

func midnight(b []byte, d Day) []byte { return append(d.append(b), "T00:00:00Z"...) }

func score(b []byte, s int) []byte {
	if s == 0 {
		return b
	}
	return strconv.AppendInt(b, int64(s), 10)
}

func letter(b []byte, c byte) []byte {
	if c == 0 {
		return b
	}
	return append(b, c)
}

func truth(b []byte, a Answer) []byte {
	if a == Unknown {
		return b
	}
	return strconv.AppendBool(b, a == Yes)
}
