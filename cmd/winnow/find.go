package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
)

type findFlags struct {
	message messageFlags
	reading readingFlags
	at      string
	report  reportFlags
	limit   int
	unknown bool
}

func newFindCmd(e *env) *cobra.Command {
	var flags findFlags
	cmd := &cobra.Command{
		Use: "find PERSONA BUNDLE [FILE]", Short: "List the contacts of a file that are of a persona", Args: takes(2, 3),
		Long: `Find lists, in the file's order, the contacts for whom a persona's condition is
true, also those whom a gate would stop, with what would become of a message to
them. With --unknown it lists those about whom it can't be said, and which fields
are missing. What was read is counted on standard error.

  winnow find serial-returner shop contacts.csv
  winnow find serial-returner shop contacts.csv --unknown --format csv
  winnow find serial-returner shop contacts.csv -o returners.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.find(cmd.Context(), args[0], args[1], fileOf(args, 2), &flags)
		},
	}
	flags.message.add(cmd)
	flags.reading.add(cmd)
	cmd.Flags().StringVar(&flags.at, "at", "", "clock of the decisions, as 2026-11-22T12:00:00Z (default: now)")
	wordFlag(cmd, &flags.report.format, "format", "text, csv, json (an object a line) or html (default: by the name of --out, else text)", "text", "csv", "json", "html")
	cmd.Flags().StringVarP(&flags.report.out, "out", "o", "", "write what was found to this file (default: standard output)")
	countFlag(cmd, &flags.limit, "limit", "n", 0, mostLines, "list no more than this many, and count the others (default: all)")
	cmd.Flags().BoolVar(&flags.unknown, "unknown", false, "list those about whom it can't be said")
	return cmd
}

func (e *env) find(ctx context.Context, persona, bundle, file string, flags *findFlags) error {
	now, err := e.clockOf("--at", flags.at)
	if err != nil {
		return err
	}
	kind, err := flags.kind()
	if err != nil {
		return err
	}
	if err := mayWrite(flags.report.out); err != nil {
		return err
	}
	f, err := e.loadRules(ctx, bundle)
	if err != nil {
		return err
	}
	s := &search{bundle: f.bundle, panel: f.bundle.NewPanel(), persona: persona, want: cond.True, limit: flags.limit}
	if flags.unknown {
		s.want = cond.Unknown
	}
	if err := s.known(); err != nil {
		return err
	}
	if s.message, err = flags.message.body(f.bundle); err != nil {
		return err
	}
	src, err := e.openAudience(ctx, file, flags.reading, f.bundle)
	if err != nil {
		return err
	}
	defer src.Close()
	e.noteColumns(src)
	made := report.Made{Verb: "find", Source: cmp.Or(file, "standard input"), Rules: bundle, At: now}
	err = e.putFound(flags.report.out, func(w io.Writer) error {
		show, done := s.shower(w, kind, made)
		if err := s.run(ctx, src, now, show); err != nil {
			return audienceFailure(file, err)
		}
		return done()
	})
	if err != nil {
		return err
	}
	return s.summary(e.stderr)
}

// search looks for the people of one persona.
type search struct {
	bundle    *rules.Bundle
	panel     *rules.Panel
	persona   string
	want      cond.Tri
	message   []byte
	limit     int
	rows, bad int64
	hits      int64
}

// known refuses a persona that the bundle does not have.
func (s *search) known() error {
	ids := s.panel.Personas()
	if slices.Contains(ids, s.persona) {
		return nil
	}
	return failure(exitUsage, cmp.Or(diag.DidYouMean(s.persona, ids), "the bundle has "+strings.Join(ids, ", ")), "there is no persona %q", s.persona)
}

func (s *search) run(ctx context.Context, src *audience.Reader, now time.Time, show func(*report.Found) error) error {
	in := s.bundle.NewInput()
	defer in.Release()
	in.Now, in.Context = now, ctx
	for {
		row, err := src.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.read(in, &row); err != nil {
			s.bad++
			continue
		}
		s.rows++
		if x := s.look(in, row.Line); x != nil && (s.limit <= 0 || s.hits <= int64(s.limit)) {
			if err := show(x); err != nil {
				return err
			}
		}
	}
}

func (s *search) read(in *rules.Input, row *audience.Row) error {
	if row.Err != nil {
		return row.Err
	}
	if err := gate.DecodeBody(in, row.Body); err != nil || s.message == nil {
		return err
	}
	return s.bundle.Layout().Overlay(s.message, in.Facts())
}

// look decides on a contact; nil when it is not what is looked for.
func (s *search) look(in *rules.Input, line int64) *report.Found {
	d := s.bundle.Decide(in)
	v, missing, _ := s.panel.Persona(in, s.persona)
	if v != s.want {
		return nil
	}
	s.hits++
	name := in.ContactID()
	if name == "" {
		name = in.Email()
	}
	return &report.Found{Line: line, Contact: name, Action: string(d.Action), By: d.By, Missing: missing}
}

func (s *search) summary(w io.Writer) error {
	what := "are of"
	if s.want == cond.Unknown {
		what = "may be of"
	}
	fmt.Fprintf(w, "%s of %s contacts %s %s", grouped(s.hits), grouped(s.rows), what, s.persona)
	if s.limit > 0 && s.hits > int64(s.limit) {
		fmt.Fprintf(w, "; the list stops at %s", grouped(int64(s.limit)))
	}
	fmt.Fprintln(w)
	if s.bad == 0 {
		return nil
	}
	return failure(exitFailed, "winnow screen lists them with the reason", "%s could not be read", plural(int(s.bad), "row"))
}
