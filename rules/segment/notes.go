package segment

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Notes say what the classes mean, what they were fitted to, and when, each as
// "name: text" but for the first.
func (m *Model) Notes() []string {
	o := &m.Options
	out := []string{
		fmt.Sprintf("winnow classes of %d customers", m.Customers),
		"as_of: " + m.AsOf.String(),
		fmt.Sprintf("orders: %s to %s", m.First, m.Last),
	}
	if o.Currency != "" {
		out = append(out, "currency: "+o.Currency)
	}
	kind := "net of returns"
	if o.Gross {
		kind = "before returns"
	}
	frequency := map[Counting]string{CountOrders: "distinct sale orders", CountRows: "rows that are sales", CountDays: "days with a sale"}[o.Frequency]
	out = append(
		out,
		fmt.Sprintf("rfm.r: days since the last sale, %d is recent; cut points %s", o.Bins, m.R.text(1)),
		fmt.Sprintf("rfm.f: %s; cut points %s", frequency, m.F.text(1)),
		fmt.Sprintf("rfm.m: money %s; cut points %s", kind, m.M.text(float64(pow10(m.Decimals())))),
		m.abcNote(),
	)
	if m.XYZKnown() {
		out = append(out, fmt.Sprintf("abcxyz.xyz: variation of monthly money over %d full months from %s, X to %g, Y to %g", m.Months, m.From, o.LimitX, o.LimitY))
	}
	return append(out, fmt.Sprintf("trend.slipping: silent for %g times the usual gap, or for one with at most half the purchase days in the last %d days of the %d before", o.SlipOverdue, o.WindowDays, o.WindowDays))
}

// notes are the lines at the top of a class table, each begun with #. A bundle
// counts max_age from as_of; the last line is the whole model, from which others
// can be scored.
func (m *Model) notes() []string {
	model, err := json.Marshal(m)
	if err != nil {
		panic("segment: " + err.Error()) // a model is plain values
	}
	return append(m.Notes(), "model: "+string(model))
}

func (m *Model) abcNote() string {
	o := &m.Options
	by := "money"
	if o.Margin {
		by = "margin"
	}
	if o.OneTime {
		by += " of the average order"
	}
	note := fmt.Sprintf("abcxyz.abc: A to %g %%, B to %g %% of the %s", float64(o.ShareA)/100, float64(o.ShareB)/100, by)
	if m.ABC.Fitted {
		note += fmt.Sprintf("; least of A %s, of B %s", m.floor(m.ABC.A), m.floor(m.ABC.B))
	}
	return note
}

func (m *Model) floor(v int64) string {
	if v > maxTotal {
		return "none" // nobody is in the class
	}
	return FormatAmount(v, m.Decimals())
}

// text writes the edges in units.
func (c *Cuts) text(unit float64) string {
	var out []string
	for _, v := range c.Values() {
		out = append(out, fmt.Sprintf("%.6g", v/unit))
	}
	return strings.Join(out, " ")
}
