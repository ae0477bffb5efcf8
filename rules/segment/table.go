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
	out := bufio.NewWriter(w)
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
	for i := range a.Customers {
		c := &a.Customers[i]
		key := c.Key
		if o.Hash != nil {
			key = o.Hash(key)
		}
		line = append(line[:0], quoted(key)...)
		for _, col := range columns {
			line = col.write(append(line, ','), &a.Model, c)
		}
		out.Write(append(line, '\n')) //nolint:errcheck // Flush gives the error
	}
	return out.Flush()
}

// quoted is a key as CSV has it.
func quoted(key string) string {
	for i := range len(key) {
		switch key[i] {
		case ',', '"', '\n', '\r', ' ', '\t':
			var b bytes.Buffer
			w := csv.NewWriter(&b)
			_ = w.Write([]string{key}) // a buffer takes everything
			w.Flush()
			return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
		}
	}
	return key
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
		{"rfm.r", func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.R) }},
		{"rfm.f", func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.F) }},
		{"rfm.m", func(b []byte, _ *Model, c *Customer) []byte { return score(b, c.M) }},
		{"rfm.segment", func(b []byte, _ *Model, c *Customer) []byte { return append(b, quoted(c.Segment)...) }},
		{"rfm.frequency", func(b []byte, m *Model, c *Customer) []byte { return append(b, FrequencyWord(c.F, m.F.Bins)...) }},
		{"rfm.monetary", func(b []byte, m *Model, c *Customer) []byte { return append(b, MonetaryWord(c.RFM.M, m.M.Bins)...) }},
		{"rfm.updated_at", updated},
		{"abcxyz.abc", func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.ABC) }},
		{"abcxyz.xyz", func(b []byte, _ *Model, c *Customer) []byte { return letter(b, c.XYZ) }},
		{"abcxyz.profit_percentile", func(b []byte, _ *Model, c *Customer) []byte { return decimal(b, c.Percentile, c.Percentile >= 0) }},
		{"abcxyz.updated_at", updated},
		{"trend.slipping", func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Slipping) }},
		{"trend.slope", func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.MoneySlope) }},
		{"trend.updated_at", updated},
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
	currency := func(b []byte, m *Model, _ *Customer) []byte { return append(b, m.Options.Currency...) }
	return []column{
		{"orders.count", func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Orders), 10) }},
		{"orders.returns_count", func(b []byte, _ *Model, c *Customer) []byte { return strconv.AppendInt(b, int64(c.Returns), 10) }},
		{"orders.total", amount(func(o *Options, c *Customer) int64 { return c.Money(o) })},
		{"orders.aov", sale(amount(func(o *Options, c *Customer) int64 { return c.AverageOrder(o) }))},
		{"orders.value_12m", amount(func(_ *Options, c *Customer) int64 { return c.Year.Money })},
		{"orders.gross.amount", amount(func(_ *Options, c *Customer) int64 { return c.Gross })},
		{"orders.gross.currency", currency},
		{"orders.net.amount", amount(func(_ *Options, c *Customer) int64 { return c.Net() })},
		{"orders.net.currency", currency},
		{"orders.first_at", sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.First) })},
		{"orders.last_at", sale(func(b []byte, _ *Model, c *Customer) []byte { return midnight(b, c.Last) })},
		{"orders.gap_days_avg", func(b []byte, _ *Model, c *Customer) []byte { return float(b, c.GapMean) }},
		{"orders.gap_days_now", sale(func(b []byte, _ *Model, c *Customer) []byte {
			return strconv.AppendInt(b, int64(max(c.Recency, 0)), 10)
		})},
		{"orders.updated_at", updated},
	}
}

func moreColumns() []column {
	number := func(of func(*Customer) float64) func([]byte, *Model, *Customer) []byte {
		return func(b []byte, _ *Model, c *Customer) []byte { return float(b, of(c)) }
	}
	return []column{
		{"abcxyz.variation", number(func(c *Customer) float64 { return c.Variation })},
		{"trend.inactive", func(b []byte, _ *Model, c *Customer) []byte { return truth(b, c.Inactive) }},
		{"trend.overdue", number(func(c *Customer) float64 { return c.Overdue })},
		{"trend.gap_trend", number(func(c *Customer) float64 { return c.GapTrend })},
		{"trend.days_slope", number(func(c *Customer) float64 { return c.Slope })},
		{"trend.days_slope_p", number(func(c *Customer) float64 { return c.SlopeP })},
		{"trend.tau", number(func(c *Customer) float64 { return c.Tau })},
		{"trend.tau_p", number(func(c *Customer) float64 { return c.TauP })},
		{"orders.return_rate", number(func(c *Customer) float64 { return c.ReturnRate() })},
		{"orders.returned_share", number(func(c *Customer) float64 { return c.ReturnedShare() })},
	}
}

func updated(b []byte, m *Model, _ *Customer) []byte { return midnight(b, m.AsOf) }

func midnight(b []byte, d Day) []byte { return append(append(b, d.String()...), "T00:00:00Z"...) }

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

// float writes a number to six significant decimals; NaN is nothing.
func float(b []byte, v float64) []byte { return decimal(b, v, defined(v)) }

func decimal(b []byte, v float64, known bool) []byte {
	if !known {
		return b
	}
	b = strconv.AppendFloat(b, v, 'f', 6, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}
