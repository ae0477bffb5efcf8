package report

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/census"
)

// Coverage tells what is known of an audience, and what to fill next.
func Coverage(g *census.GapReport, m Made) console.Page {
	p := console.Page{
		Title: "What is known of this audience",
		Lead:  gapLead(g),
		Foot:  m.foot(),
		Sections: []console.Section{
			{Title: "Fill this next", Lead: "Fields whose lack left rules without an answer, those that alone would settle most decisions first.", Parts: []console.Part{next(g)}},
			{Title: "Every field that the rules read", Lead: gapWords, Parts: []console.Part{knownTable(g)}},
		},
	}
	p.Sections = append(p.Sections, m.rejects()...)
	return p
}

func gapLead(g *census.GapReport) string {
	text := lackLead(g)
	for _, t := range g.Unmet {
		text += fmt.Sprintf(" Nobody here is in table %s: is %s written there as here, leading zeros and all?", t.Table, t.Key)
	}
	return text
}

func lackLead(g *census.GapReport) string {
	switch {
	case g.Contacts == 0:
		return "There are no contacts in it."
	case g.Unsure == 0 && g.Other == 0:
		return fmt.Sprintf("All %s were decided with everything known that mattered.", count(g.Contacts, "contact"))
	}
	text := fmt.Sprintf("In %s of %s decisions some rule lacked a field.", with(g.Unsure, g.Contacts), number(g.Contacts))
	if g.Other > 0 {
		text += fmt.Sprintf(" %s more could not be answered though no field was missing: earlier sends are not known here.", number(g.Other))
	}
	return text
}

func next(g *census.GapReport) console.Part {
	b := console.Bars{Max: float64(g.Contacts)}
	for _, f := range g.Fields {
		if f.Wanted == 0 || f.Computed || len(b.Bars) == 8 {
			continue
		}
		note := "never the only one that was missing"
		if f.Alone > 0 {
			note = "nothing else was missing in " + number(f.Alone)
		}
		if f.Blocked > 0 {
			note += fmt.Sprintf("; kept %s back", count(f.Blocked, "message"))
		}
		if f.Stale > 0 {
			note += fmt.Sprintf("; too old for %s", number(f.Stale))
		}
		b.Bars = append(b.Bars, console.Bar{Label: f.Path, Value: float64(f.Wanted), Text: with(f.Wanted, g.Contacts), Note: note, Tone: console.Warn})
	}
	if len(b.Bars) == 0 {
		return console.Text("Nothing: no rule lacked anything.")
	}
	return b
}

// gapWords says what the columns of the tables below count.
const gapWords = "Wanted: decisions in which some rule lacked the field; alone: nothing else was missing; kept back: a gate stopped the message for it."

// gapTable is the first fields that rules lacked.
func gapTable(g *census.GapReport, most int) console.Part {
	t := console.Table{Head: []string{"field", "wanted", "alone", "kept back", "known", "wanted by"}, Align: "lrrrrl"}
	for _, f := range g.Fields {
		if f.Wanted == 0 || len(t.Rows) == most {
			continue
		}
		t.Rows = append(t.Rows, console.Row(f.Path, number(f.Wanted), blank(f.Alone), blank(f.Blocked), share(f.Known, g.Contacts), wantedBy(f)))
	}
	if len(t.Rows) == 0 {
		return console.Text("Nothing was missing.")
	}
	return t
}

func wantedBy(f census.FieldGap) string {
	const most = 3
	text := ""
	for i, r := range f.Rules {
		if i == most {
			return text + fmt.Sprintf(" and %d more", len(f.Rules)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += r.Name
	}
	return text
}

func knownTable(g *census.GapReport) console.Table {
	t := console.Table{
		Head: []string{"field", "known", "share", "too old", "null", "wrong type", "out of range", "absent", "wanted", "alone", "kept back", "wanted by"}, Align: "lrrrrrrrrrrl",
	}
	for _, f := range g.Fields {
		if strings.HasPrefix(f.Path, "message.") && f.Wanted == 0 {
			continue // what is sent is no property of the audience
		}
		path := f.Path
		if f.Computed {
			path += " (computed)"
		}
		t.Rows = append(t.Rows, console.Row(path, number(f.Known), share(f.Known, g.Contacts), blank(f.Stale), blank(f.Null), blank(f.WrongType), blank(f.OutOfRange),
			blank(f.Absent), blank(f.Wanted), blank(f.Alone), blank(f.Blocked), wantedBy(f)))
	}
	return t
}
