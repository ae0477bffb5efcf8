package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
	"github.com/winnow-gate/winnow/rules/written"
)

func newSuppressionsImportCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	encoding := ""
	cmd := &cobra.Command{
		Use: "import FILE", Short: "Put all contacts of a file on the list, or none if it has a mistake", Args: takes(1, 1),
		Long: `Import reads a CSV file with a header: email or id (or key, from an export), and
if you like reason, channel, at (2026-11-22, or with a time) and source. Columns are
parted by commas, semicolons or tabs, and other usual names for email and id do, too;
what no column is taken for is said. A file without a header is one address or id a
line. - is standard input.

What the list says of a contact since a later date stays.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.checkReason(); err != nil {
				return err
			}
			in := e.stdin
			if args[0] != "-" {
				file, err := openUntil(cmd.Context(), args[0])
				if err != nil {
					return failure(exitFailed, "name a CSV file with the column email", "can't read the file: %v", err)
				}
				defer file.Close()
				in = file
			}
			entries, err := f.readEntries(in, encoding, e.stderr)
			if err != nil {
				if errors.Is(err, audience.ErrWorkbook) {
					return failure(exitFailed, "nothing was imported; "+workbookHint, "%s: %w", args[0], err)
				}
				return failure(exitFailed, "nothing was imported; winnow help suppressions import says what a file holds", "%s: %w", args[0], err)
			}
			return e.withList(f.listPlace, true, func(l *ledger.Ledger) error {
				if err := l.Suppress(cmd.Context(), f.by, f.why, entries...); err != nil {
					return err
				}
				_, err := fmt.Fprintf(e.stdout, "%s imported\n", grouped(int64(len(entries))))
				return err
			})
		},
	}
	encodingFlag(cmd, &encoding, "FILE")
	cmd.Flags().StringVar(&f.reason, "reason", "unsubscribe", "reason of those without one: objection, unsubscribe, complaint or hard_bounce")
	cmd.Flags().StringVar(&f.channel, "channel", "", "channel of those without one (default: every channel)")
	cmd.Flags().StringVar(&f.source, "source", "import", "source of those without one")
	f.whyFlags(cmd)
	return cmd
}

// readEntries reads a file of entries. Errors name lines, and hold no address.
func (f *suppressionFlags) readEntries(in io.Reader, encoding string, notes io.Writer) (out []ledger.Suppression, err error) {
	text, err := audience.Text(in, encoding)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	buffered := bufio.NewReaderSize(text, 64<<10)
	r := csv.NewReader(buffered)
	r.Comma = commaOf(buffered)
	r.FieldsPerRecord, r.TrimLeadingSpace, r.ReuseRecord = -1, r.Comma != '\t', true
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
			var unread []string
			if columns, unread = readHeader(row); columns != nil {
				if len(unread) > 0 {
					fmt.Fprintf(notes, "columns that are not read: %s\n", strings.Join(unread, ", "))
				}
				continue
			}
			columns = map[string]int{"contact": 0}
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

// commaOf is what parts the columns of the first line.
func commaOf(in *bufio.Reader) rune {
	start, _ := in.Peek(4 << 10) // what is there, when it is less
	return written.Separator(start, ",;\t")
}

// readHeader reads a header, with the names that nothing is known by; nil for a row
// that is none.
func readHeader(row []string) (columns map[string]int, unread []string) {
	columns = map[string]int{}
	for i, name := range row {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		key := strings.ToLower(name)
		switch audience.FieldNamed(name) {
		case "contact.email":
			key = "email"
		case "contact.id":
			key = "id"
		}
		_, twice := columns[key]
		if twice || key != "email" && key != "id" && !slices.Contains(listColumns(), key) {
			unread = append(unread, name)
			continue
		}
		columns[key] = i
	}
	for _, name := range []string{"email", "id", "key"} {
		if _, ok := columns[name]; ok {
			return columns, unread
		}
	}
	return nil, nil
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
		if len(row) > 1 || strings.ContainsAny(c, ",; \t") {
			return e, errors.New("this is not one address or id: begin with a header that names the columns, as in email,reason")
		}
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
	case strings.ContainsAny(e.Email, " ,;<>\t"):
		return e, errors.New("the email is more than one address, or has a name beside it")
	}
	own := suppressionFlags{reason: string(e.Reason)}
	return e, own.checkReason()
}

func readAt(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly, "2.1.2006", "2.1.2006 15:04", "2.1.2006 15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, errors.New("at is no time as in 2026-11-22 or 2026-11-22T12:00:00Z")
}
