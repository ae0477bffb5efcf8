package card

import (
	"fmt"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/format"
)

// Section is a part of a card: a heading with lines, or with lines that have
// heads of their own.
type Section struct {
	Title string
	Lines []Line
}

// Line is one thing on a card.
type Line struct {
	Head, Text string
	Code       bool // a condition
	Quote      bool // somebody's own words
	Story      bool // prose
}

// Sections lay a card out for people: who they are, why, on what evidence, and
// last what the machine does. language is that of the questions behind answers.
func Sections(p *format.Persona, language string) []Section {
	var out []Section
	add := func(title string, lines []Line) {
		if len(lines) > 0 {
			out = append(out, Section{title, lines})
		}
	}
	add("Who they are", who(p))
	for _, l := range []struct {
		title string
		items []format.Text
	}{
		{"What they do", p.Habits},
		{"What they need", p.Needs},
		{"What they fear", p.Fears},
		{"What keeps them from it", p.Inhibitions},
		{"What makes them buy", p.Triggers},
		{"What makes them break off", p.Stops},
		{"Where to meet them", p.Channels},
	} {
		add(l.title, texts(l.items))
	}
	add("In their words", quotes(p))
	add("Why we hold back", reasons(p))
	add("Answers", answers(p, language))
	add("What it rests on", evidence(p))
	add("Who is matched by mistake", texts(p.FalsePos))
	add("What the machine does", machine(p))
	add("Who answers for it", care(p))
	add("History", history(p))
	return out
}

func texts(items []format.Text) []Line {
	var out []Line
	for _, t := range items {
		out = append(out, Line{Text: t.Value})
	}
	return out
}

// lines builds lines of what is there.
type lines []Line

func (l *lines) text(head string, t *format.Text) {
	if t != nil && strings.TrimSpace(t.Value) != "" {
		*l = append(*l, Line{Head: head, Text: strings.TrimSpace(t.Value)})
	}
}

func (l *lines) code(head string, c *format.Condition) {
	if c != nil {
		*l = append(*l, Line{Head: head, Text: c.Source, Code: true})
	}
}

func (l *lines) say(head, text string) {
	if text != "" {
		*l = append(*l, Line{Head: head, Text: text})
	}
}

func who(p *format.Persona) []Line {
	var l lines
	if p.Story != nil {
		l = append(l, Line{Text: strings.TrimSpace(p.Story.Value), Story: true})
	}
	if p.BuyingStyle != nil {
		l.say("buys", map[string]string{"researcher": "after research", "impulsive": "on impulse", "mixed": "sometimes after research, sometimes on impulse"}[p.BuyingStyle.Value])
	}
	l.text("uses ours", p.Use)
	l.text("or instead", p.Substitute)
	if s := p.Scope; s != nil {
		if s.Of != nil {
			l.say("is a", s.Of.Value)
		}
		l.say("markets", joined(s.Markets))
		l.say("products", joined(s.Products))
		l.say("occasions", joined(s.Occasions))
	}
	return l
}

func reasons(p *format.Persona) []Line {
	var l lines
	if p.Why != nil {
		l.say("because", map[string]string{"wont_buy": "they will not buy", "not_for_them": "it is not made for them", "wont_be_satisfied": "they would not be satisfied"}[p.Why.Value])
	}
	l.text("our limit", p.OurLimit)
	l.text("otherwise", p.Harm)
	l.text("welcome", p.Alternative)
	l.text("we tell them", p.Reason)
	return l
}

func quotes(p *format.Persona) []Line {
	var out []Line
	for _, topic := range p.Quotes {
		for _, q := range topic.Value {
			out = append(out, Line{Head: topic.Key.Value, Text: q.Value, Quote: true})
		}
	}
	return out
}

func answers(p *format.Persona, language string) []Line {
	var l lines
	for _, a := range p.Answers {
		l.say(questionText(a.Key.Value, language), a.Value.Value)
	}
	return l
}

func evidence(p *format.Persona) []Line {
	var out []Line
	for _, e := range p.Evidence {
		text := e.Kind.Value
		if e.Count != nil {
			text += " (" + e.Count.Text + ")"
		}
		if e.Date != nil {
			text += ", " + day(e.Date)
		}
		if e.Note != nil {
			text += ": " + e.Note.Value
		}
		if e.Link != nil {
			text += " [" + e.Link.Value + "]"
		}
		out = append(out, Line{Head: e.Team.Value, Text: text})
	}
	return out
}

func machine(p *format.Persona) []Line {
	var l lines
	l.code("when", p.When)
	l.code("unless", p.Unless)
	l.code("messages", p.Messages)
	l.code("until", p.ReleaseWhen)
	l.say("action", actionText(p.Action))
	if p.Holdout != nil {
		l.say("holdout", fmt.Sprintf("%g%% are sent to anyway", float64(p.Holdout.Buckets)/1000))
	}
	switch {
	case p.Mode != nil && p.Mode.Kind.Value == "canary":
		l.say("mode", fmt.Sprintf("enforced for %g%%", float64(p.Mode.Canary.Buckets)/1000))
	case p.Mode != nil && p.Mode.Kind.Value == "observe":
		l.say("mode", "observes only")
	case p.Kind.Value == "negative":
		l.say("mode", "enforced")
	}
	l.say("easily taken for", joined(p.Contrasts))
	return l
}

func actionText(a *format.Action) string {
	if a == nil {
		return ""
	}
	days := func(d time.Duration) string {
		if d%(24*time.Hour) == 0 {
			return fmt.Sprintf("%d days", d/(24*time.Hour))
		}
		return d.String()
	}
	switch a.Kind.Value {
	case "hold":
		return "hold for " + days(a.Hold.Value)
	case "reroute":
		return "reroute to " + joined(a.Reroute)
	case "cap":
		return fmt.Sprintf("at most %d in %s", a.Cap.Count, days(a.Cap.Per))
	case "ask":
		return "ask for " + joined(a.Ask)
	case "pin":
		var out []string
		for _, p := range a.Pin {
			out = append(out, p.Key.Value+": "+p.Value.Value)
		}
		return "show " + strings.Join(out, ", ")
	}
	return a.Kind.Value
}

func care(p *format.Persona) []Line {
	var l lines
	l.text("owner", p.Owner)
	l.text("status", p.Status)
	if p.ReviewBy != nil {
		l.say("review by", day(p.ReviewBy))
	}
	l.text("effect", p.Effect)
	l.text("basis", p.Basis)
	l.text("law", p.Legal)
	return l
}

func history(p *format.Persona) []Line {
	var out []Line
	for _, c := range p.Changelog {
		text := c.Note.Value
		if c.By != nil {
			text += " (" + c.By.Value + ")"
		}
		out = append(out, Line{Head: day(c.Date), Text: text})
	}
	return out
}

func day(m *format.Moment) string {
	if m == nil {
		return ""
	}
	return m.Wall.Format(time.DateOnly)
}

func joined(items []format.Text) string {
	out := make([]string, len(items))
	for i, t := range items {
		out[i] = t.Value
	}
	return strings.Join(out, ", ")
}
