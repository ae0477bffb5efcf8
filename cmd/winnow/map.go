package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules"
)

type mapFlags struct {
	reading               readingFlags
	bundle, write, format string
}

func newMapCmd(e *env) *cobra.Command {
	var flags mapFlags
	cmd := &cobra.Command{
		Use: "map FILE", Short: "Show what the columns of a CSV file are taken for", Args: takes(1, 1),
		Long: `Map reads the header and the first rows of a CSV file of contacts and shows which
field each column fills, as what type, and why; and which columns fill none. With
--write it writes that as YAML: mend it, and give it to winnow screen with --map.
With --map it fills in how values are written where the mapping does not say.

Of a column a mapping can say: field, decimal ("," for 1.234,50), date
(DD.MM.YYYY HH:mm), zone (Europe/Warsaw), split (what stands between the items of
a list), yes and no (words), empty (texts that stand for no value). Of the file:
separator, encoding, empty, and row_id, which makes an id of the line's number
where the file has neither ids nor addresses.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			flags.reading.nameless, flags.reading.complete = true, true
			var b *rules.Bundle
			if flags.bundle != "" {
				f, err := e.loadBundle(flags.bundle)
				if err != nil {
					return err
				}
				b = f.bundle
			}
			r, err := e.openAudience(cmd.Context(), args[0], flags.reading, b)
			if err != nil {
				return err
			}
			defer r.Close()
			return e.showMap(args[0], r, flags)
		},
	}
	flags.reading.add(cmd)
	cmd.Flags().StringVar(&flags.bundle, "bundle", "", "also fill the fields that the bundle in this folder declares")
	cmd.Flags().StringVar(&flags.write, "write", "", "write the mapping to this file")
	formatFlag(cmd, &flags.format)
	return cmd
}

func (e *env) showMap(name string, r *audience.Reader, flags mapFlags) error {
	if r.Format() != audience.CSV {
		return failure(exitUsage, "its lines are contacts as the webhook takes them, which need none", "%s is NDJSON: only CSV has columns to map", name)
	}
	if flags.format == "json" {
		if err := e.writeJSON(map[string]any{"separator": r.Mapping().Separator, "encoding": r.Mapping().Encoding, "columns": r.Columns(), "warnings": mapWarnings(r)}); err != nil {
			return err
		}
	} else if err := e.mapText(r); err != nil {
		return err
	}
	if flags.write == "" {
		return nil
	}
	if _, err := os.Stat(flags.write); err == nil && flags.reading.mapping != flags.write {
		return failure(exitUsage, "take another name, or remove it", "%s is there already", flags.write)
	}
	out, err := r.Mapping().YAML()
	if err != nil {
		return err
	}
	if err := os.WriteFile(flags.write, out, 0o600); err != nil {
		return cantWrite(flags.write, err)
	}
	return nil
}

func (e *env) mapText(r *audience.Reader) error {
	rows := [][]string{{"COLUMN", "FIELD", "TYPE", "VALUES THAT FIT", "WHY"}}
	for _, c := range r.Columns() {
		path, fit := c.Field, "-"
		if path == "" {
			path = "-"
		} else {
			fit = fmt.Sprintf("%d of %d", c.Fit, c.Seen)
		}
		rows = append(rows, []string{c.Name, path, orDash(c.Type), fit, c.How + styleOf(c.Column)})
	}
	report.Grid{Rows: rows, Width: columnsOf(e.stdout)}.Write(e.stdout)
	for _, w := range mapWarnings(r) {
		fmt.Fprintln(e.stdout, w)
	}
	return nil
}

// mapWarnings is what a person should look at before the file is read so.
func mapWarnings(r *audience.Reader) []string {
	out := []string{}
	if n, of := r.Foreign(); n > 0 {
		out = append(out, fmt.Sprintf("%s of the first %s are not UTF-8: %s", grouped(int64(n)), plural(of, "row"), encodingHint))
	}
	for _, c := range r.Columns() {
		if c.Note != "" {
			out = append(out, fmt.Sprintf("look at %q: %s", c.Name, c.Note))
		}
	}
	if err := r.Named(); err != nil {
		out = append(out, err.Error())
	}
	return out
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// styleOf says how the values of a column are written, where it is not as usual.
func styleOf(c audience.Column) string {
	out := ""
	if c.Decimal == "," {
		out += ", numbers as 1.234,5"
	}
	if c.Date != "" {
		out += ", dates as " + c.Date
	}
	if c.Zone != "" {
		out += " in " + c.Zone
	}
	for _, word := range c.Empty {
		out += fmt.Sprintf(", %q for no value", word)
	}
	return out
}
