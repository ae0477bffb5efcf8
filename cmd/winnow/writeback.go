package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

const writeBackHelp = `Writeback looks at the decisions that are on their way into fields of a platform's
contacts, and decides about those that the platform refused. It may be used while
a server runs, which takes up what is retried within seconds.

A decision waits until it is written; a newer one about the same contact takes its
place. What is refused for good, or waited longer than a day, is dead: retry it
once the cause is mended, or drop it.`

func newWriteBackCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "writeback", Short: "Look at decisions that are written to platforms, and decide about them", Long: writeBackHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	queue := cmd.PersistentFlags().String("queue", "winnow.db.writeback", "file of the queue: winnow serve keeps it beside its decision log")
	cmd.AddCommand(
		newWriteBackListCmd(e, queue), newWriteBackShowCmd(e, queue),
		newWriteBackChangeCmd(e, queue, "retry", "Send dead letters again, and waiting ones at once", "to be sent again", (*writeback.Queue).Retry),
		newWriteBackChangeCmd(e, queue, "drop", "Remove entries without sending them", "dropped", (*writeback.Queue).Drop),
		newWriteBackForgetCmd(e, queue),
	)
	return cmd
}

// withQueue does something with a queue.
func (e *env) withQueue(file string, do func(*writeback.Queue) error) error {
	open := func(file string) (*writeback.Queue, error) { return writeback.OpenQueue(file, e.now) }
	return withFile(file, "queue", "a source writes back", open, do)
}

func newWriteBackListCmd(e *env, queue *string) *cobra.Command {
	var f writeback.Filter
	var format string
	f.Limit = 100
	cmd := &cobra.Command{
		Use: "list", Short: "List what waits and what is dead", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withQueue(*queue, func(q *writeback.Queue) error {
				some := f
				some.Limit++
				list, err := q.List(cmd.Context(), some)
				if err != nil {
					return err
				}
				table := listing[writeback.Entry]{
					none: "there are none",
					head: "ID\tSTATE\tSOURCE\tCONTACT\tDECIDED\tTRIES\tWHY",
					row:  writeRow,
				}
				return table.show(e, list, f.Limit, format)
			})
		},
	}
	cmd.Flags().StringVar(&f.Target, "source", "", "of this source only")
	cmd.Flags().BoolVar(&f.Dead, "dead", false, "dead letters only")
	linesFlag(cmd, &f.Limit, "how many at most")
	formatFlag(cmd, &format)
	return cmd
}

// writeRow is an entry's line. Contacts appear by the platform's id; addresses are
// for show and json.
func writeRow(x writeback.Entry) string {
	state := "waiting"
	if x.Dead {
		state = "dead"
	}
	return fmt.Sprintf("%d\t%s\t%s\t%s\t%s\t%d\t%s",
		x.ID, state, x.Write.Target, cmp.Or(x.Write.Contact.ID, "(by e-mail)"), x.Write.Decided.UTC().Format(time.DateTime), x.Tries, x.Trouble)
}

func newWriteBackShowCmd(e *env, queue *string) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one entry with all that is kept of it, the address included", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := writeIDs(args)
			if err != nil {
				return err
			}
			return e.withQueue(*queue, func(q *writeback.Queue) error {
				entry, ok, err := q.Get(cmd.Context(), ids[0])
				if err != nil {
					return err
				}
				if !ok {
					return failure(exitFailed, "winnow writeback list shows ids", "there is no entry %d", ids[0])
				}
				return e.writeJSON(entry)
			})
		},
	}
}

func writeIDs(args []string) ([]int64, error) {
	return entryIDs(args, "an entry", "winnow writeback list")
}

type changeWrites func(*writeback.Queue, context.Context, writeback.Filter, ...int64) (int64, error)

// newWriteBackChangeCmd makes the verbs that decide about entries.
func newWriteBackChangeCmd(e *env, queue *string, verb, short, done string, do changeWrites) *cobra.Command {
	var f writeback.Filter
	var all bool
	cmd := &cobra.Command{
		Use: verb + " ID…", Short: short, Args: cobra.ArbitraryArgs,
		Example: "  winnow writeback " + verb + " 17 18\n  winnow writeback " + verb + " --dead --source autumn",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := writeIDs(args)
			if err != nil {
				return err
			}
			if (len(ids) == 0) != all {
				return failure(exitUsage, "winnow writeback list shows ids", "name entries by id, or all dead letters with --dead")
			}
			return e.withQueue(*queue, func(q *writeback.Queue) error {
				n, err := do(q, cmd.Context(), f, ids...)
				if err != nil {
					return err
				}
				if len(ids) > 0 && n == 0 {
					return failure(exitFailed, "winnow writeback list shows ids", "there is no such entry")
				}
				_, err = fmt.Fprintf(e.stdout, "%d %s\n", n, done)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&all, "dead", false, "all dead letters")
	cmd.Flags().StringVar(&f.Target, "source", "", "with --dead: of this source only")
	return cmd
}

func newWriteBackForgetCmd(e *env, queue *string) *cobra.Command {
	byEmail := false
	cmd := &cobra.Command{
		Use: "forget CONTACT", Short: "Erase all that is kept about a contact", Args: takes(1, 1),
		Long: `Forget erases a contact from the queue, named by the platform's id, or with --email
by address. The decision log is another file: winnow log erase.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			who := writeback.Contact{ID: args[0]}
			if byEmail {
				who = writeback.Contact{Email: args[0]}
			}
			return e.withQueue(*queue, func(q *writeback.Queue) error {
				n, err := q.Forget(cmd.Context(), who)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(e.stdout, "%d entries erased\n", n)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&byEmail, "email", false, "the contact is named by its address")
	return cmd
}
