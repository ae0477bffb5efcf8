package main

import (
	"context"
	"fmt"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/segment"
)

// readOrders reads the orders of a file, of standard input or of a database.
func (e *env) readOrders(ctx context.Context, f *analyzeFlags, l *segment.Ledger) (*segment.ReadReport, error) {
	if f.query != "" {
		return queryOrders(ctx, f.db, f.query, f.read, l)
	}
	in := e.stdin
	if f.path != "-" {
		file, err := openUntil(ctx, f.path)
		if err != nil {
			return nil, failure(exitFailed, "name a file of orders, or - for standard input", "can't open the orders: %v", err)
		}
		defer file.Close()
		in = file
	}
	text, err := audience.Text(in, f.encoding)
	if err != nil {
		return nil, readError(f.source(), err)
	}
	defer text.Close()
	report, err := segment.Read(text, f.read, l.Add)
	return report, readError(f.source(), err)
}

// source names where the orders come from.
func (f *analyzeFlags) source() string {
	switch {
	case f.query != "":
		return "the query"
	case f.path == "-":
		return "standard input"
	}
	return f.path
}

// chooseSource settles where the orders come from: a file, or a query.
func (f *analyzeFlags) chooseSource(args []string) error {
	switch {
	case len(args) == 1 && f.query == "" && f.db == "":
		f.path = args[0]
	case len(args) == 0 && f.query != "" && f.db != "":
	case len(args) == 0 && f.query == "" && f.db == "":
		return failure(exitUsage, "as in winnow analyze orders.csv, or --db sqlite:shop.db --sql 'SELECT …'", "name a file of orders, or a database")
	default:
		return failure(exitUsage, "as in --db sqlite:shop.db --sql 'SELECT customer_id, date, total FROM orders'", "orders come from a file, or from --db and --sql together")
	}
	return nil
}

// tellReading says on standard error what was read, guessed and left out.
func (e *env) tellReading(path string, r *segment.ReadReport, a *segment.Analysis) {
	w := e.stderr
	fmt.Fprintf(w, "%s: %s rows, %s taken", path, grouped(int64(r.Rows)), grouped(int64(r.Taken-a.Future)))
	if r.Duplicates > 0 {
		fmt.Fprintf(w, ", %s repeated rows left out", grouped(int64(r.Duplicates)))
	}
	if a.Future > 0 {
		fmt.Fprintf(w, ", %s after %s left out", grouped(int64(a.Future)), a.Model.AsOf)
	}
	fmt.Fprintln(w)
	for _, g := range r.Guessed {
		fmt.Fprintf(w, "  guessed %s\n", g)
	}
	if r.Currency == "" {
		fmt.Fprintln(w, "  no currency is named; --currency EUR would name it")
	}
	if r.Bad > 0 {
		place := "line"
		if r.Format == "rows" {
			place = "row"
		}
		fmt.Fprintf(w, "  skipped %s rows:\n", grouped(int64(r.Bad)))
		for _, reason := range r.Reasons {
			fmt.Fprintf(w, "    %s: %s\n", grouped(int64(reason.Rows)), reason.Reason)
		}
		for _, b := range r.BadRows {
			fmt.Fprintf(w, "    %s %d: %s\n", place, b.Line, b.Reason)
		}
		if more := r.Bad - len(r.BadRows); more > 0 {
			fmt.Fprintf(w, "    and %s more\n", grouped(int64(more)))
		}
	}
	if r.Unlinked > 0 {
		fmt.Fprintf(w, "  without a customer: rows %s, worth %s; tie them to people, or their money is nobody's\n",
			grouped(int64(r.Unlinked)), amountText(r.UnlinkedSum, a.Model.Decimals(), r.Currency))
	}
	if today := segment.DayOf(e.now(), nil); a.Model.AsOf > today+1 && r.Taken > 0 {
		fmt.Fprintf(w, "  the analysis day %s is in the future: is a date wrong? --as-of leaves later orders out\n", a.Model.AsOf)
	}
}

func (r *analysisReport) readLead() string {
	lead := fmt.Sprintf("%s, %s taken", plural(r.read.Rows, "row"), grouped(int64(r.read.Taken-r.a.Future)))
	for _, x := range []struct {
		n    int
		text string
	}{
		{r.read.Bad, "could not be used"},
		{r.read.Duplicates, "repeated an earlier one"},
		{r.a.Future, "came after the day of the analysis"},
	} {
		if x.n > 0 {
			lead += fmt.Sprintf(", %s %s", grouped(int64(x.n)), x.text)
		}
	}
	return lead + "."
}

// readParts say on the page what tellReading says to who runs the analysis: what
// was guessed, and why rows are not in it.
func (r *analysisReport) readParts() []console.Part {
	var parts []console.Part
	if len(r.read.Guessed) > 0 {
		parts = append(parts, console.Heading("Guessed"), console.Bullets(r.read.Guessed))
	}
	if r.read.Bad == 0 {
		return parts
	}
	reasons := console.Table{Head: []string{"rows", "left out because"}, Align: "rl"}
	for _, x := range r.read.Reasons {
		reasons.Rows = append(reasons.Rows, console.Row(grouped(int64(x.Rows)), x.Reason))
	}
	first := console.Table{Caption: "The first of them", Head: []string{"line", "reason"}, Align: "rl"}
	for _, x := range r.read.BadRows {
		first.Rows = append(first.Rows, console.Row(grouped(int64(x.Line)), x.Reason))
	}
	return append(parts, reasons, first)
}
