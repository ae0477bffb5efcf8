package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

func newLogPersonasCmd(e *env, db *string) *cobra.Command {
	var format string
	since := 24 * time.Hour
	cmd := &cobra.Command{
		Use: "personas", Short: "Count what each persona did, and would have done", Args: cobra.NoArgs,
		Long: `Personas counts, for each persona in the log: how often it matched, kept a message
back, was overruled by a holdout or an exception, and could not say for want of
data; and, for those that only observe or are outside their canary share, how many
messages went out that it would have kept back.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := e.logPersonas(cmd.Context(), *db, since)
			if err != nil {
				return err
			}
			if format == "json" {
				return e.writeJSON(list)
			}
			return e.showPersonas(list)
		},
	}
	sinceFlag(cmd, &since)
	formatFlag(cmd, &format)
	return cmd
}

// personaLog is what a log says of one persona.
type personaLog struct {
	ID       string `json:"id"`
	Matched  int64  `json:"matched"`
	KeptBack int64  `json:"kept_back"`
	HeldOut  int64  `json:"held_out"`
	Exempt   int64  `json:"exempt"`
	Unknown  int64  `json:"unknown"`
	Failed   int64  `json:"failed"`
	Observed int64  `json:"observed"`
	// Would is how many messages went out that it would have kept back.
	Would int64 `json:"would_keep_back"`
}

func (e *env) logPersonas(ctx context.Context, db string, back time.Duration) ([]*personaLog, error) {
	log, err := openToRead(db)
	if err != nil {
		return nil, err
	}
	now := e.now()
	all := map[string]*personaLog{}
	err = log.Scan(ctx, since(now, back), now.UnixMilli()+1, func(r *store.Record) error {
		a, err := census.ReadAnswer("", r.Answer)
		if err != nil {
			return nil //nolint:nilerr // one damaged record must not hide the others
		}
		notePersonas(all, &a)
		return nil
	})
	list := make([]*personaLog, 0, len(all))
	for _, p := range all {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *personaLog) int {
		return cmp.Or(cmp.Compare(b.Matched, a.Matched), cmp.Compare(b.Unknown, a.Unknown), cmp.Compare(a.ID, b.ID))
	})
	return list, errors.Join(err, log.Close(context.WithoutCancel(ctx)))
}

func notePersonas(all map[string]*personaLog, a *census.Answer) {
	at := func(id string) *personaLog {
		if all[id] == nil {
			all[id] = &personaLog{ID: id}
		}
		return all[id]
	}
	for _, id := range a.Personas {
		at(id).Matched++
	}
	if !a.Send && a.Action != string(rules.Gate) && !a.Degraded && a.By != "" {
		at(a.By).KeptBack++
	}
	for i := range a.Reasons {
		r := &a.Reasons[i]
		switch r.Code {
		case rules.PersonaExempt:
			at(r.Rule).Exempt++
		case rules.PersonaUnknown:
			at(r.Rule).Unknown++
		case rules.PersonaError:
			at(r.Rule).Failed++
		case rules.Holdout:
			at(r.Rule).HeldOut++
		case rules.PersonaObserved, rules.PersonaCanaryOut, rules.PersonaOverdue:
			at(r.Rule).Observed++
			if a.Send && census.KeepsBack(r.Would) {
				at(r.Rule).Would++
			}
		}
	}
}

func (e *env) showPersonas(list []*personaLog) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(e.stdout, "no persona was met in this time")
		return err
	}
	rows := [][]string{{"PERSONA", "MATCHED", "KEPT BACK", "ONLY OBSERVED", "WOULD HAVE KEPT BACK", "HELD OUT", "PROTECTED", "UNKNOWN", "IN ERROR"}}
	for _, p := range list {
		row := []string{p.ID}
		for _, n := range []int64{p.Matched, p.KeptBack, p.Observed, p.Would, p.HeldOut, p.Exempt, p.Unknown, p.Failed} {
			row = append(row, grouped(n))
		}
		rows = append(rows, row)
	}
	number := func(column int) bool { return column > 0 }
	report.Grid{Rows: rows, Right: number, Width: columnsOf(e.stdout)}.Write(e.stdout)
	return nil
}
