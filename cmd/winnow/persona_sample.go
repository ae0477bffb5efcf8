package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules"
)

type personaSampleFlags struct {
	message messageFlags
	reading readingFlags
	bundle  string
	now     string
	n       int
	seed    string
}

func newPersonaSampleCmd(e *env) *cobra.Command {
	flags := personaSampleFlags{bundle: ".", n: 12, seed: "1"}
	cmd := &cobra.Command{
		Use: "sample ID [FILE]", Short: "Draw people of a persona to talk to", Args: takes(1, 2),
		Long: `Sample draws an interview list from a file of contacts (CSV or NDJSON; standard
input without FILE): people whom the persona matches, chosen by a hash of the seed
and their id, so that the same seed draws the same people from the same file in
whatever order it is. Eight to twelve talks show most of what there is to learn.

The message is research unless --class says otherwise: negative personas do not
keep anybody off the list, and legal gates do.`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.personaSample(cmd.Context(), args, flags) },
	}
	flags.message.add(cmd)
	flags.reading.add(cmd)
	cmd.Flags().StringVar(&flags.bundle, "bundle", flags.bundle, "folder of the bundle")
	countFlag(cmd, &flags.n, "number", "n", 1, mostLines, "how many to draw")
	cmd.Flags().StringVar(&flags.seed, "seed", flags.seed, "another seed draws other people")
	cmd.Flags().StringVar(&flags.now, "now", "", "clock of the conditions, as 2026-11-22T12:00:00Z (default: now)")
	return cmd
}

func (e *env) personaSample(ctx context.Context, args []string, flags personaSampleFlags) error {
	now, err := e.clock(flags.now)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(flags.bundle)
	if err != nil {
		return err
	}
	if _, err := personaIn(f.bundle, args[0]); err != nil {
		return err
	}
	if flags.message.class == "" {
		flags.message.class = "research"
	}
	message, err := flags.message.body(f.bundle)
	if err != nil {
		return err
	}
	file := "-"
	if len(args) == 2 {
		file = args[1]
	}
	src, err := e.openAudience(ctx, file, flags.reading, f.bundle)
	if err != nil {
		return err
	}
	defer src.Close()
	e.noteColumns(src)
	d := &draw{id: args[0], seed: flags.seed, n: flags.n, message: message}
	if err := d.from(ctx, f.bundle, src, now); err != nil {
		return audienceFailure(file, err)
	}
	return e.sayDraw(d)
}

// draw is an interview list in the making: the n contacts with the least hash.
type draw struct {
	id, seed string
	n        int
	message  []byte

	chosen                  []candidate
	rows, bad, gated, vague int
	matching                int
	nameless                int
}

type candidate struct {
	rank           string
	contact, email string
	line           int64
}

func (d *draw) from(ctx context.Context, b *rules.Bundle, src *audience.Reader, now time.Time) error {
	in := b.NewInput()
	defer in.Release()
	in.Now = now
	for {
		row, err := src.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		}
		d.rows++
		if row.Err != nil || gate.DecodeBody(in, row.Body) != nil {
			d.bad++
			continue
		}
		if err := b.Layout().Overlay(d.message, in.Facts()); err != nil {
			return err
		}
		d.consider(in, b.Decide(in), row.Line)
	}
}

func (d *draw) consider(in *rules.Input, got *rules.Decision, line int64) {
	switch {
	case got.Action == rules.Gate:
		d.gated++
		return
	case !slices.Contains(got.Personas, d.id):
		if slices.ContainsFunc(got.Reasons, func(r rules.Reason) bool { return r.Code == rules.PersonaUnknown && r.Rule == d.id }) {
			d.vague++
		}
		return
	}
	d.matching++
	c := candidate{contact: in.ContactID(), email: in.Email(), line: line}
	name := cmp.Or(c.contact, c.email)
	if name == "" {
		d.nameless++
		return
	}
	sum := sha256.Sum256([]byte(d.seed + "\x00" + name))
	c.rank = string(sum[:])
	at, there := slices.BinarySearchFunc(d.chosen, c, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	if there || at >= d.n {
		return // there: the same contact twice in the file
	}
	// the contact's texts lie in the reader's memory, which it uses again
	c.contact, c.email = string([]byte(c.contact)), string([]byte(c.email))
	if d.chosen = slices.Insert(d.chosen, at, c); len(d.chosen) > d.n {
		d.chosen = d.chosen[:d.n]
	}
}

func (e *env) sayDraw(d *draw) error {
	w := csv.NewWriter(e.stdout)
	rows := [][]string{{"number", "contact.id", "contact.email", "line"}}
	for i, c := range d.chosen {
		rows = append(rows, []string{strconv.Itoa(i + 1), c.contact, c.email, strconv.FormatInt(c.line, 10)})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "%s of %s contacts are of %s; drew %d with seed %s\n", grouped(int64(d.matching)), grouped(int64(d.rows-d.bad)), d.id, len(d.chosen), d.seed)
	for _, x := range []struct {
		n    int
		text string
	}{
		{d.vague, "could not be answered for want of data"},
		{d.gated, "are left out by a legal gate"},
		{d.nameless, "match, and have neither id nor address"},
	} {
		if x.n > 0 {
			fmt.Fprintf(e.stderr, "%s %s\n", grouped(int64(x.n)), x.text)
		}
	}
	switch {
	case len(d.chosen) == 0:
		return failure(exitFailed, "winnow explain shows why a contact does not match", "there is nobody to draw")
	case d.bad > 0:
		return failure(exitFailed, "winnow screen lists them with the reason", "%s could not be read and did not count", plural(d.bad, "row"))
	}
	return nil
}
