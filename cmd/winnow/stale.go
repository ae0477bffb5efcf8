package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

func newStaleCmd(e *env) *cobra.Command {
	var at, format string
	var all bool
	soon := 14
	cmd := &cobra.Command{
		Use: "stale [DIR]", Short: "List the personas whose review is due, and warn of old tables and windows", Args: oneDir(),
		Long: `Stale lists personas whose review date is past, and those whose date comes soon.
Thirty days past its date a negative persona only observes. It also warns, on
standard error, of tables that are past their max_age or dated in the future, and
of slot rules whose window has ended, as winnow check does; as JSON, they stand
under warnings. The exit code is 1 when a review is overdue or there is such a
warning, so that a nightly job can say so.`,
		RunE: func(_ *cobra.Command, args []string) error {
			now, err := e.clock(at)
			if err != nil {
				return err
			}
			return e.stale(dirOf(args), now, soon, all, format)
		},
	}
	cmd.Flags().StringVar(&at, "now", "", "the day to look from, as 2026-11-22 (default: today)")
	countFlag(cmd, &soon, "soon", "", 0, mostDays, "also list what is due within so many days")
	cmd.Flags().BoolVar(&all, "all", false, "list every persona")
	formatFlag(cmd, &format)
	return cmd
}

type staleJSON struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Owner       string `json:"owner,omitempty"`
	ReviewBy    string `json:"review_by,omitempty"`
	DaysOverdue int    `json:"days_overdue"`
	State       string `json:"state"` // overdue, observes, soon, fine, no_date
}

func (e *env) stale(dir string, now time.Time, soon int, all bool, format string) error {
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	list, late := staleIn(f.bundle, now, soon)
	if !all {
		list = slices.DeleteFunc(list, func(s staleJSON) bool {
			return s.State == "fine" || s.State == "no_date" && s.Kind == "positive"
		})
	}
	old, err := oldIn(dir, now)
	if err != nil {
		return err
	}
	if format == "json" {
		err = e.writeJSON(map[string]any{"personas": list, "warnings": old.Items()})
	} else {
		err = cmp.Or(e.staleText(list), diag.WriteText(e.stderr, old, f.source, e.colour))
	}
	if err != nil {
		return err
	}
	switch {
	case late > 0:
		return failure(exitFailed, "look at them again, set review_by anew, and say in changelog what you found", "%d of %d personas are overdue", late, len(f.bundle.Personas()))
	case len(old) > old.Count(diag.Hint):
		return failure(exitFailed, "mend what the warnings say; winnow check shows it, too", "tables or windows are out of date")
	}
	return nil
}

// oldIn is what the lint rules find of tables and windows that day, at the levels
// that the bundle sets: an error, too, of a bundle that is good on other days.
func oldIn(dir string, now time.Time) (diag.List, error) {
	opts := compileOptions()
	opts.Now = now
	f, err := openFolderWith(dir, opts)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(f.list, func(d diag.Diagnostic) bool {
		return d.Code != diag.StaleTable && d.Code != diag.FutureTable && d.Code != diag.WindowOver
	}), nil
}

// staleIn sorts a bundle's personas by how late they are.
func staleIn(b *rules.Bundle, now time.Time, soon int) (list []staleJSON, late int) {
	list = []staleJSON{}
	for _, p := range b.Personas() {
		s := staleJSON{ID: p.ID.Value, Name: p.Name.Value, Kind: p.Kind.Value, State: "fine"}
		if p.Owner != nil {
			s.Owner = p.Owner.Value
		}
		due := card.Due(p)
		over, past := card.Overdue(p, now), !due.IsZero() && !now.Before(due)
		switch {
		case due.IsZero():
			s.State = "no_date"
		case over > rules.Grace && s.Kind == "negative":
			s.State = "observes"
		case past:
			s.State = "overdue"
		case due.Before(now.AddDate(0, 0, soon)):
			s.State = "soon"
		}
		if !due.IsZero() {
			s.ReviewBy = p.ReviewBy.Wall.Format(time.DateOnly)
		}
		if past { // a day without a time is its first moment, and over is 0 there
			late++
			s.DaysOverdue = int(over/(24*time.Hour)) + 1
		}
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b staleJSON) int {
		return cmp.Or(cmp.Compare(b.DaysOverdue, a.DaysOverdue), cmp.Compare(a.ReviewBy, b.ReviewBy))
	})
	return list, late
}

func (e *env) staleText(list []staleJSON) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(e.stdout, "no review is due")
		return err
	}
	rows := [][]string{{"persona", "review by", "state", "owner", "name"}}
	for _, s := range list {
		state := map[string]string{"soon": "due soon", "fine": "fine", "no_date": "no review date"}[s.State]
		switch s.State {
		case "overdue":
			state = daysOverdue(s.DaysOverdue)
		case "observes":
			state = daysOverdue(s.DaysOverdue) + ": only observes"
		}
		rows = append(rows, []string{s.ID, s.ReviewBy, state, s.Owner, s.Name})
	}
	report.Grid{Rows: rows, Width: columnsOf(e.stdout)}.Write(e.stdout)
	return nil
}

func daysOverdue(n int) string {
	if n == 1 {
		return "1 day overdue"
	}
	return fmt.Sprintf("%d days overdue", n)
}
