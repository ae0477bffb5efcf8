package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules/census"
)

func newOverlapCmd(e *env) *cobra.Command {
	var flags studyFlags
	cmd := &cobra.Command{
		Use: "overlap BUNDLE [FILE]", Short: "Show which personas share people, and what would keep them apart", Args: takes(1, 2),
		Long: `Overlap asks every persona about every contact of a file, also about those whom a
gate would stop, and shows the pairs that share people: how many, which part of
either and of the smaller one, and the one condition among all that the rules
already ask which, added to one of the two, would leave most of the shared people
to the other at the least loss of its own.

  winnow overlap shop contacts.csv -o overlap.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.overlap(cmd.Context(), args[0], fileOf(args, 1), &flags)
		},
	}
	flags.add(cmd)
	flags.sample.add(cmd)
	return cmd
}

// pairCounter counts pairs of personas.
type pairCounter struct{ pairs *census.Pairs }

// Count implements study.Counter.
func (c *pairCounter) Count(x *study.Case) { c.pairs.Add(x.Inputs[0], x.Name()) }

// Merge adds another worker's part.
func (c *pairCounter) Merge(o *pairCounter) { c.pairs.Merge(o.pairs) }

func (e *env) overlap(ctx context.Context, bundle, file string, flags *studyFlags) error {
	s, err := e.newStudy(ctx, "overlap", file, flags, bundle)
	if err != nil {
		return err
	}
	sum, err := countAudience(ctx, e, s, func() *pairCounter {
		return &pairCounter{census.NewPairs(s.bundles[0], flags.sample.sampling())}
	})
	if err != nil {
		return err
	}
	pairs := sum.pairs.Report()
	numbers := map[string]any{"overlap": pairs, "rows": s.made.Rows, "at": s.made.At}
	if err := e.putReport(flags.report, report.Overlap(pairs, s.made), numbers); err != nil {
		return err
	}
	return s.finish()
}
