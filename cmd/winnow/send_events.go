package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// shownInbox shows events and keeps none: a call that is tried here counts
// nowhere.
type shownInbox struct{ out io.Writer }

// Put implements platform.Inbox.
func (b shownInbox) Put(_ context.Context, events ...ledger.Event) error {
	for _, e := range events {
		who := "by number"
		if e.Email != "" {
			who = "by address"
		}
		if e.Email == "" && e.ContactID == "" {
			who = "by order"
		}
		if _, err := fmt.Fprintf(b.out, "told: %s, %s, id %q, at %s\n", e.Kind, who, e.ID, e.At.UTC().Format(time.DateTime)); err != nil {
			return err
		}
	}
	return nil
}
