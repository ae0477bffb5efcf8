package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// listColumns are the columns of an export, and those that an import knows
// besides email and id.
func listColumns() []string { return []string{"key", "reason", "channel", "at", "source"} }

func newSuppressionsExportCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	return &cobra.Command{
		Use: "export", Short: "Write the list as CSV: keyed hashes, which only the same hash keys can read", Args: cobra.NoArgs,
		Long: `Export writes the list as CSV, to be kept, or imported by another winnow with the
same file of hash keys. There is no address in it, since none is kept: a list of
people who objected must be good for nothing but leaving them in peace.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withList(f.listPlace, false, func(l *ledger.Ledger) error {
				w := csv.NewWriter(e.stdout)
				if err := w.Write(listColumns()); err != nil {
					return err
				}
				err := l.List(cmd.Context(), "", "", func(x ledger.Listing) error {
					return w.Write([]string{x.Key, string(x.Reason), x.Channel, x.At.Format(time.RFC3339), x.Source})
				})
				w.Flush()
				return errors.Join(err, w.Error())
			})
		},
	}
}

func newSuppressionsImportCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Put all contacts of a file on the list, or none if it has a mistake", Args: cobra.ExactArgs(1),
		Long: `Import reads a CSV file with a header: email or id (or key, from an export), and
if you like reason, channel, at (2026-11-22, or with a time) and source. A file
without a header is one address or id a line. - is standard input.

What the list says of a contact since a later date stays.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.checkReason(); err != nil {
				return err
			}
			in := e.stdin
			if args[0] != "-" {
				file, err := os.Open(args[0])
				if err != nil {
					return failure(exitFailed, "name a CSV file with the column email", "can't read the file: %v", err)
				}
				defer file.Close()
				in = file
			}
			entries, err := f.readEntries(in)
			if err != nil {
				return failure(exitFailed, "nothing was imported; winnow help suppressions import says what a file holds", "%s: %v", args[0], err)
			}
			return e.withList(f.listPlace, true, func(l *ledger.Ledger) error {
				if err := l.Suppress(cmd.Context(), f.by, f.why, entries...); err != nil {
					return err
				}
				_, err := fmt.Fprintf(e.stdout, "%d imported\n", len(entries))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&f.reason, "reason", "unsubscribe", "reason of those without one: objection, unsubscribe, complaint or hard_bounce")
	cmd.Flags().StringVar(&f.channel, "channel", "", "channel of those without one (default: every channel)")
	cmd.Flags().StringVar(&f.source, "source", "import", "source of those without one")
	f.whyFlags(cmd)
	return cmd
}

// readEntries reads a file of entries. Errors name lines, and hold no address.
func (f *suppressionFlags) readEntries(in io.Reader) (out []ledger.Suppression, err error) {
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = -1, true, true
	var columns map[string]int
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if columns == nil {
			var header bool
			if columns, header = readHeader(row); header {
				continue
			}
		}
		e, err := f.entry(columns, row)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, errors.New("there is nobody in it")
	}
	return out, nil
}

// readHeader reads a header, or takes a row without one for a contact.
func readHeader(row []string) (columns map[string]int, header bool) {
	columns = map[string]int{}
	for i, name := range row {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		switch name {
		case "contact.email", "e-mail", "email address":
			name = "email"
		case "contact.id":
			name = "id"
		}
		columns[name] = i
	}
	for _, name := range []string{"email", "id", "key"} {
		if _, ok := columns[name]; ok {
			return columns, true
		}
	}
	return map[string]int{"contact": 0}, false
}

func (f *suppressionFlags) entry(columns map[string]int, row []string) (e ledger.Suppression, err error) {
	get := func(name, otherwise string) string {
		if i, ok := columns[name]; ok && i < len(row) && strings.TrimSpace(row[i]) != "" {
			return strings.TrimSpace(row[i])
		}
		return otherwise
	}
	e = ledger.Suppression{
		ContactID: get("id", ""), Email: get("email", ""), Reason: ledger.Reason(get("reason", f.reason)),
		Channel: strings.ToLower(get("channel", f.channel)), Source: get("source", f.source),
	}
	if c := get("contact", ""); c != "" {
		e.ContactID, e.Email = nameOf(c)
	}
	if text := get("at", ""); text != "" {
		if e.At, err = readAt(text); err != nil {
			return e, err
		}
	}
	if k := get("key", ""); k != "" {
		if e.Key, err = ledger.ParseKey(k); err != nil {
			return e, err
		}
	}
	switch {
	case e.Email == "" && e.ContactID == "" && e.Key == ledger.Key{}:
		return e, errors.New("there is neither email nor id nor key")
	case e.Email != "" && !strings.Contains(e.Email, "@"):
		return e, errors.New("the email has no @")
	}
	own := suppressionFlags{reason: string(e.Reason)}
	return e, own.checkReason()
}

func readAt(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("at is no time as in 2026-11-22 or 2026-11-22T12:00:00Z")
}
