package card

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/format"
)

// Poster is a card as a page for the wall: one file that asks for nothing. Its
// labels are in the language, or in English where there are none.
func Poster(p *format.Persona, language string, now time.Time) []byte {
	words := labelsIn(language)
	page := console.Page{
		Title: p.Name.Value,
		Lang:  words.lang(),
		Lead:  words.of(lead(p)),
		Foot:  fmt.Sprintf(words.of("Persona %s, printed %s. The picture is drawn from the id and shows nobody."), p.ID.Value, now.Format(time.DateOnly)),
	}
	blocks := board{}
	rules := console.Section{}
	for _, s := range Sections(p, language) {
		switch s.name {
		case "Who answers for it": // stands beside the picture
		case "What the machine does":
			rules = console.Section{Title: s.Title, Parts: parts(s, words)}
		default:
			blocks = append(blocks, block{s.Title, parts(s, words)})
		}
	}
	if len(p.Evidence) > 0 {
		blocks = append(blocks, block{words.of("Who was asked"), []console.Part{teams(p, words)}})
	}
	page.Sections = []console.Section{{Parts: []console.Part{head{Portrait(p.ID.Value, language), stamp(p, words, now)}, blocks}}, rules}
	return page.Render()
}

func lead(p *format.Persona) string {
	if p.Kind.Value == "negative" {
		return "Whom we do not market to, or not now, or not with this. The limit is ours."
	}
	return "Whom we write for."
}

// head is the picture with the facts beside it, or below it on a phone.
type head struct {
	picture string
	facts   console.Facts
}

// HTML implements console.Part.
func (h head) HTML() template.HTML {
	return template.HTML(`<div class="head">`) +
		template.HTML(h.picture) + `<div>` + h.facts.HTML() + `</div></div>`
}

func stamp(p *format.Persona, words labels, now time.Time) console.Facts {
	var out console.Facts
	say := func(name, value string) {
		out = append(out, console.Fact{Name: words.of(name), Value: value})
	}
	add := func(name string, t *format.Text) {
		if t != nil {
			say(name, t.Value)
		}
	}
	say("Kind", words.of(p.Kind.Value))
	add("Owner", p.Owner)
	if p.Status != nil {
		say("Status", words.of(p.Status.Value))
	}
	if p.ReviewBy != nil {
		text := day(p.ReviewBy)
		if Overdue(p, now) > 0 {
			text = fmt.Sprintf(words.of("%s (overdue)"), text)
		}
		say("Review by", text)
	}
	add("Basis", p.Basis)
	add("Law", p.Legal)
	return out
}

// board sets blocks in as many columns as there is room for: three on a sheet of
// paper that lies, one on a phone.
type board []block

type block struct {
	title string
	parts []console.Part
}

// HTML implements console.Part.
func (b board) HTML() template.HTML {
	var out strings.Builder
	out.WriteString(`<div class="board">`)
	for _, x := range b {
		out.WriteString(`<div>`)
		out.WriteString(`<h2>` + template.HTMLEscapeString(x.title) + `</h2>`)
		for _, p := range x.parts {
			out.WriteString(string(p.HTML()))
		}
		out.WriteString(`</div>`)
	}
	out.WriteString(`</div>`)
	return template.HTML(out.String())
}

// parts are bullets where lines have no heads, and facts where they have.
func parts(s Section, words labels) []console.Part {
	var out []console.Part
	var bullets console.Bullets
	var facts console.Facts
	flush := func() {
		if len(bullets) > 0 {
			out = append(out, bullets)
		}
		if len(facts) > 0 {
			out = append(out, facts)
		}
		bullets, facts = nil, nil
	}
	for _, l := range s.Lines {
		switch {
		case l.Code:
			flush()
			out = append(out, console.Text(l.Head), console.Code(l.Text))
		case s.name == "Answers":
			out = append(out, answer(l))
		case l.Story:
			out = append(out, console.Text(l.Text))
		case l.Head == "":
			bullets = append(bullets, l.Text)
		case l.Quote:
			facts = append(facts, console.Fact{Name: l.Head, Value: fmt.Sprintf(words.of("“%s”"), l.Text)})
		default:
			facts = append(facts, console.Fact{Name: l.Head, Value: l.Text})
		}
	}
	flush()
	return out
}

// answer is a question with what was answered below it.
type answer Line

// HTML implements console.Part.
func (a answer) HTML() template.HTML {
	esc := template.HTMLEscapeString
	return template.HTML(`<p class="asked">` + esc(a.Head) + `</p><p>` + esc(a.Text) + `</p>`)
}

// teams shows who has been asked, and who has not.
func teams(p *format.Persona, words labels) console.Bars {
	out := console.Bars{Note: words.of("Pieces of evidence, by team")}
	names := slices.Concat(Teams(), nil)
	count := map[string]int{}
	for _, e := range p.Evidence {
		if !slices.Contains(names, e.Team.Value) {
			names = append(names, e.Team.Value)
		}
		count[e.Team.Value]++
	}
	for _, n := range names {
		out.Bars = append(out.Bars, console.Bar{Label: words.of(n), Value: float64(count[n]), Text: fmt.Sprint(count[n])})
	}
	return out
}
