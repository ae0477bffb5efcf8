package main

import (
	"context"
	"errors"
	"math/big"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules/census"
)

type diffFlags struct {
	studyFlags
	budget flipBudget
	data   string
}

// flipBudget is how much may flip before a verb fails. It implements pflag.Value.
type flipBudget struct {
	text string
	most *big.Rat // percent; nil: anything
}

func (f *flipBudget) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "max-flip", "fail with exit code 6 when more than this share of contacts flips between sent and left out, as in 2%")
}

// Set reads a share as 2%, or 0. Without the sign 0.5 could be a half of all or one in
// two hundred, as in rule files.
func (f *flipBudget) Set(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	number = strings.TrimSpace(number)
	share, ok := new(big.Rat).SetString(number)
	if !ok || strings.Trim(number, "0123456789.") != "" || share.Cmp(big.NewRat(100, 1)) > 0 || !percent && share.Sign() != 0 {
		return errors.New("write it in percent, as 2% or 0.5%")
	}
	f.text, f.most = text, share
	return nil
}

// String implements pflag.Value.
func (f *flipBudget) String() string { return f.text }

// Type implements pflag.Value.
func (f *flipBudget) Type() string { return "string" }

// check fails when the budget is exceeded, or nothing shows that it is kept. As many
// as it names may flip, so it is reckoned with fractions, not with what is near them.
func (f *flipBudget) check(r *census.FlipReport) error {
	switch {
	case f.most == nil:
		return nil
	case r.Contacts == 0:
		return failure(exitFailed, "is it the right file, and is it whole?", "there was nothing to compare, so nothing is known of --max-flip %s", f.text)
	case big.NewRat(100*(r.In+r.Out), r.Contacts).Cmp(f.most) <= 0:
		return nil
	}
	return failure(exitFlips, "look at who flips and why, and raise --max-flip if it is meant", "%d of %d contacts flip (%.2f%%), more than --max-flip %s", r.In+r.Out, r.Contacts, 100*r.Share(), f.text)
}

func newDiffCmd(e *env) *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use: "diff OLD NEW", Short: "Show what a change of rules flips in a file of contacts", Args: takes(2, 2),
		Long: `Diff decides for every contact of a file with two bundles and shows what changes:
who is left out now and was not, who is sent to now, by which gate or persona; and
changes of actions, personas, slots and reasons. OLD and NEW are folders, or
revisions of one as git names them: HEAD~1:shop, main:./shop, or HEAD~1 alone for
the other's folder. The work tree is not touched.

  winnow diff HEAD~1 shop --data contacts.csv
  winnow diff main:./shop shop --data sample.csv --max-flip 2%    # in CI`,
		RunE: func(cmd *cobra.Command, args []string) error { return e.diff(cmd.Context(), args[0], args[1], &flags) },
	}
	flags.studyFlags.add(cmd)
	flags.sample.add(cmd)
	flags.budget.add(cmd)
	cmd.Flags().StringVar(&flags.data, "data", "", "file of contacts, CSV or NDJSON; - is standard input")
	_ = cmd.MarkFlagRequired("data") // the flag is there
	return cmd
}

// flipCounter counts two bundles.
type flipCounter struct {
	flips    *census.Flips
	was, now *census.Reach
}

// Count implements study.Counter.
func (c *flipCounter) Count(x *study.Case) {
	was, now := census.AnswerOf(x.Name(), x.Decisions[0]), census.AnswerOf(x.Name(), x.Decisions[1])
	c.flips.Add(&was, &now)
	c.was.Add(&was)
	c.now.Add(&now)
}

// Merge adds another worker's part.
func (c *flipCounter) Merge(o *flipCounter) {
	c.flips.Merge(o.flips)
	c.was.Merge(o.was)
	c.now.Merge(o.now)
}

func (e *env) diff(ctx context.Context, older, newer string, flags *diffFlags) error {
	older, newer = besideRevision(older, newer), besideRevision(newer, older)
	s, err := e.newStudy(ctx, "diff", flags.data, &flags.studyFlags, older, newer)
	if err != nil {
		return err
	}
	how := flags.sample.sampling()
	sum, err := countAudience(ctx, e, s, func() *flipCounter {
		return &flipCounter{census.NewFlips(how), census.NewReach(s.bundles[0], "", census.Sampling{}), census.NewReach(s.bundles[1], "", census.Sampling{})}
	})
	if err != nil {
		return err
	}
	flips, was, now := sum.flips.Report(), sum.was.Report(), sum.now.Report()
	numbers := map[string]any{"flips": flips, "was": was, "now": now, "rows": s.made.Rows, "at": s.made.At}
	if err := e.putReport(flags.report, report.Diff(flips, was, now, s.made), numbers); err != nil {
		return err
	}
	if err := flags.budget.check(flips); err != nil {
		return err
	}
	return s.finish()
}
