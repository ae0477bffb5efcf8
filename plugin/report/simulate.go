package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/census"
)

// Simulate tells whom a bundle reaches, and what is missing.
func Simulate(r *census.ReachReport, g *census.GapReport, m Made) console.Page {
	p := console.Page{
		Title: "What the rules do to this audience",
		Lead:  reachLead(r),
		Foot:  m.foot() + " Earlier sends and decisions are not known here: caps stay open, and no persona is held.",
		Sections: []console.Section{
			{Title: "At a glance", Parts: []console.Part{reachTiles(r)}},
			{Title: "The sieve", Lead: "From the audience, past the gates, by what is known, past the personas, to what is shown.", Parts: []console.Part{funnel(r), flow(r)}},
			{Title: "Gates", Lead: "Messages that a gate kept back, by the first gate that did.", Parts: []console.Part{gateTable(r)}},
			{Title: "Personas", Lead: "Of those past the gates, the largest first. A negative persona decides where its action was the strongest.", Parts: []console.Part{personaTable(r)}},
		},
	}
	if s := shadowSection(r); s != nil {
		p.Sections = append(p.Sections, *s)
	}
	p.Sections = append(p.Sections, console.Section{Title: "Slots", Lead: "What those past the gates would be shown, sent or not.", Parts: slotParts(r)})
	if len(r.Splits) > 0 {
		p.Sections = append(p.Sections, console.Section{Title: "Split balance", Lead: "Each variant beside its promised share.", Parts: []console.Part{splitTable(r)}})
	}
	p.Sections = append(p.Sections, console.Section{Title: "Unknown, by field", Lead: gapLead(g) + " " + gapWords, Parts: []console.Part{gapTable(g, 12)}})
	p.Sections = append(p.Sections, m.rejects()...)
	return p
}

func reachLead(r *census.ReachReport) string {
	if r.Contacts == 0 {
		return "There are no contacts in it."
	}
	return fmt.Sprintf("Of %s, %s are sent to and %s are left out.", count(r.Contacts, "contact"), with(r.Sent, r.Contacts), with(r.Contacts-r.Sent, r.Contacts))
}

func reachTiles(r *census.ReachReport) console.Tiles {
	gated, kept := int64(0), int64(0)
	for _, a := range r.Actions {
		switch a.Name {
		case "gate":
			gated += a.N
		case "suppress", "hold", "reroute", "cap":
			kept += a.N
		}
	}
	tiles := console.Tiles{
		{Label: "Contacts", Value: number(r.Contacts)},
		{Label: "Sent to", Value: number(r.Sent), Note: share(r.Sent, r.Contacts)},
		{Label: "Stopped by gates", Value: number(gated), Note: share(gated, r.Contacts)},
		{Label: "Left out by personas", Value: number(kept), Note: share(kept, r.Contacts)},
		{Label: "Held out", Value: number(r.HeldOut), Note: "sent to, to measure"},
		{Label: "Would be left out too", Value: number(r.Shadow), Note: "by personas that only observe"},
		{Label: "Something unknown", Value: number(r.Unsure), Note: share(r.Unsure, r.Contacts)},
	}
	if r.Repeated > 0 {
		tiles = append(tiles, console.Tile{Label: "On a row before", Value: number(r.Repeated), Note: "the same contact again"})
	}
	return tiles
}

func gateTable(r *census.ReachReport) console.Part {
	if len(r.Gates) == 0 {
		return console.Text("Every gate was open for everybody.")
	}
	t := console.Table{Head: []string{"gate", "kept back", "share", "closed", "unknown", "in error"}, Align: "lrrrrr"}
	for _, g := range r.Gates {
		t.Rows = append(t.Rows, console.Row(g.ID, number(g.Decided), share(g.Decided, r.Contacts), blank(g.Closed), blank(g.Unknown), blank(g.Failed)))
	}
	return t
}

func personaTable(r *census.ReachReport) console.Part {
	if len(r.Personas) == 0 {
		return console.Text("The bundle has no personas.")
	}
	t := console.Table{Head: []string{"persona", "what it does", "matched", "share", "decided", "protected", "held out", "unknown", "in error"}, Align: "llrrrrrrr"}
	most := slices.Clone(r.Personas)
	slices.SortStableFunc(most, func(a, b census.PersonaReach) int { return cmp.Compare(b.Matched, a.Matched) })
	for _, p := range most {
		t.Rows = append(t.Rows, console.Row(
			p.ID, personaDoes(p), number(p.Matched), share(p.Matched, r.Contacts), blank(p.Decided), blank(p.Exempt), blank(p.HeldOut), blank(p.Unknown), blank(p.Failed)))
	}
	return t
}

func personaDoes(p census.PersonaReach) string {
	switch {
	case !p.Negative:
		return "positive"
	case p.Mode == "":
		return p.Action
	}
	return p.Action + ", " + p.Mode
}

// shadowSection shows what personas that only observe would do; nil when none
// met anybody.
func shadowSection(r *census.ReachReport) *console.Section {
	t := console.Table{
		Head: []string{"persona", "mode", "enforced on", "only observed", "of these it would", "sent to, and would not be", "share"}, Align: "llrrlrr",
	}
	for _, p := range r.Personas {
		if p.Observed == 0 {
			continue
		}
		mode := p.Mode
		if mode == "" {
			mode = "past its review date"
		}
		t.Rows = append(t.Rows, console.Row(p.ID, mode, number(p.Decided), number(p.Observed), outcomes(p.Would), number(p.Missed), share(p.Missed, r.Contacts)))
	}
	for _, s := range r.Slots {
		for _, v := range s.Variants {
			if v.Would > 0 {
				t.Rows = append(t.Rows, console.Row("slot "+s.Slot, "rules that only observe", "", number(v.Would), "show "+v.Variant, "", ""))
			}
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return &console.Section{
		Title: "If it were enforced",
		Lead:  fmt.Sprintf("What rules that only observe, or are outside their canary share, would have done: %s more would be left out.", with(r.Shadow, r.Contacts)),
		Parts: []console.Part{t},
	}
}

func outcomes(list []census.Outcome) string {
	var out []string
	for _, o := range list {
		out = append(out, o.Name+" "+number(o.N))
	}
	return strings.Join(out, ", ")
}

func slotParts(r *census.ReachReport) []console.Part {
	if len(r.Slots) == 0 {
		return []console.Part{console.Text("The bundle has no slots.")}
	}
	var out []console.Part
	for _, s := range r.Slots {
		b := console.Bars{Title: s.Slot}
		whole := int64(0)
		for _, v := range s.Variants {
			whole += v.N
		}
		out = append(out, console.Heading(s.Slot))
		b.Title = ""
		for _, v := range s.Variants {
			label := v.Variant
			if v.Variant == s.Default {
				label += " (default)"
			}
			b.Bars = append(b.Bars, console.Bar{Label: label, Value: float64(v.N), Text: with(v.N, whole)})
		}
		t := console.Table{Head: []string{"chosen by", "contacts"}, Align: "lr"}
		for _, x := range s.Rules {
			t.Rows = append(t.Rows, console.Row("rule "+x.Name, number(x.N)))
		}
		if s.Pinned > 0 {
			t.Rows = append(t.Rows, console.Row("a persona's pin", number(s.Pinned)))
		}
		t.Rows = append(t.Rows, console.Row("no rule", number(s.ByDefault)))
		out = append(out, b, console.Details{Summary: "Which rules chose", Parts: []console.Part{t}})
	}
	return out
}

func splitTable(r *census.ReachReport) console.Table {
	t := console.Table{Head: []string{"rule", "variant", "contacts", "expected", "promised", "chi-square", "p", "remark"}, Align: "llrrrrrl"}
	for _, s := range r.Splits {
		for i, v := range s.Shares {
			row := console.Row(s.Rule, v.Variant, number(v.N), fmt.Sprintf("%.1f", v.Expected), fmt.Sprintf("%.1f%%", 100*v.Share), "", "", "")
			if i == 0 {
				row[5].Text, row[6].Text = fmt.Sprintf("%.2f", s.ChiSquare), fmt.Sprintf("%.3f", s.P)
				row[7].Text = s.Remark
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
