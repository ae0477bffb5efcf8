package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules/segment"
)

type analyzeFlags struct {
	read    segment.ReadOptions
	options segment.Options
	table   segment.TableOptions

	asOf, tz, sourceTZ, separator, orderCost string
	out, model, html, format, hashed         string
	path, query, db, encoding                string
	rfmPackage                               bool
}

const analyzeHelp = `Analyze reads orders once, CSV or NDJSON, plain, .gz or .zst, - for standard
input, and classes every customer: RFM scores and segments, ABC-XYZ, trends. --out
writes the class table, a row per customer, whose columns are fields that rules
read: rfm.segment, abcxyz.abc, trend.slipping and the like. The report goes to
standard output; what was read, guessed and skipped goes to standard error.

Columns that are not named are guessed, and so is whether amounts have a decimal
comma and dates the day first; what was guessed is shown. - as a name says that
there is no such column. Rows that can't be read are counted and listed with their
line, and left out. Amounts are exact, with the decimals of the currency, whose
sign may stand with them. A negative amount is a return, unless the kind column
says otherwise; returns are subtracted and never count as purchases.

Orders may come from a SQLite or PostgreSQL database instead: --db says which,
--sql asks for them. Nothing can be changed in it. --html writes the report as
a page of one file, with pictures.

  winnow analyze orders.csv --currency EUR --tz Europe/Warsaw --out classes.csv
  winnow analyze --db sqlite:shop.db --sql 'SELECT customer_id, date, total FROM orders'`

func newAnalyzeCmd(e *env) *cobra.Command {
	var f analyzeFlags
	cmd := &cobra.Command{
		Use: "analyze [ORDERS]", Short: "Class customers by their orders: RFM, ABC-XYZ, trends", Args: takes(0, 1),
		Long: analyzeHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.chooseSource(args); err != nil {
				return err
			}
			return e.analyze(cmd.Context(), f)
		},
	}
	f.readFlags(cmd)
	f.optionFlags(cmd)
	return cmd
}

func (f *analyzeFlags) readFlags(cmd *cobra.Command) {
	s := cmd.Flags().StringVar
	s(&f.db, "db", "", "read from a database: sqlite:shop.db or postgres://user@host/name")
	s(&f.query, "sql", "", "the query that gives the orders, with --db")
	c := &f.read.Columns
	s(&c.Customer, "customer", "", "column with the customer's key, the id that rules know the contact by")
	s(&c.Date, "date", "", "column with the date of the order")
	s(&c.Amount, "amount", "", "column with the amount")
	s(&c.Order, "order", "", "column with the order's id; rows with one id are one order")
	s(&c.Kind, "kind", "", "column that says sale or return")
	s(&c.Margin, "margin", "", "column with the margin; ABC then goes by it")
	s(&c.Currency, "currency-column", "", "column with the currency")
	s(&f.read.Currency, "currency", "", "currency to analyse, as EUR; orders in another are left out")
	countFlag(cmd, &f.read.Decimals, "decimals", "", -1, 6, "decimals of the amounts, -1 for none (default: those of the currency)")
	s(&f.tz, "tz", "UTC", "time zone in which an instant becomes a date")
	s(&f.sourceTZ, "source-tz", "", "time zone of times that name none (default: --tz, so they stay as written)")
	s(&f.read.DateLayout, "date-layout", "", "how dates are written, shown with 2 January 2006: 02/01/2006 reads 23/11/2026; or unix or unixms (default: as in 2026-11-23 or 23.11.2026, perhaps with a time; strokes are guessed)")
	s(&f.separator, "separator", "", "what separates the columns: one character, or tab (default: told by the header)")
	cmd.Flags().BoolVar(&f.read.DecimalComma, "decimal-comma", false, "1,50 is one and a half (default: told by the first rows)")
	cmd.Flags().BoolVar(&f.read.DropDuplicates, "drop-duplicates", false, "leave out rows that repeat an earlier row exactly")
	encodingFlag(cmd, &f.encoding, "ORDERS")
	wordFlag(cmd, (*string)(&f.read.Format), "input", "csv or ndjson (default: told by the first byte)", "csv", "ndjson")
	f.read.MaxBad = 10
	countFlag(cmd, &f.read.MaxBad, "max-bad", "", 0, mostLines, "how many bad rows to list; all are counted")
}

func (f *analyzeFlags) optionFlags(cmd *cobra.Command) {
	s, b, o := cmd.Flags().StringVar, cmd.Flags().BoolVar, &f.options
	s(&f.asOf, "as-of", "", "day of the analysis, as 2026-11-22; later orders are left out (default: the day after the last order)")
	o.Bins, o.WindowDays, o.InactiveDays = 5, 90, 365
	countFlag(cmd, &o.Bins, "bins", "", 2, 10, "highest RFM score, 2 to 10")
	b(&o.Gross, "gross", false, "score sales alone, without subtracting returns")
	b(&o.OneTime, "one-time", false, "goods bought once in years: ABC alone, by the average order")
	b(&f.rfmPackage, "rfm-package", false, "score as R's package rfm does: a row is a transaction, quantile plus one")
	countFlag(cmd, &o.WindowDays, "window", "", 1, mostDays, "days of the two windows that trends compare")
	countFlag(cmd, &o.InactiveDays, "inactive", "", 1, mostDays, "days without a purchase after which a customer is inactive")
	s(&f.orderCost, "order-cost", "", "what an order costs to serve, apart from the goods: answers questions 8 and 9")
	s(&f.out, "out", "", "write the class table to this file")
	s(&f.model, "model", "", "write the settings and fitted cut points to this file, as JSON")
	s(&f.html, "html", "", "write the report as a page to this file, with pictures")
	s(&f.table.Key, "key", "contact.id", "field that the table's first column holds: contact.id, contact.email, …")
	s(&f.hashed, "hashed", "", "hash the table's first column with the secret of this name: shop is in WINNOW_SECRET_SHOP")
	cmd.Flags().StringSliceVar(&f.table.Only, "columns", nil, "write only these columns of the table, as rfm.segment,abcxyz.abc")
	b(&f.table.Bare, "bare", false, "leave out the lines with # at the top of the table")
	b(&f.table.Orders, "with-orders", false, "add the orders.* fields to the table")
	b(&f.table.More, "with-more", false, "add numbers that the bundle must declare: orders.return_rate, trend.inactive, …")
	f.format = "text"
	wordFlag(cmd, &f.format, "format", "of the report: text or json", "text", "json")
}

func (e *env) analyze(ctx context.Context, f analyzeFlags) error {
	ledger, err := f.ledger()
	if err != nil {
		return err
	}
	cost, err := f.cost()
	if err != nil {
		return err
	}
	if err := f.hashTable(); err != nil {
		return err
	}
	if err := mayWrite(f.out, f.html, f.model); err != nil {
		return err
	}
	defer largeHeap(sizeOf(f.path))()
	read, err := e.readOrders(ctx, &f, ledger)
	if err != nil {
		return err
	}
	ledger.Denominate(read.Currency, read.Decimals) // perhaps only the file knew
	a := ledger.AnalyseBy(sideBySide)
	e.tellReading(f.source(), read, a)
	if f.table.Key == "contact.id" && f.out != "" && audience.FieldNamed(read.Columns.Customer) == "contact.email" {
		fmt.Fprintf(e.stderr, "  customers go by their address: --key contact.email, or nobody is found in the table by it\n")
	}
	if read.Taken == 0 {
		return failure(exitFailed, "the reasons stand above; name the columns, say --date-layout 02/01/2006 or --decimal-comma, or see winnow help analyze", "no order in %s can be used", f.source())
	}
	r := newAnalysisReport(a, read, cost)
	if err := f.write(a, r); err != nil {
		return err
	}
	if f.format == "json" {
		return e.writeJSON(r.json(read))
	}
	return r.text(e.stdout)
}

// ledger settles the flags that are not plain values, and begins the ledger.
func (f *analyzeFlags) ledger() (*segment.Ledger, error) {
	o := &f.options
	if f.rfmPackage {
		p := segment.PackageOptions()
		o.Edges, o.Frequency, o.KeepFuture = p.Edges, p.Frequency, p.KeepFuture
	}
	o.Lean = !f.table.More && f.model == ""
	o.Currency, o.Decimals, o.Margin = f.read.Currency, f.read.Decimals, f.read.Columns.Margin != "" && f.read.Columns.Margin != segment.None
	var err error
	if f.asOf != "" {
		if o.AsOf, err = segment.ParseDay(f.asOf); err != nil {
			return nil, failure(exitUsage, "as in --as-of 2026-11-22", "--as-of: %v", err)
		}
	}
	if f.read.MaxBad == 0 {
		f.read.MaxBad = -1 // 0 is the reader's default
	}
	f.read.FoldCase = f.table.Key == "contact.email" // as the bundle looks them up
	if f.read.Zone, err = zone("tz", f.tz); err != nil {
		return nil, err
	}
	if f.sourceTZ != "" {
		if f.read.SourceZone, err = zone("source-tz", f.sourceTZ); err != nil {
			return nil, err
		}
	}
	switch c := []rune(f.separator); {
	case f.separator == "tab":
		f.read.Comma = '\t'
	case len(c) == 1:
		f.read.Comma = c[0]
	case len(c) > 1:
		return nil, failure(exitUsage, "as in --separator ';' or --separator tab", "--separator is one character, not %q", f.separator)
	}
	l, err := segment.NewLedger(*o)
	if err != nil {
		return nil, failure(exitUsage, "winnow help analyze shows the flags", "%v", err)
	}
	return l, nil
}

func zone(flag, name string) (*time.Location, error) {
	z, err := time.LoadLocation(name)
	if err != nil {
		return nil, failure(exitUsage, "write it as Europe/Warsaw or UTC", "--%s: there is no time zone %q", flag, name)
	}
	return z, nil
}

// cost is the cost of an order in currency units, -1 when it isn't given.
func (f *analyzeFlags) cost() (float64, error) {
	if f.orderCost == "" {
		return -1, nil
	}
	n, err := segment.ParseAmount(f.orderCost, 6)
	if err != nil || n <= 0 {
		return 0, failure(exitUsage, "as in --order-cost 4.50", "--order-cost is an amount above zero, not %q", f.orderCost)
	}
	return float64(n) / 1e6, nil
}
