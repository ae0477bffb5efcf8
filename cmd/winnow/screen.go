package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/screen"
)

type screenFlags struct {
	message  messageFlags
	reading  readingFlags
	heard    listPlace
	at       string
	out      string
	rejects  string
	format   string
	workers  int
	resume   bool
	fresh    bool
	interval time.Duration
}

func newScreenCmd(e *env) *cobra.Command {
	var flags screenFlags
	cmd := &cobra.Command{
		Use: "screen DIR [FILE]", Short: "Decide for every contact of a file", Args: takes(1, 2),
		Long: `Screen decides for each contact of a file, in the file's order: CSV or NDJSON,
plain, .gz or .zst; without FILE, or with -, standard input. The bundle is the
folder DIR. Nothing is recorded, and what a decision log remembers of contacts
(caps, personas held) is not read. With --db the legal suppression list beside
the log counts, and what platforms told of contacts fills in what rows leave out,
as in the server's POST /v1/screen.

Decisions come as NDJSON, each line what the webhook answers with the row's line
and the contact in front, or as CSV. Rows that can't be read do not stop the run:
they are listed with line and reason in a file of rejects, and the exit code is 1.

What the columns of a CSV file are is guessed; winnow map FILE shows it, and
--map takes one that you have mended.

With --out a run that was interrupted can go on with --resume: no row is lost or
comes twice. It needs FILE to be the same, not even written to since, and the bundle,
the message and the flags; the clock is that of the first run.

  winnow screen shop contacts.csv --campaign spring --out decisions.csv
  zcat contacts.ndjson.gz | winnow screen shop > decisions.ndjson`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.screen(cmd.Context(), args, flags) },
	}
	flags.message.add(cmd)
	flags.reading.add(cmd)
	f := cmd.Flags()
	f.StringVar(&flags.heard.db, "db", "", "file of the decision log whose legal suppression list and events count (DB.events)")
	f.StringVar(&flags.heard.keyFile, "hash-key-file", "", "with --db: file of hash keys (default: the db's name with .key)")
	f.StringVar(&flags.at, "at", "", "clock of all decisions, as 2026-11-22T12:00:00Z (default: now)")
	f.StringVarP(&flags.out, "out", "o", "", "write decisions to this file (default: standard output)")
	f.StringVar(&flags.rejects, "rejects", "", "write rows that can't be read to this file (default: OUT.rejects.csv; without --out, standard error)")
	wordFlag(cmd, &flags.format, "format", "csv or ndjson (default: by the name of --out, else as FILE)", "csv", "ndjson")
	workersFlag(cmd, &flags.workers, "decide this many rows at once")
	f.BoolVar(&flags.resume, "resume", false, "go on with an interrupted run, or begin one")
	f.BoolVar(&flags.fresh, "fresh", false, "begin anew where an interrupted run could be resumed")
	flags.interval = time.Second
	durationFlag(cmd, &flags.interval, "checkpoint", 0, "how often a run with --out makes sure that it can be resumed; 0: after every block")
	return cmd
}

func (e *env) screen(ctx context.Context, args []string, flags screenFlags) (err error) {
	now, err := e.clockOf("--at", flags.at)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(args[0])
	if err != nil {
		return err
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
	o := screen.Options{Bundle: f.bundle, Now: now, Message: message, Workers: flags.workers}
	o.CSV = flags.csv(src)
	if flags.heard.db != "" {
		quiet, err := e.hear(&flags.heard, &o)
		if err != nil {
			return err
		}
		defer quiet()
	}
	out, err := e.openScreenOut(file, src, flags, &o)
	if err != nil {
		return err
	}
	e.noteColumns(src)
	e.noteClass(src, message)
	err = screen.Run(ctx, src, o, out)
	return out.finish(err)
}

// hear has the ledger of events beside a decision log tell of contacts, until the
// function it returns is called.
func (e *env) hear(at *listPlace, o *screen.Options) (quiet func(), err error) {
	l, keys, err := e.openList(at, false)
	if err != nil {
		return nil, err
	}
	g, err := gate.New(gate.Options{Events: l, Keys: keys})
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	o.Hearing = func() screen.Hearing { return g.Hearing(o.Bundle, o.Now) }
	return func() { _ = errors.Join(g.Close(), l.Close()) }, nil // both were only read
}

// csv reports whether decisions are to be CSV.
func (f *screenFlags) csv(src *audience.Reader) bool {
	if f.format != "" {
		return f.format == "csv"
	}
	switch strings.ToLower(filepath.Ext(f.out)) {
	case ".csv":
		return true
	case ".ndjson", ".jsonl", ".json":
		return false
	}
	return src.Format() == audience.CSV
}

// readingFlags say how a file of contacts is read. All verbs that read one have
// them.
type readingFlags struct {
	mapping, format, encoding string
	nameless, complete        bool // no flags: for looking at a file only
}

func (f *readingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.mapping, "map", "", "what the columns of a CSV file are: a file that winnow map wrote")
	wordFlag(cmd, &f.format, "from", "format of FILE: csv or ndjson (default: by its name and first byte)", "csv", "ndjson")
	encodingFlag(cmd, &f.encoding, "FILE")
}

func (f *readingFlags) options() (o audience.Options, err error) {
	o.Encoding = f.encoding
	switch f.format {
	case "csv":
		o.Format = audience.CSV
	case "ndjson":
		o.Format = audience.NDJSON
	}
	if f.mapping == "" {
		return o, nil
	}
	const hint = "winnow map FILE --write MAP.yaml writes one to begin with"
	src, err := os.ReadFile(f.mapping)
	if err != nil {
		return o, failure(exitFailed, hint, "can't read the mapping: %v", err)
	}
	if o.Mapping, err = audience.ReadMapping(src); err != nil {
		return o, failure(exitFailed, hint, "%s: %v", f.mapping, err)
	}
	return o, nil
}
