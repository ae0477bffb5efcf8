package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

const logHelp = `Log reads the decision log: the file that winnow serve --db writes. It may be
read while a server runs. Erasing needs the file to itself: while a server runs,
ask it (DELETE /v1/contacts/{id}).`

// tailEvery is how often log tail --follow looks for more.
const tailEvery = 500 * time.Millisecond

func newLogCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "log", Short: "Read the decision log, and erase from it", Long: logHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	db := cmd.PersistentFlags().String("db", "winnow.db", "file of the decision log")
	cmd.AddCommand(newLogTailCmd(e, db), newLogShowCmd(e, db), newLogStatsCmd(e, db), newLogPersonasCmd(e, db), newLogEraseCmd(e, db))
	return cmd
}

// openToRead opens a log beside whoever writes it.
func openToRead(db string) (*store.SQLite, error) {
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		return nil, failure(exitFailed, "winnow serve --db makes one, winnow.db unless told otherwise", "there is no decision log %s", db)
	}
	log, err := store.Open(db, store.Options{ReadOnly: true})
	if err != nil {
		return nil, logError(db, err)
	}
	return log, nil
}

// logError says what to do about a log that can't be opened.
func logError(db string, err error) error {
	hint := "check the file and its folder"
	switch {
	case errors.Is(err, store.ErrLocked):
		hint = "a server has it: stop it, or ask it over HTTP"
	case errors.Is(err, store.ErrForeign):
		hint = "name the file that winnow serve --db writes, winnow.db unless told otherwise"
	}
	return failure(exitFailed, hint, "can't open the decision log %s: %w", db, err)
}

func newLogTailCmd(e *env, db *string) *cobra.Command {
	n, follow, format := 20, false, "text"
	cmd := &cobra.Command{
		Use: "tail", Short: "Show the latest decisions", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := openToRead(*db)
			if err != nil {
				return err
			}
			ticks := time.NewTicker(tailEvery)
			defer ticks.Stop()
			return errors.Join(tail(cmd.Context(), log, n, follow, ticks.C, e.lister(format)), log.Close(context.Background()))
		},
	}
	linesFlag(cmd, &n, "how many to begin with")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on as decisions are made")
	wordFlag(cmd, &format, "format", "text or json (an object a line, with everything)", "text", "json")
	return cmd
}

// tail shows the newest n records and, if asked to follow, those that come, until
// ctx ends.
func tail(ctx context.Context, log *store.SQLite, n int, follow bool, ticks <-chan time.Time, show func(*store.Record) error) error {
	after := int64(-1)
	for {
		list, err := log.Recent(ctx, after, n)
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		for i := range list {
			if err := show(&list[i]); err != nil {
				return err
			}
			after = list[i].ID
		}
		after, n = max(after, 0), 1000
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
		}
	}
}

// lister shows records in a format.
func (e *env) lister(format string) func(*store.Record) error {
	if format == "json" {
		enc := json.NewEncoder(e.stdout)
		enc.SetEscapeHTML(false)
		return func(r *store.Record) error { return enc.Encode(gate.EntryOf(r)) }
	}
	return func(r *store.Record) error {
		word := r.Outcome
		if r.Degraded {
			word += " (default)"
		}
		_, err := fmt.Fprintf(e.stdout, "%s  %s  %-13s  %-18s  bundle %.12s\n",
			time.UnixMilli(r.At).UTC().Format("2006-01-02 15:04:05.000"), gate.FormatID(r.ID), r.Class, word, r.Bundle)
		return err
	}
}

func newLogShowCmd(e *env, db *string) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one decision with all that is kept of it", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := gate.ParseID(args[0])
			if err != nil {
				return failure(exitUsage, "winnow log tail shows ids", "%s: %v", args[0], err)
			}
			log, err := openToRead(*db)
			if err != nil {
				return err
			}
			r, ok, err := log.Decision(cmd.Context(), id)
			if err = errors.Join(err, log.Close(context.Background())); err != nil {
				return err
			}
			if !ok {
				return failure(exitFailed, "it was never made, has expired, or was erased", "there is no decision %s", args[0])
			}
			return e.writeJSON(gate.EntryOf(&r))
		},
	}
}

func newLogStatsCmd(e *env, db *string) *cobra.Command {
	var format string
	since := 24 * time.Hour
	cmd := &cobra.Command{
		Use: "stats", Short: "Count decisions by outcome, class and bundle", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			log, err := openToRead(*db)
			if err != nil {
				return err
			}
			now := e.now()
			counts, err := log.Stats(cmd.Context(), now.Add(-since).UnixMilli(), now.UnixMilli()+1)
			if err = errors.Join(err, log.Close(context.Background())); err != nil {
				return err
			}
			return e.showCounts(counts, format)
		},
	}
	sinceFlag(cmd, &since)
	formatFlag(cmd, &format)
	return cmd
}

// count is store.Count as JSON.
type count struct {
	N        int64  `json:"n"`
	Outcome  string `json:"outcome"`
	Class    string `json:"class"`
	Send     bool   `json:"send"`
	Degraded bool   `json:"degraded"`
	Bundle   string `json:"bundle"`
}

func (e *env) showCounts(counts []store.Count, format string) error {
	list := make([]count, len(counts))
	for i, c := range counts {
		list[i] = count{c.N, c.Outcome, c.Class, c.Send, c.Degraded, c.Bundle}
	}
	if format == "json" {
		return e.writeJSON(list)
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "N\tOUTCOME\tCLASS\tSENT\tDEFAULT\tBUNDLE")
	for _, c := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%t\t%t\t%.12s\n", c.N, c.Outcome, c.Class, c.Send, c.Degraded, c.Bundle)
	}
	return w.Flush()
}
