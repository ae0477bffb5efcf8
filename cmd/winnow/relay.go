package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/relay"
)

const relayHelp = `Relay looks at the letters that winnow has taken over from listmonk, and decides
about those that it could not deliver. It may be used while a server runs.

States: waiting (to be sent, or to be tried again), sending, sent, withheld (by the
rules), dead (refused, or given up), unsure (nobody knows whether it arrived),
dropped. Dead and unsure letters wait for a person: retry or drop them.`

func newRelayCmd(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use: "relay", Short: "Look at letters that are to be delivered, and decide about them", Long: relayHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	db := cmd.PersistentFlags().String("queue", "winnow.db.relay", "file of the queue: winnow serve keeps it beside its decision log")
	cmd.AddCommand(
		newRelayListCmd(e, db), newRelayShowCmd(e, db),
		newRelayChangeCmd(e, db, "retry", "Try dead or unsure letters again, and waiting ones at once", "will be tried again", (*relay.Desk).Retry),
		newRelayChangeCmd(e, db, "drop", "Give letters up and remove them", "dropped", (*relay.Desk).Drop),
	)
	return cmd
}

// atDesk does something with a queue.
func (e *env) atDesk(file string, do func(*relay.Desk) error) error {
	open := func(file string) (*relay.Desk, error) { return relay.OpenDesk(file, e.now) }
	return withFile(file, "queue", "a source has a relay", open, do)
}

func newRelayListCmd(e *env, db *string) *cobra.Command {
	n, words := 100, []string{"dead", "unsure"}
	var format string
	var all bool
	cmd := &cobra.Command{
		Use: "list", Short: "List letters, those that need a person unless told otherwise", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if all {
				words = nil
			}
			states, err := relayStates(words)
			if err != nil {
				return err
			}
			return e.atDesk(*db, func(d *relay.Desk) error {
				list, err := d.List(cmd.Context(), states, 0, n+1)
				if err != nil {
					return err
				}
				table := listing[relay.Entry]{
					none: "there are none",
					head: "ID\tSTATE\tACCEPTED\tSOURCE\tTO\tTRIES\tWHY",
					row:  letterRow,
				}
				return table.show(e, list, n, format)
			})
		},
	}
	cmd.Flags().StringSliceVar(&words, "state", words, "states to list, with commas in between")
	cmd.Flags().BoolVar(&all, "all", false, "list letters of every state")
	linesFlag(cmd, &n, "how many at most")
	formatFlag(cmd, &format)
	return cmd
}

func relayStates(words []string) ([]relay.State, error) {
	var states []relay.State
	for _, w := range words {
		s, ok := relay.ParseState(w)
		if !ok {
			return nil, failure(exitUsage, "use waiting, sending, sent, withheld, dead, unsure or dropped", "--state cannot be %q", w)
		}
		states = append(states, s)
	}
	return states, nil
}

// letterRow is a letter's line; whom it goes to is for show.
func letterRow(l relay.Entry) string {
	return fmt.Sprintf("%d\t%s\t%s\t%s\t…@%s\t%d\t%s",
		l.ID, l.State, l.Accepted.Format(time.DateTime), l.Source, l.Domain, l.Tries, l.Why)
}

// shownLetter is a letter with all that is kept of it.
type shownLetter struct {
	relay.Entry
	Letter *relay.Letter `json:"letter"` // null once it is gone
}

func newRelayShowCmd(e *env, db *string) *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one letter with all that is kept of it, address and text included", Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := letterIDs(args)
			if err != nil {
				return err
			}
			return e.atDesk(*db, func(d *relay.Desk) error {
				entry, l, err := d.Show(cmd.Context(), ids[0])
				if err != nil {
					return letterError(ids[0], err)
				}
				return e.writeJSON(shownLetter{entry, l})
			})
		},
	}
}

// changeLetter decides about one letter.
type changeLetter func(*relay.Desk, context.Context, int64) error

// newRelayChangeCmd makes the verbs that decide about letters.
func newRelayChangeCmd(e *env, db *string, verb, short, done string, do changeLetter) *cobra.Command {
	var state, to string
	cmd := &cobra.Command{
		Use: verb + " ID…", Short: short, Args: cobra.ArbitraryArgs,
		Example: "  winnow relay " + verb + " 17 18\n  winnow relay " + verb + " --state dead",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := letterIDs(args)
			if err != nil {
				return err
			}
			if !onlyOne(len(ids) > 0, state != "", to != "") {
				return failure(exitUsage, "winnow relay list shows ids", "name letters by id, or all of a state with --state, or all to an address with --to")
			}
			return e.atDesk(*db, func(d *relay.Desk) error {
				if state != "" {
					ids, err = lettersOf(cmd, d, state)
				} else if to != "" {
					ids, err = d.To(cmd.Context(), to)
				}
				if err != nil {
					return err
				}
				for _, id := range ids {
					if err := do(d, cmd.Context(), id); err != nil {
						return letterError(id, err)
					}
				}
				_, err := fmt.Fprintf(e.stdout, "%d %s\n", len(ids), done)
				return err
			})
		},
	}
	wordFlag(cmd, &state, "state", "all letters of this state: dead, unsure or waiting", "dead", "unsure", "waiting")
	cmd.Flags().StringVar(&to, "to", "", "all letters to this address, to erase a person, say")
	return cmd
}

// onlyOne reports whether exactly one of them is true.
func onlyOne(list ...bool) bool {
	n := 0
	for _, b := range list {
		if b {
			n++
		}
	}
	return n == 1
}

// lettersOf lists all letters of a state that can be decided about.
func lettersOf(cmd *cobra.Command, d *relay.Desk, word string) ([]int64, error) {
	s, _ := relay.ParseState(word) // the flag takes only those there are
	var ids []int64
	for after := int64(0); ; {
		list, err := d.List(cmd.Context(), []relay.State{s}, after, 1000)
		if err != nil || len(list) == 0 {
			return ids, err
		}
		for _, l := range list {
			ids, after = append(ids, l.ID), l.ID
		}
	}
}

func letterIDs(args []string) ([]int64, error) {
	return entryIDs(args, "a letter", "winnow relay list")
}

// letterError says what to do about a letter that can't be decided about.
func letterError(id int64, err error) error {
	switch {
	case errors.Is(err, relay.ErrNone):
		return failure(exitFailed, "winnow relay list --all shows what there is", "there is no letter %d", id)
	case errors.Is(err, relay.ErrState):
		return failure(exitFailed, "winnow relay show "+strconv.FormatInt(id, 10)+" shows it", "letter %d: %v", id, err)
	}
	return err
}
