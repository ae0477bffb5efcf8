package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

type explainFlags struct {
	now, format, lang string
	data, contact     string
	message           messageFlags
	reading           readingFlags
}

func newExplainCmd(e *env) *cobra.Command {
	flags := explainFlags{format: "auto"}
	cmd := &cobra.Command{
		Use: "explain [DIR]", Short: "Show why a contact gets its decision", Args: oneDir(),
		Long: `Explain decides for one contact and shows every rule with every part of its
conditions, the values that they saw, and the smallest change of one field that
would turn the outcome. The contact is JSON on standard input, or the row of a
file that has an id or an address. To a terminal it writes a tree, otherwise JSON.

  winnow explain shop < contact.json
  winnow explain shop --data contacts.csv --contact 0042 --campaign spring`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.explain(cmd.Context(), dirOf(args), &flags)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&flags.now, "now", "", "clock of the decision, as 2026-11-22T12:00:00Z (default: now)")
	wordFlag(cmd, &flags.format, "format", "text, json, or auto: text to a terminal", "text", "json", "auto")
	fs.StringVar(&flags.data, "data", "", "file of contacts, CSV or NDJSON, to take the contact from")
	fs.StringVar(&flags.contact, "contact", "", "id or address of the contact, with --data")
	flags.message.add(cmd)
	flags.reading.add(cmd)
	languageFlag(cmd, &flags.lang)
	return cmd
}

func (e *env) explain(ctx context.Context, dir string, flags *explainFlags) error {
	format := flags.format
	if format == "auto" {
		format = "json"
		if isTerminal(e.stdout) {
			format = "text"
		}
	}
	if (flags.data == "") != (flags.contact == "") {
		return failure(exitUsage, "as in --data contacts.csv --contact 0042", "--data and --contact go together")
	}
	at, err := e.clock(flags.now)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	in, err := e.oneContact(ctx, f.bundle, flags)
	if err != nil {
		return err
	}
	defer in.Release()
	in.Now = at
	x := f.bundle.Explain(in)
	if format == "json" {
		return e.writeJSON(x)
	}
	return x.WriteText(e.stdout, rules.Look{Colour: e.colour, Language: flags.lang, Width: columnsOf(e.stdout)})
}

// oneContact is the contact to explain, with the message that the flags describe.
func (e *env) oneContact(ctx context.Context, b *rules.Bundle, flags *explainFlags) (*rules.Input, error) {
	message, err := flags.message.body(b)
	if err != nil {
		return nil, err
	}
	var body []byte
	if flags.data != "" {
		body, err = e.rowOf(ctx, b, flags)
	} else {
		body, err = e.readContact()
	}
	if err != nil {
		return nil, err
	}
	in, err := readInput(b, body, time.Time{})
	if err != nil || message == nil {
		return in, err
	}
	return in, b.Layout().Overlay(message, in.Facts())
}

// rowOf is the first row of a file that is about the contact.
func (e *env) rowOf(ctx context.Context, b *rules.Bundle, flags *explainFlags) ([]byte, error) {
	src, err := e.openAudience(ctx, flags.data, flags.reading, b)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	e.noteColumns(src)
	in := b.NewInput()
	defer in.Release()
	bad := 0
	for {
		row, err := src.Next()
		switch {
		case errors.Is(err, io.EOF):
			hint := "ids are compared as they are written: leading zeros count"
			if bad > 0 {
				hint = plural(bad, "row") + " could not be read: winnow screen lists them"
			}
			return nil, failure(exitFailed, hint, "no contact of %s has the id or address %q", flags.data, flags.contact)
		case err != nil:
			return nil, audienceFailure(flags.data, err)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case row.Err != nil || gate.DecodeBody(in, row.Body) != nil:
			bad++
		case in.ContactID() == flags.contact || strings.EqualFold(in.Email(), flags.contact):
			return bytes.Clone(row.Body), nil
		}
	}
}
