package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/handed"
)

const handedHelp = `Handed lists the batches that winnow has handed to Mailgun and got no answer for:
nobody knows whether Mailgun has taken them, so they are not sent again. Look into
Mailgun's log and say which it is; then have the newsletter retried in Ghost. It may
be used while a server runs.

  winnow handed            lists them
  winnow handed taken 17   Mailgun has it: a repeat is answered as sent
  winnow handed again 17   Mailgun has it not: a repeat is sent`

func newHandedCmd(e *env) *cobra.Command {
	var book, format string
	cmd := &cobra.Command{
		Use: "handed", Short: "Decide about batches that nobody knows the fate of at Mailgun", Long: handedHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.atBook(book, func(b *handed.Book) error {
				list, err := b.Unsure(cmd.Context())
				if err != nil {
					return err
				}
				table := listing[handed.Entry]{
					none: "nothing is in doubt",
					head: "ID\tSINCE\tSOURCE\tPEOPLE\tDOMAIN AND MESSAGE",
					row:  batchRow,
				}
				return table.show(e, list, len(list), format)
			})
		},
	}
	cmd.PersistentFlags().StringVar(&book, "book", "winnow.db.handed", "file of what was handed over: winnow serve keeps it beside its decision log")
	formatFlag(cmd, &format)
	cmd.AddCommand(
		newSettleCmd(e, &book, "taken", "Mailgun has these batches: a repeat is answered as sent", true),
		newSettleCmd(e, &book, "again", "Mailgun has them not: a repeat is sent", false),
	)
	return cmd
}

// atBook does something with a book.
func (e *env) atBook(file string, do func(*handed.Book) error) error {
	open := func(file string) (*handed.Book, error) { return handed.Look(file, handed.Options{Clock: e.now}) }
	return withFile(file, "book", "a source is of the platform ghost", open, do)
}

func batchRow(h handed.Entry) string {
	return fmt.Sprintf("%d\t%s\t%s\t%d\t%s", h.ID, h.At.Format(time.DateTime), h.Source, h.People, h.Message)
}

func newSettleCmd(e *env, book *string, verb, short string, taken bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " ID…", Short: short, Args: takes(1, many),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := entryIDs(args, "a batch", "winnow handed")
			if err != nil {
				return err
			}
			return e.atBook(*book, func(b *handed.Book) error {
				for _, id := range ids {
					if err := b.Settle(cmd.Context(), id, taken); errors.Is(err, handed.ErrNone) {
						return failure(exitFailed, "winnow handed shows ids", "no batch %d is in doubt", id)
					} else if err != nil {
						return err
					}
				}
				_, err := fmt.Fprintf(e.stdout, "%d settled: %s\n", len(ids), verb)
				return err
			})
		},
	}
}
