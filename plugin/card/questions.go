package card

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
)

//go:embed questions.yaml
var questionsText []byte

// Question is one that people are asked to fill a card.
type Question struct {
	ID format.Text `yaml:"id" required:"true"`
	// Bank is who is asked.
	Bank format.Text `yaml:"bank" required:"true" enum:"card,negative,positive,marketing,sales,service,executives,customers"`
	// Key is where on the card the answer goes; nil is answers.
	Key *format.Text `yaml:"key"`
	En  format.Text  `yaml:"en" required:"true"`
	Pl  format.Text  `yaml:"pl" required:"true"`
	Da  format.Text  `yaml:"da" required:"true"`
	Vi  format.Text  `yaml:"vi" required:"true"`
	Ru  format.Text  `yaml:"ru" required:"true"`
}

// In is the question in one of the languages of reasons; in English when the
// language is another.
func (q *Question) In(language string) string {
	switch language {
	case "pl":
		return q.Pl.Value
	case "da":
		return q.Da.Value
	case "vi":
		return q.Vi.Value
	case "ru":
		return q.Ru.Value
	}
	return q.En.Value
}

// key is where on the card the answer goes, "" for answers.
func (q *Question) key() string {
	if q.Key == nil {
		return ""
	}
	return q.Key.Value
}

// Teams are the banks of questions that may be asked besides the own ones.
func Teams() []string {
	return []string{"marketing", "sales", "service", "executives", "customers"}
}

// Languages are the languages that questions are in; the first is the default.
func Languages() []string { return rules.Languages() }

var questions = sync.OnceValue(func() []Question {
	type file struct {
		Questions []Question `yaml:"questions" required:"true"`
	}
	f, list := format.Decode[file]("questions.yaml", questionsText)
	if len(list) > 0 {
		panic(fmt.Sprintf("card: %v", list)) // it is compiled in
	}
	return f.Questions
})

// Questions are those of a kind of persona (negative or positive) and of the
// named teams, in the order in which they are asked: the name first, and who
// answers for it last.
func Questions(kind string, teams []string) []Question {
	var out []Question
	take := func(bank string, ids ...string) {
		for _, q := range questions() {
			if q.Bank.Value == bank && (len(ids) == 0 || slices.Contains(ids, q.ID.Value)) {
				out = append(out, q)
			}
		}
	}
	take("card", "name")
	take(kind)
	if kind == "negative" {
		take("card", "why")
	}
	for _, t := range teams {
		take(t)
	}
	take("card", "owner")
	if kind == "negative" {
		take("card", "rather-not")
	}
	return out
}

// questionText is the question behind an answer on a card; the id itself when
// it is none of ours.
func questionText(id, language string) string {
	for _, q := range questions() {
		if q.ID.Value == id {
			return q.In(language)
		}
	}
	return id
}
