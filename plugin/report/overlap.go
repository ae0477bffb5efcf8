package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/census"
)

// Overlap tells which personas share people, and what would keep them apart.
func Overlap(r *census.PairReport, m Made) console.Page {
	p := console.Page{
		Title: "Which personas share people",
		Lead:  overlapLead(r),
		Foot:  m.foot() + " Everybody counts here, also those whom a gate would stop.",
		Sections: []console.Section{
			{Title: "Personas", Parts: sizes(r)},
			{Title: "Side by side", Lead: "How many are of both; on the diagonal, of the persona itself. The stronger the colour, the more alike.", Parts: []console.Part{heat(r)}},
		},
	}
	for _, opposed := range [...]bool{true, false} {
		t := pairTable(r, opposed)
		if len(t.Rows) == 0 {
			continue
		}
		s := console.Section{Title: "Alike", Lead: "Two of a kind: are they one persona?", Parts: []console.Part{t}}
		if opposed {
			s = console.Section{Title: "At odds", Lead: "A negative persona that shares people with a positive one leaves out people you want, unless the positive one protects them.", Parts: []console.Part{t}}
		}
		p.Sections = append(p.Sections, s)
	}
	p.Sections = append(p.Sections, m.rejects()...)
	return p
}

func overlapLead(r *census.PairReport) string {
	opposed := 0
	for _, p := range r.Pairs {
		if p.Opposed {
			opposed++
		}
	}
	if len(r.Pairs) == 0 {
		return fmt.Sprintf("No two personas share anybody among %s.", count(r.Contacts, "contact"))
	}
	return fmt.Sprintf("Among %s, %s of personas share people; in %d of them one is negative and the other positive.",
		count(r.Contacts, "contact"), count(int64(len(r.Pairs)), "pair"), opposed)
}

// sizes shows the personas that are of somebody, the largest first, and names the others.
func sizes(r *census.PairReport) []console.Part {
	if len(r.Personas) == 0 {
		return []console.Part{console.Text("The bundle has no personas.")}
	}
	b, nobody := console.Bars{Max: float64(r.Contacts)}, []string{}
	for _, p := range largestFirst(r.Personas) {
		if p.N == 0 {
			nobody = append(nobody, p.ID)
			continue
		}
		tone, kind := console.Good, "positive"
		if p.Negative {
			tone, kind = console.Bad, "negative"
		}
		b.Bars = append(b.Bars, console.Bar{Label: p.ID + " (" + kind + ")", Value: float64(p.N), Text: with(p.N, r.Contacts), Tone: tone})
	}
	var out []console.Part
	if len(b.Bars) > 0 {
		out = append(out, b)
	}
	if len(nobody) > 0 {
		out = append(out, console.Text("Nobody here is of: "+strings.Join(nobody, ", ")+"."))
	}
	return out
}

func largestFirst(list []census.PersonaSize) []census.PersonaSize {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b census.PersonaSize) int { return cmp.Compare(b.N, a.N) })
	return list
}

// manyPersonas is how many personas stand side by side: the largest.
const manyPersonas = 14

func heat(r *census.PairReport) console.Part {
	list := slices.DeleteFunc(largestFirst(r.Personas), func(p census.PersonaSize) bool { return p.N == 0 })
	some := len(list)
	if list = list[:min(len(list), manyPersonas)]; len(list) < 2 {
		return console.Text("Fewer than two personas have anybody to compare.")
	}
	pairs := map[[2]string]census.Pair{}
	for _, p := range r.Pairs {
		pairs[[2]string{p.A, p.B}], pairs[[2]string{p.B, p.A}] = p, p
	}
	h := console.Heat{Caption: "People in common", Corner: "persona", Max: 1}
	if len(list) < some {
		h.Note = fmt.Sprintf("the %d largest of %d", len(list), some)
	}
	for i, a := range list {
		h.Rows, h.Columns = append(h.Rows, fmt.Sprintf("%d  %s", i+1, a.ID)), append(h.Columns, fmt.Sprint(i+1))
		var cells []console.HeatCell
		for _, b := range list {
			if a.ID == b.ID {
				cells = append(cells, console.HeatCell{Text: number(a.N), Title: a.ID})
				continue
			}
			p := pairs[[2]string{a.ID, b.ID}]
			cells = append(cells, console.HeatCell{Value: p.Jaccard, Text: number(p.Both), Title: fmt.Sprintf("%s and %s: %s of either", a.ID, b.ID, percent(p.Jaccard))})
		}
		h.Cells = append(h.Cells, cells)
	}
	return h
}

func percent(x float64) string { return fmt.Sprintf("%.1f%%", 100*x) }

func pairTable(r *census.PairReport, opposed bool) console.Table {
	t := console.Table{Head: []string{"personas", "both", "only 1st", "only 2nd", "of either", "of smaller", "would keep them apart", "samples"}, Align: "lrrrrrll"}
	for _, p := range r.Pairs {
		if p.Opposed == opposed {
			t.Rows = append(t.Rows, console.Row(p.A+" and "+p.B, number(p.Both), number(p.OnlyA), number(p.OnlyB), percent(p.Jaccard), percent(p.Inside), apart(p), names(p.Samples)))
		}
	}
	return t
}

func apart(p census.Pair) string {
	a := p.Apart
	switch {
	case a != nil && a.Costs > 0:
		return fmt.Sprintf("%s: and %s (leaves %s to the other, and loses %s of its own)", a.To, a.Condition, number(a.Drops), number(a.Costs))
	case a != nil:
		return fmt.Sprintf("%s: and %s (leaves %s to the other)", a.To, a.Condition, number(a.Drops))
	case p.OnlyA == 0:
		return p.A + " lies within " + p.B
	case p.OnlyB == 0:
		return p.B + " lies within " + p.A
	}
	return "no single condition"
}
