package main

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

func newSimulateCmd(e *env) *cobra.Command {
	var flags studyFlags
	slot := ""
	cmd := &cobra.Command{
		Use: "simulate BUNDLE [FILE]", Short: "Show whom the rules reach in a file of contacts", Args: takes(1, 2),
		Long: `Simulate decides for every contact of a file and counts: who is stopped by which
gate, whom each persona reaches and leaves out, what personas that only observe
would do, what each slot shows, whether splits keep their shares, and for how
many some rule lacked a field. BUNDLE is a folder, or a revision of one
(HEAD~1:shop); without FILE, or with -, contacts come from standard input.

Nothing is recorded. Earlier sends and decisions are not known: caps stay open,
and no persona is held by an earlier match.

  winnow simulate shop contacts.csv --campaign spring
  winnow simulate shop contacts.csv -o reach.html`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.simulate(cmd.Context(), args[0], fileOf(args, 1), slot, &flags)
		},
	}
	flags.add(cmd)
	flags.sample.add(cmd)
	cmd.Flags().StringVar(&slot, "slot", "", "the slot that the picture ends in (default: the first)")
	return cmd
}

// reachCounter counts one bundle.
type reachCounter struct {
	reach   *census.Reach
	gaps    *census.Gaps
	repeats census.Repeats
}

// Count implements study.Counter.
func (c *reachCounter) Count(x *study.Case) {
	a := census.AnswerOf(x.Name(), x.Decisions[0])
	c.reach.Add(&a)
	c.gaps.Add(x.Inputs[0], &a)
	c.repeats.Add(cmp.Or(x.Inputs[0].ContactID(), strings.ToLower(x.Inputs[0].Email())))
}

// Merge adds another worker's part.
func (c *reachCounter) Merge(o *reachCounter) {
	c.reach.Merge(o.reach)
	c.gaps.Merge(o.gaps)
	c.repeats.Merge(&o.repeats)
}

func (e *env) simulate(ctx context.Context, bundle, file, slot string, flags *studyFlags) error {
	s, err := e.newStudy(ctx, "simulate", file, flags, bundle)
	if err != nil {
		return err
	}
	b := s.bundles[0]
	if slot != "" && !hasSlot(b.Slots(), slot) {
		return failure(exitUsage, "the bundle's slots stand under slots:", "--slot: there is no slot %q", slot)
	}
	sum, err := countAudience(ctx, e, s, func() *reachCounter {
		return &reachCounter{reach: census.NewReach(b, slot, flags.sample.sampling()), gaps: census.NewGaps(b)}
	})
	if err != nil {
		return err
	}
	reach, gaps := sum.reach.Report(), sum.gaps.Report()
	reach.Repeated = sum.repeats.Count()
	numbers := map[string]any{"reach": reach, "unknown": gaps, "rows": s.made.Rows, "at": s.made.At}
	if err := e.putReport(flags.report, report.Simulate(reach, gaps, s.made), numbers); err != nil {
		return err
	}
	return s.finish()
}

func hasSlot(slots []rules.SlotPlan, name string) bool {
	return slices.ContainsFunc(slots, func(s rules.SlotPlan) bool { return s.Slot == name })
}
