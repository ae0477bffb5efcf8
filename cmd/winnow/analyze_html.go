package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/segment"
)

// page is the report as a page; source names where the orders came from.
func (r *analysisReport) page(source string) console.Page {
	return console.Page{
		Title: "Customers by their orders",
		Lead:  r.headline(),
		Sections: []console.Section{
			{Title: "At a glance", Parts: r.glance()},
			{Title: "Recency and frequency", Lead: "How many customers bought how lately (R) and how often (F). The upper right corner is the best.", Parts: r.gridParts()},
			{Title: "Segments", Lead: "The scores by name. Percentages are of all customers, and of all money.", Parts: r.segmentParts()},
			{Title: "Value and steadiness", Lead: r.nineLead(), Parts: r.nineParts()},
			{Title: "Few bring most", Lead: "The share of value that the best customers bring together.", Parts: r.paretoParts()},
			{Title: "Who is slipping", Lead: "Customers who buy clearly less than before, those worth most first.", Parts: r.trendParts()},
			{Title: "The nine questions", Parts: r.questionParts()},
			{Title: "How this was computed", Parts: r.definitionParts()},
			{Title: "What was read", Lead: r.readLead(), Parts: r.readParts()},
		},
		Foot: fmt.Sprintf("Made by winnow analyze from %s, as of %s. It names customers by their keys: keep it as you keep those.", source, r.m.AsOf),
	}
}

func (r *analysisReport) glance() []console.Part {
	parts := []console.Part{console.Tiles{
		{Label: "Customers", Value: people(r.s.All.Customers)},
		{Label: "Orders", Value: grouped(int64(r.s.Orders))},
		{Label: "Money", Value: r.amount(r.s.All.Money), Note: r.moneyKind()},
		{Label: "Bought once", Value: share(r.s.Once, r.s.All.Customers), Note: customers(r.s.Once)},
		{Label: "Usual gap", Value: brief(r.s.MedianGap) + " days", Note: "between purchases"},
		{Label: "Slipping", Value: people(r.s.Slipping), Note: fmt.Sprintf("%s of class A", people(r.s.SlippingA))},
		{Label: "Inactive", Value: people(r.s.Inactive), Note: fmt.Sprintf("%d days or more", r.m.Options.InactiveDays)},
		{Label: "Returned", Value: percent(r.s.ReturnedShareAll), Note: "of sales"},
	}}
	if r.s.All.Customers < fewCustomers {
		parts = append(parts, console.Text(fmt.Sprintf("Fewer than %d customers: scores only rank them, so look at each one.", fewCustomers)))
	}
	return parts
}

func (r *analysisReport) gridParts() []console.Part {
	bins := len(r.s.Grid)
	h := console.Heat{Caption: "Customers by recency and frequency", Corner: "R ↓ F →"}
	for f := range bins {
		h.Columns = append(h.Columns, fmt.Sprintf("F%d", f+1))
	}
	for i := range bins {
		row := bins - 1 - i
		h.Rows = append(h.Rows, fmt.Sprintf("R%d", row+1))
		var cells []console.HeatCell
		for _, n := range r.s.Grid[row] {
			c := console.HeatCell{Value: float64(n), Text: people(n)}
			if n > 0 {
				c.Lines = []string{share(n, r.s.All.Customers)}
			}
			cells = append(cells, c)
		}
		h.Cells = append(h.Cells, cells)
	}
	d := float64(pow(r.m.Decimals()))
	return []console.Part{h, console.Text(fmt.Sprintf("Cut points: recency %s days; frequency %s; money %s. Equal customers get equal scores, so a score may be empty.",
		list(r.m.R.Values(), 1), list(r.m.F.Values(), 1), list(r.m.M.Values(), d)))}
}

func (r *analysisReport) segmentParts() []console.Part {
	if len(r.s.Segments) == 0 {
		return []console.Part{console.Text(fmt.Sprintf("There are no names for scores up to %d.", r.m.Options.Bins))}
	}
	b := console.Bars{Title: "Customers by segment"}
	for _, s := range r.s.Segments {
		b.Bars = append(b.Bars, console.Bar{
			Label: s.Name, Value: float64(s.Customers), Text: people(s.Customers) + " · " + share(s.Customers, r.s.All.Customers),
			Note: r.amount(s.Money) + " · " + moneyShare(s.Money, r.s.All.Money) + " of the money",
		})
	}
	return []console.Part{b}
}

func (r *analysisReport) nineLead() string {
	switch {
	case r.m.Options.OneTime:
		return fmt.Sprintf("ABC by the average order's %s. Goods bought once in years have no XYZ.", r.by())
	case !r.m.XYZKnown():
		return fmt.Sprintf("ABC by %s over the whole history, which has fewer than two full months and so no XYZ.", r.by())
	}
	return fmt.Sprintf("A brings most %s, C least; X buys steadily, Z irregularly. Over %d full months from %s.", r.by(), r.m.Months, r.m.From)
}

func (r *analysisReport) nineParts() []console.Part {
	h := console.Heat{Caption: "ABC-XYZ", Corner: "class", Note: "customers, their share, and their share of the money; the stronger the colour, the more money", Columns: []string{"all"}}
	if r.m.XYZKnown() {
		h.Columns = []string{"X steady", "Y changing", "Z irregular", "all"}
	}
	for i, abc := range r.s.ABC {
		h.Rows = append(h.Rows, string(rune('A'+i)))
		var cells []console.HeatCell
		if r.m.XYZKnown() {
			for _, g := range r.s.Nine[i] {
				cells = append(cells, r.nineCell(g, float64(g.Money)))
			}
		}
		h.Cells = append(h.Cells, append(cells, r.nineCell(abc, 0)))
	}
	parts := []console.Part{h}
	if r.s.Unvalued > 0 {
		parts = append(parts, console.Text("No order in these months, and so no class: "+customers(r.s.Unvalued)+"."))
	}
	if r.m.XYZKnown() && r.m.ShortHistory() {
		parts = append(parts, console.Text("The history is under 24 months, so XYZ also shows the season. Classes firm up with two to three years."))
	}
	return parts
}

func (r *analysisReport) nineCell(g segment.Group, weight float64) console.HeatCell {
	c := console.HeatCell{Value: weight, Text: people(g.Customers)}
	if g.Customers > 0 {
		c.Lines = []string{share(g.Customers, r.s.All.Customers), moneyShare(g.Money, r.s.All.Money) + " money"}
	}
	return c
}

func (r *analysisReport) paretoParts() []console.Part {
	p := r.s.Pareto
	if math.IsNaN(p.For80) {
		return []console.Part{console.Text("Nobody brings anything, so there is no curve.")}
	}
	say := fmt.Sprintf("80%% of the value comes from %s of the customers, 95%% from %s. The first 20%% bring %s, the first 4%% %s.",
		percent(p.For80), percent(p.For95), percent(p.Top20), percent(p.Top4))
	c := console.Curve{Title: "Pareto curve", Desc: say, XLabel: "share of customers, best first", Table: &console.Table{Head: []string{"customers", "value"}, Align: "rr"}}
	for i := range 6 {
		tick := console.Tick{At: float64(i) / 5, Text: fmt.Sprintf("%d%%", 20*i)}
		c.XTicks, c.YTicks = append(c.XTicks, tick), append(c.YTicks, tick)
	}
	line := console.Line{Name: "value"}
	for _, at := range r.s.Points {
		line.Points = append(line.Points, console.Point{X: at.Customers, Y: at.Value})
		c.Table.Rows = append(c.Table.Rows, console.Row(percent(at.Customers), percent(at.Value)))
	}
	c.Lines = []console.Line{line, {Name: "if all brought the same", Mark: true, Points: []console.Point{{X: 0, Y: 0}, {X: 1, Y: 1}}}}
	return []console.Part{console.Text(say), c}
}

// slippingShown is how many slipping customers a page names.
const slippingShown = 20

func (r *analysisReport) trendParts() []console.Part {
	o := &r.m.Options
	say := console.Text(fmt.Sprintf("The last %d days brought %s, the %d before %s.", o.WindowDays, r.amount(r.s.RecentMoney), o.WindowDays, r.amount(r.s.PreviousMoney)))
	var all []*segment.Customer
	for i := range r.a.Customers {
		if c := &r.a.Customers[i]; c.Slipping == segment.Yes {
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return []console.Part{say, console.Text("Nobody is slipping who bought on three days or more.")}
	}
	slices.SortStableFunc(all, func(a, b *segment.Customer) int { return cmp.Compare(b.Money(o), a.Money(o)) })
	note := ""
	if len(all) > slippingShown {
		note = fmt.Sprintf("the first %d of %s", slippingShown, people(len(all)))
	}
	t := console.Table{
		Caption: "Slipping customers", Note: note,
		Head: []string{"customer", "class", "money", "last purchase", "usual gap", "silent for", "money then", "now"}, Align: "llrlrrrr",
	}
	for _, c := range all[:min(slippingShown, len(all))] {
		t.Rows = append(t.Rows, console.Row(c.Key, letters(c.ABC, c.XYZ), r.amount(c.Money(o)), c.Last.String(),
			brief(c.GapMean)+" days", fmt.Sprintf("%d days", c.Recency), r.amount(c.Previous.Money), r.amount(c.Recent.Money)))
	}
	return []console.Part{say, t}
}

// letters are the classes as one word, a dash when there is none.
func letters(classes ...byte) string {
	out := strings.ReplaceAll(string(classes), "\x00", "")
	if out == "" {
		return "–"
	}
	return out
}

func (r *analysisReport) questionParts() []console.Part {
	var parts []console.Part
	for i, q := range r.questions() {
		parts = append(parts, console.Heading(fmt.Sprintf("%d. %s", i+1, q.Question)), console.Bullets(q.Answer))
	}
	return parts
}

func (r *analysisReport) definitionParts() []console.Part {
	var facts console.Facts
	for _, note := range r.m.Notes() {
		if name, text, ok := strings.Cut(note, ": "); ok {
			facts = append(facts, console.Fact{Name: name, Value: text})
		}
	}
	return []console.Part{facts}
}
