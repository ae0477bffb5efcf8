package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

const suppressionsHelp = `Suppressions is the legal suppression list: who unsubscribed, complained, objected,
or has an address that does not exist. Whoever is on it gets no marketing and no
surveys, whatever personas, holdouts, defaults or trouble would say; transactional,
service and legal messages are sent. Sources of events add to it (winnow connect).

The list holds keyed hashes, and no address: one can ask whether somebody is on it,
and not who is. It never expires, and erasing a contact leaves it. It needs the file
of hash keys that winnow serve uses; a server sees a change within a second.

CONTACT is an e-mail address when there is an @ in it, else contact.id.`

// listPlace says where the list is.
type listPlace struct{ db, keyFile string }

// suppressionFlags are those that verbs of the list have besides.
type suppressionFlags struct {
	*listPlace
	by, why, reason, channel, source, format string
	lines                                    int
}

func newSuppressionsCmd(e *env) *cobra.Command {
	f := &listPlace{}
	cmd := &cobra.Command{
		Use: "suppressions", Short: "Look at the legal suppression list, and change it", Long: suppressionsHelp, Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&f.db, "db", "winnow.db", "file of the decision log; the list is beside it (DB.events)")
	cmd.PersistentFlags().StringVar(&f.keyFile, "hash-key-file", "", "file of hash keys (default: the db's name with .key)")
	cmd.AddCommand(
		newSuppressionsListCmd(e, f), newSuppressionsAddCmd(e, f), newSuppressionsRemoveCmd(e, f),
		newSuppressionsImportCmd(e, f), newSuppressionsExportCmd(e, f), newSuppressionsLogCmd(e, f),
	)
	return cmd
}

// withList does something with the list; make says that there may be none yet.
func (e *env) withList(f *listPlace, make bool, do func(*ledger.Ledger) error) error {
	l, _, err := e.openList(f, make)
	if err != nil {
		return err
	}
	return errors.Join(do(l), l.Close())
}

// openList opens the list, and reads the keys that contacts are hashed with.
func (e *env) openList(f *listPlace, make bool) (*ledger.Ledger, []gate.HashKey, error) {
	const hint = "name the decision log with --db; winnow serve makes both, and so does winnow suppressions add"
	switch there, err := os.Stat(f.db + ".events"); {
	case make:
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, failure(exitFailed, hint, "there is no list %s.events", f.db)
	case err == nil && isEmpty(there):
		return nil, nil, failure(exitFailed, hint, "the list %s.events is an empty file", f.db)
	}
	keys, made, err := hashKeys(f.db, f.keyFile, make)
	if err != nil {
		return nil, nil, err
	}
	e.tellMade(made)
	l, err := ledger.Open(f.db+".events", ledger.Options{Names: gate.Names(keys), Clock: e.now})
	if err != nil {
		return nil, nil, ledgerError(f.db, err)
	}
	return l, keys, nil
}

// nameOf reads CONTACT.
func nameOf(contact string) (id, email string) {
	if strings.Contains(contact, "@") {
		return "", contact
	}
	return contact, ""
}

func newSuppressionsListCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	cmd := &cobra.Command{
		Use: "list [CONTACT]", Short: "List the entries, or those of one contact", Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, email := "", ""
			if len(args) == 1 {
				id, email = nameOf(args[0])
			}
			return e.withList(f.listPlace, false, func(l *ledger.Ledger) error { return e.listSuppressions(cmd.Context(), l, id, email, f.format) })
		},
	}
	formatFlag(cmd, &f.format)
	return cmd
}

func (e *env) listSuppressions(ctx context.Context, l *ledger.Ledger, id, email, format string) error {
	var list []ledger.Listing
	if err := l.List(ctx, id, email, func(x ledger.Listing) error {
		list = append(list, x)
		return nil
	}); err != nil {
		return err
	}
	table := listing[ledger.Listing]{
		none: "there are none",
		head: "SINCE\tREASON\tCHANNEL\tSOURCE\tKEY",
		row:  listingRow,
	}
	return table.show(e, list, len(list), format)
}

func listingRow(x ledger.Listing) string {
	return fmt.Sprintf("%s\t%s\t%s\t%s\t%s", x.At.Format(time.DateTime), x.Reason, channelText(x.Channel), x.Source, x.Key)
}

func channelText(channel string) string {
	if channel == "" {
		return "every"
	}
	return channel
}

// whyFlags add who does a change, and why.
func (f *suppressionFlags) whyFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.by, "by", os.Getenv("USER"), "who does it (default: the user of the system)")
	cmd.Flags().StringVar(&f.why, "why", "", "what moved you, in a sentence; it is kept for good")
}

func (f *suppressionFlags) checkReason() error {
	if slices.Contains(ledger.Reasons(), ledger.Reason(f.reason)) {
		return nil
	}
	return failure(exitUsage, fmt.Sprintf("use one of %v", ledger.Reasons()), "--reason cannot be %q", f.reason)
}

func newSuppressionsAddCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	cmd := &cobra.Command{
		Use: "add CONTACT…", Short: "Put contacts on the list", Args: takes(1, many),
		Example: `  winnow suppressions add ada@example.test --reason objection --why "letter of 2026-11-20"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.checkReason(); err != nil {
				return err
			}
			var entries []ledger.Suppression
			for _, a := range args {
				id, email := nameOf(a)
				entries = append(entries, ledger.Suppression{ContactID: id, Email: email, Reason: ledger.Reason(f.reason), Channel: f.channel, Source: "by hand"})
			}
			return e.withList(f.listPlace, true, func(l *ledger.Ledger) error {
				if err := l.Suppress(cmd.Context(), f.by, f.why, entries...); err != nil {
					return err
				}
				_, err := fmt.Fprintf(e.stdout, "%d on the list\n", len(entries))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&f.reason, "reason", "objection", "objection, unsubscribe, complaint or hard_bounce")
	cmd.Flags().StringVar(&f.channel, "channel", "", "what may not be used, as in email or sms (default: every channel)")
	f.whyFlags(cmd)
	return cmd
}

func newSuppressionsRemoveCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at}
	cmd := &cobra.Command{
		Use: "remove CONTACT", Short: "Take a contact off the list, for a written reason", Args: takes(1, 1),
		Example: `  winnow suppressions remove ada@example.test --why "subscribed again at the shop desk, form of 2026-11-21"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(strings.Fields(f.why)) < 2 {
				return failure(exitUsage, `as in --why "subscribed again, form of 2026-11-21": it is what you show when they complain`, "say with --why why marketing may go to them again")
			}
			if f.by == "" {
				return failure(exitUsage, "as in --by anna", "say with --by who decides this")
			}
			if f.reason != "" {
				if err := f.checkReason(); err != nil {
					return err
				}
			}
			id, email := nameOf(args[0])
			return e.withList(f.listPlace, false, func(l *ledger.Ledger) error {
				err := l.Lift(cmd.Context(), f.by, f.why, id, email, ledger.Reason(f.reason))
				if errors.Is(err, ledger.ErrNotListed) {
					return failure(exitFailed, "winnow suppressions list CONTACT shows what there is", "the contact is not on the list")
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(e.stdout, "taken off the list")
				return err
			})
		},
	}
	cmd.Flags().StringVar(&f.reason, "reason", "", "of this reason only")
	f.whyFlags(cmd)
	return cmd
}

func newSuppressionsLogCmd(e *env, at *listPlace) *cobra.Command {
	f := &suppressionFlags{listPlace: at, lines: 100}
	cmd := &cobra.Command{
		Use: "log", Short: "Show every change of the list, the newest first", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.withList(f.listPlace, false, func(l *ledger.Ledger) error {
				w := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "MADE\tACTION\tREASON\tCHANNEL\tSOURCE\tWHO\tWHY\tKEY")
				err := l.Changes(cmd.Context(), f.lines, func(x ledger.Change) error {
					reason := string(x.Reason)
					if reason == "" {
						reason = "all"
					}
					_, err := fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
						x.Made.Format(time.DateTime), x.Action, reason, channelText(x.Channel), x.Source, x.Who, x.Why, x.Key)
					return err
				})
				return errors.Join(err, w.Flush())
			})
		},
	}
	linesFlag(cmd, &f.lines, "how many at most")
	return cmd
}
