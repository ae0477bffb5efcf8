package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/winnow-gate/winnow/rules/segment"
)

// analysisReport is an analysis as people read it.
type analysisReport struct {
	a    *segment.Analysis
	m    *segment.Model
	s    segment.Summary
	read *segment.ReadReport
	cost float64 // of serving an order, in currency units; -1 is unknown
}

func newAnalysisReport(a *segment.Analysis, read *segment.ReadReport, cost float64) *analysisReport {
	return &analysisReport{a: a, m: &a.Model, s: a.Summarise(), read: read, cost: cost}
}

func (r *analysisReport) text(w io.Writer) error {
	var b bytes.Buffer
	r.head(&b)
	r.rfm(&b)
	r.nineBox(&b)
	r.pareto(&b)
	fmt.Fprintln(&b, "The nine questions")
	for i, q := range r.questions() {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, q.Question)
		for _, line := range q.Answer {
			fmt.Fprintf(&b, "     %s\n", line)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// fewCustomers is how many it takes for quantiles to say anything.
const fewCustomers = 10

func (r *analysisReport) head(w io.Writer) {
	fmt.Fprintln(w, r.headline())
	if r.s.All.Customers < fewCustomers {
		fmt.Fprintf(w, "fewer than %d customers: scores only rank them, so look at each one\n", fewCustomers)
	}
	fmt.Fprintln(w)
}

func (r *analysisReport) headline() string {
	return fmt.Sprintf("%s, %s orders from %s to %s, as of %s: %s %s", customers(r.s.All.Customers), grouped(int64(r.s.Orders)),
		r.m.First, r.m.Last, r.m.AsOf, r.amount(r.s.All.Money), r.moneyKind())
}

func (r *analysisReport) moneyKind() string {
	if r.m.Options.Gross {
		return "before returns"
	}
	return "net of returns"
}

// by is what ABC goes by.
func (r *analysisReport) by() string {
	if r.m.Options.Margin {
		return "margin"
	}
	return "money"
}

func (r *analysisReport) rfm(w io.Writer) {
	fmt.Fprintln(w, "RFM: customers by recency (down, best first) and frequency (across)")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	bins := len(r.s.Grid)
	for f := range bins {
		fmt.Fprintf(t, "\tF%d", f+1)
	}
	fmt.Fprint(t, "\t\n")
	for i := range bins {
		row := bins - 1 - i
		fmt.Fprintf(t, "R%d", row+1)
		for _, n := range r.s.Grid[row] {
			fmt.Fprintf(t, "\t%s", people(n))
		}
		fmt.Fprint(t, "\t\n")
	}
	t.Flush() //nolint:errcheck // the writer is a buffer
	d := float64(pow(r.m.Decimals()))
	fmt.Fprintf(w, "  cut points: recency %s days; frequency %s; money %s\n", list(r.m.R.Values(), 1), list(r.m.F.Values(), 1), list(r.m.M.Values(), d))
	if len(r.s.Segments) > 0 {
		fmt.Fprintln(w)
		t = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "  segment\tcustomers\t\tmoney\t")
		for _, s := range r.s.Segments {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", s.Name, people(s.Customers), share(s.Customers, r.s.All.Customers), r.amount(s.Money), moneyShare(s.Money, r.s.All.Money))
		}
		t.Flush() //nolint:errcheck // the writer is a buffer
	}
	fmt.Fprintln(w)
}

func (r *analysisReport) nineBox(w io.Writer) {
	by := r.by()
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	switch {
	case r.m.Options.OneTime:
		fmt.Fprintf(w, "ABC by the average order's %s (one-time purchases have no XYZ): customers, their share, share of money\n", by)
	case !r.m.XYZKnown():
		fmt.Fprintf(w, "ABC by %s over the whole history, which has fewer than two full months and so no XYZ\n", by)
	default:
		fmt.Fprintf(w, "ABC-XYZ by %s over %d full months from %s: customers, their share, share of money\n", by, r.m.Months, r.m.From)
		fmt.Fprintln(t, "  \tX steady\tY changing\tZ irregular\tall")
	}
	for i, abc := range r.s.ABC {
		fmt.Fprintf(t, "  %c", 'A'+i)
		if r.m.XYZKnown() {
			for _, g := range r.s.Nine[i] {
				fmt.Fprintf(t, "\t%s", r.group(g))
			}
		}
		fmt.Fprintf(t, "\t%s\n", r.group(abc))
	}
	t.Flush() //nolint:errcheck // the writer is a buffer
	if r.s.Unvalued > 0 {
		fmt.Fprintf(w, "  no order in these months, and so no class: %s\n", customers(r.s.Unvalued))
	}
	if r.m.XYZKnown() && r.m.ShortHistory() {
		fmt.Fprintln(w, "  under 24 months, so XYZ also shows the season: classes firm up with two to three years")
	}
	fmt.Fprintln(w)
}

func (r *analysisReport) group(g segment.Group) string {
	return fmt.Sprintf("%s  %s  %s", people(g.Customers), share(g.Customers, r.s.All.Customers), moneyShare(g.Money, r.s.All.Money))
}

func (r *analysisReport) pareto(w io.Writer) {
	p := r.s.Pareto
	if math.IsNaN(p.For80) {
		return
	}
	fmt.Fprintf(w, "Pareto: 80%% of the value comes from %s of the customers, 95%% from %s.\n", percent(p.For80), percent(p.For95))
	fmt.Fprintf(w, "        The first 20%% of the customers bring %s, the first 4%% %s.\n", percent(p.Top20), percent(p.Top4))
	for _, point := range r.s.Points {
		if int(math.Round(point.Customers*100))%10 == 0 && point.Customers > 0 {
			fmt.Fprintf(w, "  %4.0f%% %s %s\n", point.Customers*100, strings.Repeat("#", int(math.Round(point.Value*50))), percent(point.Value))
		}
	}
	fmt.Fprintln(w)
}

// json is the report for machines; unknown numbers are null.
func (r *analysisReport) json(read *segment.ReadReport) map[string]any {
	p := r.s.Pareto
	return map[string]any{
		"read": read, "model": r.m, "orders": r.s.Orders, "returns": r.s.Returns,
		"customers": r.s.All, "grid": r.s.Grid, "segments": r.s.Segments, "nine": r.s.Nine, "abc": r.s.ABC, "unclassed": r.s.Unvalued,
		"pareto":   map[string]any{"for_80": known(p.For80), "for_95": known(p.For95), "top_20": known(p.Top20), "top_4": known(p.Top4), "points": r.s.Points},
		"slipping": r.s.Slipping, "inactive": r.s.Inactive, "once": r.s.Once, "returned_share": known(r.s.ReturnedShareAll),
		"median_gap_days": known(r.s.MedianGap), "median_order": r.s.MedianOrder, "median_money": r.s.MedianMoney,
		"questions": r.questions(),
	}
}

func known(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

func (r *analysisReport) amount(n int64) string {
	return amountText(n, r.m.Decimals(), r.m.Options.Currency)
}

func amountText(n int64, decimals int, currency string) string {
	text := segment.FormatAmount(n, decimals)
	whole, rest, _ := strings.Cut(text, ".")
	if rest != "" {
		rest = "." + rest
	}
	return strings.TrimSpace(separated(whole) + rest + " " + currency)
}

func people(n int) string { return grouped(int64(n)) }

func customers(n int) string {
	if n == 1 {
		return "1 customer"
	}
	return people(n) + " customers"
}

// grouped writes a number with commas, as in 1,234,567.
func grouped(n int64) string { return separated(fmt.Sprint(n)) }

func separated(digits string) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

func share(n, of int) string { return percent(float64(n) / float64(of)) }

func moneyShare(n, of int64) string { return percent(float64(n) / float64(of)) }

// percent is a share as 12.3%, or a dash where there is none.
func percent(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.1f%%", 100*v)
}

func list(values []float64, unit float64) string {
	var out []string
	for _, v := range values {
		text := fmt.Sprintf("%.2f", v/unit)
		out = append(out, strings.TrimSuffix(strings.TrimRight(text, "0"), "."))
	}
	return strings.Join(out, ", ")
}

func pow(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
