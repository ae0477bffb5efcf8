package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

func newPersonaCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "persona", Short: "Write, read and research personas", Args: cobra.NoArgs,
		Long: `A persona is a card that people agree on, with the condition as its machine part.
New asks the questions and writes the file; show prints the card, or a poster; sample
draws people to talk to. winnow stale says which reviews are due.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newPersonaNewCmd(e), newPersonaShowCmd(e), newPersonaSampleCmd(e))
	return cmd
}

// cardFlags say how a card is shown.
type cardFlags struct {
	html, lang string
	width      int
}

func (f *cardFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.html, "html", "", "write a one-page poster to this file; - is standard output")
	questionsIn(cmd, &f.lang, "; labels are in Polish with pl, else in English")
	countFlag(cmd, &f.width, "width", "", 0, 1000, "columns of text (default: those of the terminal, else 80)")
}

func newPersonaShowCmd(e *env) *cobra.Command {
	var flags cardFlags
	cmd := &cobra.Command{
		Use: "show ID [DIR]", Short: "Print a persona's card, or a poster of it", Args: takes(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := e.loadBundle(dirOf(args[1:]))
			if err != nil {
				return err
			}
			p, err := personaIn(f.bundle, args[0])
			if err != nil {
				return err
			}
			return e.showCard(p, flags)
		},
	}
	flags.add(cmd)
	return cmd
}

// personaIn finds a persona of a bundle.
func personaIn(b *rules.Bundle, id string) (*format.Persona, error) {
	var ids []string
	for _, p := range b.Personas() {
		if p.ID.Value == id {
			return p, nil
		}
		ids = append(ids, p.ID.Value)
	}
	hint := diag.DidYouMean(id, ids)
	if hint == "" {
		hint = fmt.Sprintf("it has %d others; winnow stale --all lists them", len(ids))
	}
	return nil, failure(exitUsage, hint, "the bundle has no persona %q", id)
}

// showCard prints a card, or writes its poster.
func (e *env) showCard(p *format.Persona, flags cardFlags) error {
	if flags.html == "" {
		look := card.Look{Width: flags.width, Colour: e.colour, Language: flags.lang}
		if look.Width == 0 {
			look.Width = columnsOf(e.stdout)
		}
		_, err := fmt.Fprint(e.stdout, card.Text(p, look))
		return err
	}
	page := card.Poster(p, flags.lang, e.now().UTC())
	if flags.html == "-" {
		_, err := e.stdout.Write(page)
		return err
	}
	if err := writeBytes(flags.html, forAll, page); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.stdout, "wrote %s\n", flags.html)
	return err
}

// questionsIn adds the flag for the language of questions.
func questionsIn(cmd *cobra.Command, lang *string, more string) {
	*lang = card.Languages()[0]
	wordFlag(cmd, lang, "lang", "language of the questions: "+strings.Join(card.Languages(), ", ")+more, card.Languages()...)
}

// columnsOf is the width of a terminal, 0 when a stream is none.
func columnsOf(stream any) int {
	f, ok := fileBehind(stream)
	if !ok || !isTerminal(stream) {
		return 0
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}
