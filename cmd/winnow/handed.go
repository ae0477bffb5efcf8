package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"text/tabwriter"

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
			if format != "text" && format != "json" {
				return badFormat(format, "text or json")
			}
			return e.atBook(book, func(b *handed.Book) error { return e.listHanded(cmd.Context(), b, format) })
		},
	}
	cmd.PersistentFlags().StringVar(&book, "book", "winnow.db.handed", "file of what was handed over: winnow serve keeps it beside its decision log")
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	cmd.AddCommand(
		newSettleCmd(e, &book, "taken", "Mailgun has these batches: a repeat is answered as sent", true),
		newSettleCmd(e, &book, "again", "Mailgun has them not: a repeat is sent", false),
	)
	return cmd
}

// atBook does something with a book.
func (e *env) atBook(file string, do func(*handed.Book) error) error {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return failure(exitFailed, "name it with --book; winnow serve makes one when a source is of the platform ghost", "there is no book %s", file)
	}
	b, err := handed.Look(file, handed.Options{Clock: e.now})
	if err != nil {
		return failure(exitFailed, "check the file and its folder", "can't open the book %s: %v", file, err)
	}
	return errors.Join(do(b), b.Close())
}

func (e *env) listHanded(ctx context.Context, b *handed.Book, format string) error {
	list, err := b.Unsure(ctx)
	if err != nil {
		return err
	}
	if format == "json" {
		if list == nil {
			list = []handed.Entry{}
		}
		return e.writeJSON(list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(e.stdout, "nothing is in doubt")
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSINCE\tSOURCE\tPEOPLE\tDOMAIN AND MESSAGE")
	for _, h := range list {
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\n", h.ID, h.At.Format("2006-01-02 15:04:05"), h.Source, h.People, h.Message)
	}
	return w.Flush()
}

func newSettleCmd(e *env, book *string, verb, short string, taken bool) *cobra.Command {
	return &cobra.Command{
		Use: verb + " ID…", Short: short, Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.atBook(*book, func(b *handed.Book) error {
				for _, arg := range args {
					id, err := strconv.ParseInt(arg, 10, 64)
					if err != nil {
						return failure(exitUsage, "winnow handed lists them", "%q is no id of a batch", arg)
					}
					if err := b.Settle(cmd.Context(), id, taken); errors.Is(err, handed.ErrNone) {
						return failure(exitFailed, "winnow handed lists them", "no batch %d is in doubt", id)
					} else if err != nil {
						return err
					}
				}
				_, err := fmt.Fprintf(e.stdout, "%d settled: %s\n", len(args), verb)
				return err
			})
		},
	}
}
