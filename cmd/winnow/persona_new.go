package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/library"
)

type personaNewFlags struct {
	negative, positive, questions bool
	id, to, lang, answers, when   string
	ask                           []string
}

func (f *personaNewFlags) kind() string {
	if f.positive {
		return "positive"
	}
	return "negative"
}

func newPersonaNewCmd(e *env) *cobra.Command {
	flags := personaNewFlags{to: "."}
	cmd := &cobra.Command{
		Use: "new --negative|--positive", Short: "Ask the questions, and write the card", Args: cobra.NoArgs,
		Long: `New asks what there is to ask about people, one question a line, and writes a rule
file with the card and a file with its tests. An empty answer leaves a question
open. Several things in one answer are parted by semicolons.

It works at a terminal, with answers piped in, one a line, and with --answers: a
YAML file that holds, below answers:, an answer by each question's id. --questions
prints the questions with their ids, as a sheet to fill in.

--ask adds the questions for teams: ` + strings.Join(card.Teams(), ", ") + `.
The card begins as a draft that only observes.`,
		RunE: func(*cobra.Command, []string) error { return e.personaNew(flags) },
	}
	f := cmd.Flags()
	f.BoolVar(&flags.negative, "negative", false, "somebody whom you do not market to")
	f.BoolVar(&flags.positive, "positive", false, "somebody whom you write for")
	f.StringVar(&flags.id, "id", "", "id of the persona (default: made of the name)")
	f.StringVar(&flags.to, "to", flags.to, "folder of the bundle")
	questionsIn(cmd, &flags.lang, "")
	f.StringVar(&flags.answers, "answers", "", "a YAML file of answers by the question's id")
	f.StringVar(&flags.when, "when", "", "the condition, if you know it (default: a tag of the id)")
	f.StringSliceVar(&flags.ask, "ask", nil, "teams whose questions to ask too")
	f.BoolVar(&flags.questions, "questions", false, "only print the questions, as a file for --answers")
	return cmd
}

func (e *env) personaNew(flags personaNewFlags) error {
	if flags.negative == flags.positive {
		return failure(exitUsage, "a negative persona is one whom you do not market to", "say either --negative or --positive")
	}
	if err := namesFolder(flags.to); err != nil {
		return err
	}
	for _, t := range flags.ask {
		if !slices.Contains(card.Teams(), t) {
			return failure(exitUsage, "use "+strings.Join(card.Teams(), ", "), "--ask cannot be %q", t)
		}
	}
	questions := card.Questions(flags.kind(), flags.ask)
	if flags.questions {
		return e.questionSheet(questions, flags.lang)
	}
	if err := e.readyForDraft(flags); err != nil {
		return err
	}
	d, err := e.draftOf(questions, flags)
	if err != nil {
		return err
	}
	return e.writeDraft(d, flags)
}

func (e *env) questionSheet(questions []card.Question, lang string) error {
	var b strings.Builder
	b.WriteString("answers:\n")
	for _, q := range questions {
		fmt.Fprintf(&b, "  # %s\n  %s:\n", q.In(lang), q.ID.Value)
	}
	_, err := fmt.Fprint(e.stdout, b.String())
	return err
}

func (e *env) draftOf(questions []card.Question, flags personaNewFlags) (*card.Draft, error) {
	d := &card.Draft{ID: flags.id, Kind: flags.kind(), When: flags.when, Now: e.now().UTC()}
	var err error
	if flags.answers != "" {
		d.Answers, err = e.answersFrom(flags.answers, flags.kind())
	} else {
		d.Answers, err = e.askAll(questions, flags.lang, isTerminal(e.stdin))
	}
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(d.Answers["name"]) == "" {
		return nil, failure(exitUsage, "answer the question for a name, or put name: into the answers", "the persona has no name")
	}
	if d.ID == "" {
		d.ID = card.Slug(d.Answers["name"])
	}
	return d, checkID(d.ID)
}

func (e *env) answersFrom(name, kind string) (map[string]string, error) {
	type file struct {
		Answers []format.Entry[format.Text] `yaml:"answers" required:"true"`
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, failure(exitFailed, "winnow persona new --"+kind+" --questions prints one to fill in", "can't read the answers: %v", err)
	}
	f, list := format.Decode[file](name, src)
	known := map[string]bool{}
	var ids []string
	for _, q := range card.Questions(kind, card.Teams()) {
		known[q.ID.Value] = true
		ids = append(ids, q.ID.Value)
	}
	out := map[string]string{}
	list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return d.Code == diag.EmptyText })
	for _, a := range f.Answers {
		if !known[a.Key.Value] {
			list.Add(diag.Diagnostic{Place: a.Key.At, Code: diag.UnknownKey, Message: fmt.Sprintf("there is no question %q", a.Key.Value), Hint: diag.DidYouMean(a.Key.Value, ids)})
		}
		if out[a.Key.Value], err = fitting(a.Key.Value, a.Value.Value); err != nil {
			return nil, err
		}
	}
	if len(list) == 0 {
		return out, nil
	}
	if err := diag.WriteText(e.stderr, list, func(string) ([]byte, bool) { return src, true }, e.colour); err != nil {
		return nil, err
	}
	return nil, failure(exitUsage, "winnow persona new --"+kind+" --questions prints the ids", "the answers in %s are not right", name)
}

// writeDraft writes the card beside the bundle's other files, once it fits.
func (e *env) writeDraft(d *card.Draft, flags personaNewFlags) error {
	ruleFile, tests, err := d.Files()
	if err != nil {
		return failure(exitUsage, "write the answers in plain words", "%v", err)
	}
	bundle, err := bundleFiles(flags.to)
	if err != nil {
		return err
	}
	in := &library.Installed{Added: []string{d.ID}, Files: []library.File{
		{Path: d.ID + ".yaml", Text: withSchema(bundle, "rules.schema.json", ruleFile)},
		{Path: d.ID + "_test.yaml", Text: withSchema(bundle, "tests.schema.json", tests)},
	}}
	for _, f := range in.Files {
		if bundle[f.Path] != nil {
			return failure(exitFailed, "give it another --id; new never overwrites", "%s is there already", filepath.Join(flags.to, f.Path))
		}
	}
	if err := e.demandFit(bundle, in, libraryAddFlags{to: flags.to}); err != nil {
		return err
	}
	if err := e.writeAll(flags.to, in.Files); err != nil {
		return err
	}
	for _, f := range in.Files {
		fmt.Fprintf(e.stdout, "wrote %s\n", filepath.Join(flags.to, f.Path))
	}
	_, err = fmt.Fprintf(e.stdout, "\nNext:\n  winnow persona show %[1]s %[2]s\n  write its condition (when:) and its tests, then winnow test %[2]s\n  talk to twelve of them: winnow persona sample %[1]s contacts.csv --bundle %[2]s\n", d.ID, pasted(flags.to))
	return err
}

// withSchema adds the line that editors complete by, where the schema is there.
func withSchema(bundle fstest.MapFS, schema string, text []byte) []byte {
	if bundle[schema] == nil {
		return text
	}
	return append([]byte("# yaml-language-server: $schema="+schema+"\n"), text...)
}
