package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules/census"
)

func newCoverageCmd(e *env) *cobra.Command {
	var flags studyFlags
	cmd := &cobra.Command{
		Use: "coverage BUNDLE [FILE]", Short: "Show which fields of an audience are known, and which to fill next", Args: takes(1, 2),
		Long: `Coverage decides for every contact of a file and counts, for each field that the
rules read: for how many it is known, too old, of the wrong type or absent; how
many decisions some rule went without an answer for want of it; and for how many
it was the only thing missing. The field to fill next comes first.

  winnow coverage shop contacts.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.coverage(cmd.Context(), args[0], fileOf(args, 1), &flags)
		},
	}
	flags.add(cmd)
	return cmd
}

// gapCounter counts what is known.
type gapCounter struct{ gaps *census.Gaps }

// Count implements study.Counter.
func (c *gapCounter) Count(x *study.Case) {
	a := census.AnswerOf("", x.Decisions[0])
	c.gaps.Add(x.Inputs[0], &a)
}

// Merge adds another worker's part.
func (c *gapCounter) Merge(o *gapCounter) { c.gaps.Merge(o.gaps) }

func (e *env) coverage(ctx context.Context, bundle, file string, flags *studyFlags) error {
	s, err := e.newStudy(ctx, "coverage", file, flags, bundle)
	if err != nil {
		return err
	}
	sum, err := countAudience(ctx, e, s, func() *gapCounter { return &gapCounter{census.NewGaps(s.bundles[0])} })
	if err != nil {
		return err
	}
	gaps := sum.gaps.Report()
	numbers := map[string]any{"fields": gaps, "rows": s.made.Rows, "at": s.made.At}
	if err := e.putReport(flags.report, report.Coverage(gaps, s.made), numbers); err != nil {
		return err
	}
	return s.finish()
}
