package report

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
)

// Found is a contact that somebody looked for.
type Found struct {
	Line    int64    `json:"line"`
	Contact string   `json:"contact"`
	Action  string   `json:"action"`
	By      string   `json:"by"`
	Missing []string `json:"missing,omitempty"`
}

// MaxFound is how many contacts a page lists: more are for a CSV file.
const MaxFound = 1000

// Search is who was found, and among how many.
type Search struct {
	Persona string
	// Unknown is set when those were looked for about whom it can't be said.
	Unknown bool
	// List holds the first ones, Hits counts all.
	List             []Found
	Hits, Rows, Lost int64
}

// Find lists the contacts of a persona.
func Find(s *Search, m Made) console.Page {
	p := console.Page{Title: "Who is " + s.Persona, Lead: s.lead("of it"), Foot: m.foot()}
	if s.Unknown {
		p.Title, p.Lead = "Who may be "+s.Persona, s.lead("about whom it can't be said")
	}
	if s.Lost > 0 {
		p.Lead += " " + count(s.Lost, "row") + " could not be read; winnow screen lists them with the reason."
	}
	if s.Hits > 0 {
		p.Sections = []console.Section{s.section()}
	}
	return p
}

func (s *Search) section() console.Section {
	t := console.Table{Head: []string{"line", "contact", "what becomes of a message", "decided by"}, Align: "rlll"}
	for _, x := range s.List {
		row := console.Row(number(x.Line), x.Contact, x.Action, x.By)
		if s.Unknown {
			row = append(row, console.Cell{Text: strings.Join(x.Missing, ", ")})
		}
		t.Rows = append(t.Rows, row)
	}
	if s.Unknown {
		t.Head = append(t.Head, "missing")
	}
	sec := console.Section{Title: "Contacts", Lead: "In the order of the file.", Parts: []console.Part{t}}
	if n := int64(len(s.List)); n < s.Hits {
		sec.Lead = fmt.Sprintf("The first %s of %s, in the order of the file. --format csv lists all.", number(n), number(s.Hits))
	}
	return sec
}

func (s *Search) lead(what string) string {
	if s.Rows == 0 {
		return "There are no contacts in it."
	}
	verb := "are"
	if s.Hits == 1 {
		verb = "is"
	}
	return fmt.Sprintf("%s of %s %s %s.", with(s.Hits, s.Rows), count(s.Rows, "contact"), verb, what)
}
