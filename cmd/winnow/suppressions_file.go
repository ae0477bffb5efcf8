package main

import (
	"encoding/csv"
	"errors"
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
