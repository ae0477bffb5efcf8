package card

import (
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/format"
)

// Section is a part of a card: a heading with lines, or with lines that have
// heads of their own.
type Section struct {
	Title string
	Lines []Line
	name  string // the title in English
}

// Line is one thing on a card.
type Line struct {
	Head, Text string
	Code       bool // a condition
	Quote      bool // somebody's own words
	Story      bool // prose
}

// Sections lay a card out for people: who they are, why, on what evidence, and
// last what the machine does. language is that of the questions behind answers, and of
// what stands around them where there are labels in it.
func Sections(p *format.Persona, language string) []Section {
	var out []Section
	words := labelsIn(language)
	add := func(title string, lines []Line) {
		if len(lines) > 0 {
			out = append(out, Section{words.of(title), lines, title})
		}
	}
	add("Who they are", who(p, words))
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
	add("Why we hold back", reasons(p, words))
	add("Answers", answers(p, language))
	add("What it rests on", evidence(p, words))
	add("Who is matched by mistake", texts(p.FalsePos))
	add("What the machine does", machine(p, words))
	add("Who answers for it", care(p, words))
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

// lines builds lines of what is there, with labels as heads.
type lines struct {
	labels
	list []Line
}

func (l *lines) text(head string, t *format.Text) {
	if t != nil {
		l.say(head, strings.TrimSpace(t.Value))
	}
}

// word adds a text that is one of a few.
func (l *lines) word(head string, t *format.Text) {
	if t != nil {
		l.say(head, l.of(t.Value))
	}
}

func (l *lines) code(head string, c *format.Condition) {
	if c != nil {
		l.list = append(l.list, Line{Head: l.of(head), Text: c.Source, Code: true})
	}
}

func (l *lines) say(head, text string) {
	if text != "" {
		l.list = append(l.list, Line{Head: l.of(head), Text: text})
	}
}

func who(p *format.Persona, words labels) []Line {
	l := lines{labels: words}
	if p.Story != nil {
		l.list = append(l.list, Line{Text: strings.TrimSpace(p.Story.Value), Story: true})
	}
	if p.BuyingStyle != nil {
		l.say("buys", l.of(map[string]string{"researcher": "after research", "impulsive": "on impulse", "mixed": "sometimes after research, sometimes on impulse"}[p.BuyingStyle.Value]))
	}
	l.text("uses ours", p.Use)
	l.text("or instead", p.Substitute)
	if s := p.Scope; s != nil {
		l.word("is a", s.Of)
		l.say("markets", joined(s.Markets))
		l.say("products", joined(s.Products))
		l.say("occasions", joined(s.Occasions))
	}
	return l.list
}

func reasons(p *format.Persona, words labels) []Line {
	l := lines{labels: words}
	if p.Why != nil {
		l.say("because", l.of(map[string]string{"wont_buy": "they will not buy", "not_for_them": "it is not made for them", "wont_be_satisfied": "they would not be satisfied"}[p.Why.Value]))
	}
	l.text("our limit", p.OurLimit)
	l.text("otherwise", p.Harm)
	l.text("welcome", p.Alternative)
	l.text("we tell them", p.Reason)
	return l.list
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
	return l.list
}

func evidence(p *format.Persona, words labels) []Line {
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
		out = append(out, Line{Head: words.of(e.Team.Value), Text: text})
	}
	return out
}

func care(p *format.Persona, words labels) []Line {
	l := lines{labels: words}
	l.text("owner", p.Owner)
	l.word("status", p.Status)
	if p.ReviewBy != nil {
		l.say("review by", day(p.ReviewBy))
	}
	l.word("effect", p.Effect)
	l.text("basis", p.Basis)
	l.text("law", p.Legal)
	return l.list
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
