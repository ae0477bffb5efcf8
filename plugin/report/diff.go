package report

import (
	"fmt"
	"slices"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/plugin/replay"
	"github.com/winnow-gate/winnow/rules/census"
)

// Diff tells what a change of rules flips. Shadows are what observing personas
// would do, before and after; nil when nobody counted them.
func Diff(r *census.FlipReport, was, now *census.ReachReport, m Made) console.Page {
	p := console.Page{Title: "What the change flips", Lead: flipLead(r), Foot: m.foot()}
	p.Sections = append(flipSections(r), beside(was, now)...)
	p.Sections = append(p.Sections, m.rejects()...)
	return p
}

func flipLead(r *census.FlipReport) string {
	switch {
	case r.Contacts == 0:
		return "There is nothing to compare."
	case r.Changed == 0:
		return fmt.Sprintf("Nothing changes for any of %s.", count(r.Contacts, "contact"))
	case r.In+r.Out == 0:
		return fmt.Sprintf("Nobody flips between sent and left out; %s of %s get another answer.", with(r.Changed, r.Contacts), number(r.Contacts))
	}
	return fmt.Sprintf("Of %s, %s flip: → %s now sent to, ← %s now left out.", count(r.Contacts, "contact"), with(r.In+r.Out, r.Contacts), number(r.In), number(r.Out))
}

func flipSections(r *census.FlipReport) []console.Section {
	out := []console.Section{{Title: "At a glance", Parts: []console.Part{console.Tiles{
		{Label: "Compared", Value: number(r.Contacts)},
		{Label: "→ Now sent to", Value: number(r.In), Note: share(r.In, r.Contacts)},
		{Label: "← Now left out", Value: number(r.Out), Note: share(r.Out, r.Contacts)},
		{Label: "Other answer", Value: number(r.Changed), Note: share(r.Changed, r.Contacts)},
		{Label: "Other contents", Value: number(r.Rest), Note: "content, hold, route, ask, details"},
	}}}}
	add := func(title, lead string, t console.Table) {
		if len(t.Rows) > 0 {
			out = append(out, console.Section{Title: title, Lead: lead, Parts: []console.Part{t}})
		}
	}
	add("Who flips, and why", "← is left out now, by what keeps it back; → is sent now, by what had kept it back.", causeTable(r))
	add("Actions", "", actionTable(r))
	add("Personas", "Who is of a persona now and was not, and the other way about.", movesTable(r))
	add("Slots", "Who is shown something else.", variantTable(r))
	add("Reasons", "Reasons that answers give now and did not, and the other way about.", reasonTable(r))
	return out
}

func causeTable(r *census.FlipReport) console.Table {
	t := console.Table{Head: []string{"now", "rule", "action", "contacts", "share", "samples"}, Align: "lllrrl"}
	for _, c := range r.Causes {
		arrow := console.Cell{Part: console.Badge{Text: "← out", Tone: console.Bad}}
		if c.Now {
			arrow.Part = console.Badge{Text: "→ in", Tone: console.Good}
		}
		t.Rows = append(t.Rows, append([]console.Cell{arrow}, console.Row(c.Rule, c.Action, number(c.N), share(c.N, r.Contacts), names(c.Samples))...))
	}
	return t
}

func actionTable(r *census.FlipReport) console.Table {
	t := console.Table{Head: []string{"was", "is", "contacts", "share"}, Align: "llrr"}
	for _, a := range r.Actions {
		t.Rows = append(t.Rows, console.Row(a.From, a.To, number(a.N), share(a.N, r.Contacts)))
	}
	return t
}

func movesTable(r *census.FlipReport) console.Table {
	t := console.Table{Head: []string{"persona", "gained", "lost", "gained, for example", "lost, for example"}, Align: "lrrll"}
	for _, p := range r.Personas {
		t.Rows = append(t.Rows, console.Row(p.ID, arrowed("+", p.Gained), arrowed("−", p.Lost), names(p.GainedSample), names(p.LostSample)))
	}
	return t
}

func arrowed(sign string, n int64) string {
	if n == 0 {
		return ""
	}
	return sign + number(n)
}

func variantTable(r *census.FlipReport) console.Table {
	t := console.Table{Head: []string{"slot", "was", "is", "contacts", "share", "samples"}, Align: "lllrrl"}
	for _, s := range r.Slots {
		t.Rows = append(t.Rows, console.Row(s.Slot, orNone(s.From), orNone(s.To), number(s.N), share(s.N, r.Contacts), names(s.Samples)))
	}
	return t
}

func orNone(variant string) string {
	if variant == "" {
		return "(no such slot)"
	}
	return variant
}

func reasonTable(r *census.FlipReport) console.Table {
	t := console.Table{Head: []string{"reason", "rule", "slot", "gained", "lost"}, Align: "lllrr"}
	for _, x := range r.Reasons {
		t.Rows = append(t.Rows, console.Row(string(x.Code), x.Rule, x.Slot, arrowed("+", x.Gained), arrowed("−", x.Lost)))
	}
	return t
}

// beside shows what personas that only observe would do, before and after.
func beside(was, now *census.ReachReport) []console.Section {
	if was == nil || now == nil {
		return nil
	}
	before := map[string]census.PersonaReach{}
	for _, p := range was.Personas {
		before[p.ID] = p
	}
	t := console.Table{Head: []string{"persona", "mode", "decided before", "decides", "would leave out before", "would leave out"}, Align: "llrrrr"}
	for _, p := range now.Personas {
		b := before[p.ID]
		delete(before, p.ID)
		if p.Observed > 0 || b.Observed > 0 {
			t.Rows = append(t.Rows, console.Row(p.ID, orEnforced(p.Mode), number(b.Decided), number(p.Decided), number(b.Missed), number(p.Missed)))
		}
	}
	for _, p := range was.Personas {
		if _, gone := before[p.ID]; gone && p.Observed > 0 {
			t.Rows = append(t.Rows, console.Row(p.ID, "is gone", number(p.Decided), "0", number(p.Missed), "0"))
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []console.Section{{
		Title: "If it were enforced", Lead: "Personas that only observe, or are outside their canary share: what they decide, and whom they would leave out besides.", Parts: []console.Part{t},
	}}
}

func orEnforced(mode string) string {
	if mode == "" {
		return "enforced"
	}
	return mode
}

// Replay tells how recorded decisions come out again.
func Replay(r *replay.Report, m Made) console.Page {
	p := console.Page{Title: "Recorded decisions, decided again", Lead: replayLead(r), Foot: m.foot(), Sections: []console.Section{
		{Title: "Records", Parts: []console.Part{console.Tiles{
			{Label: "Records", Value: number(r.Records)},
			{Label: "Identical", Value: number(r.Identical), Note: share(r.Identical, r.Records)},
			{Label: "Changed", Value: number(r.Changed), Note: share(r.Changed, r.Records)},
			{Label: "Not reproducible", Value: number(r.NotReproducible), Note: share(r.NotReproducible, r.Records)},
		}}},
	}}
	if len(r.Reasons) > 0 {
		t := console.Table{Head: []string{"records", "share", "about", "first", "why"}, Align: "rrlll"}
		for _, x := range r.Reasons {
			t.Rows = append(t.Rows, console.Row(number(x.N), share(x.N, r.Records), x.About, x.First, string(x.Why)))
		}
		p.Sections = append(p.Sections, console.Section{
			Title: "Why not reproducible",
			Lead:  "These are not guessed, and do not count below. Of a hashed value the log knows only what the rules of its time asked about it.",
			Parts: append([]console.Part{t}, replayHints(r.Reasons)...),
		})
	}
	if r.Changed > 0 {
		p.Sections = append(p.Sections, flipSections(r.Flips)...)
	}
	t := console.Table{Head: []string{"records", "decided by bundle"}, Align: "rl"}
	for _, b := range r.Bundles {
		t.Rows = append(t.Rows, console.Row(number(b.N), fmt.Sprintf("%.12s", b.Name)))
	}
	p.Sections = append(p.Sections, console.Section{Title: "Bundles in the log", Parts: []console.Part{t}})
	return p
}

// replayHints say what to do, once for each reason.
func replayHints(reasons []replay.ReasonCount) []console.Part {
	var list console.Bullets
	for _, x := range reasons {
		if line := string(x.Why) + ": " + x.Hint; x.Hint != "" && !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	if list == nil {
		return nil
	}
	return []console.Part{list}
}

func replayLead(r *replay.Report) string {
	if r.Records == 0 {
		return "There are no records in this time."
	}
	return fmt.Sprintf("Of %s, %s come out the same, %s otherwise, and %s can't be decided again.",
		count(r.Records, "record"), with(r.Identical, r.Records), with(r.Changed, r.Records), with(r.NotReproducible, r.Records))
}
