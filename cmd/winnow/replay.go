package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/replay"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules"
)

type replayFlags struct {
	budget flipBudget
	report reportFlags
	sample sampleFlags
	log    string
	bundle string
	was    []string
	since  time.Duration
}

func newReplayCmd(e *env) *cobra.Command {
	flags := replayFlags{since: 7 * 24 * time.Hour}
	cmd := &cobra.Command{
		Use: "replay", Short: "Decide the recorded decisions of a log again", Args: cobra.NoArgs,
		Long: `Replay reads a decision log, also beside a running server, and decides every
record again at its own clock: with --bundle, which is to be tried on past
traffic; or, without it, each with the bundle that decided then, found among those
that --was names. Both take folders and revisions (HEAD~1:shop).

A record comes out identical, byte for byte; changed, which is shown as winnow diff
shows it; or not reproducible, with the reason. The log keeps no addresses and no
names, and only the fields that its bundle read. Of predicates that asked about an
address it keeps the answers, which count where a rule asks the very same. Where
anything else that is lacking has a say, the record is not guessed. Name the bundle
that decided with --was too, and what it read and did not read is known exactly;
otherwise a field counts as read when any record of that bundle has it. What a table
filled in is in no record.

  winnow replay --log winnow.db --bundle shop --since 7d
  winnow replay --log winnow.db --was HEAD:shop            # still the same answers?`,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.replay(cmd.Context(), &flags) },
	}
	flags.budget.add(cmd)
	flags.report.add(cmd)
	flags.sample.add(cmd)
	cmd.Flags().StringVar(&flags.log, "log", "winnow.db", "file of the decision log")
	cmd.Flags().StringVar(&flags.bundle, "bundle", "", "decide with this bundle: a folder, or REVISION:FOLDER")
	cmd.Flags().StringSliceVar(&flags.was, "was", nil, "a bundle that made the log; may be given several times")
	sinceFlag(cmd, &flags.since)
	return cmd
}

func (e *env) replay(ctx context.Context, flags *replayFlags) error {
	if err := flags.report.check(); err != nil {
		return err
	}
	if flags.bundle == "" && len(flags.was) == 0 {
		return failure(exitUsage, "name a bundle to try with --bundle, or the one that decided with --was", "there is no bundle to decide with")
	}
	now := e.now()
	o := replay.Options{From: since(now, flags.since), To: now.UnixMilli() + 1, Sampling: flags.sample.sampling()}
	var names []string
	for _, name := range append(flags.was[:len(flags.was):len(flags.was)], flags.bundle) {
		if name == "" {
			continue
		}
		f, err := e.loadRules(ctx, name)
		if err != nil {
			return err
		}
		if o.Bundles, names = append(o.Bundles, f.bundle), append(names, name); name == flags.bundle {
			o.With = f.bundle
		}
	}
	r, err := e.runReplay(ctx, flags.log, o)
	if err != nil {
		return err
	}
	made := report.Made{Verb: "replay", Source: flags.log, Rules: strings.Join(names, ", ")}
	if err := e.putReport(flags.report, report.Replay(r, made), r); err != nil {
		return err
	}
	if flags.budget.most != nil && r.Records > 0 && r.NotReproducible == r.Records {
		return failure(exitFailed, "the report says why, and what to do", "no record can be decided again, so nothing is known of --max-flip %s", flags.budget.text)
	}
	if err := flags.budget.check(r.Flips); err != nil {
		return err
	}
	return sameBundle(r, o.With)
}

func (e *env) runReplay(ctx context.Context, db string, o replay.Options) (*replay.Report, error) {
	log, err := openToRead(db)
	if err != nil {
		return nil, err
	}
	p := replay.New(log, o)
	defer p.Close()
	r, err := p.Run(ctx)
	return r, errors.Join(err, log.Close(context.WithoutCancel(ctx)))
}

// sameBundle fails when a bundle does not give its own answers again: there is
// no good reason for that.
func sameBundle(r *replay.Report, with *rules.Bundle) error {
	if with != nil || r.Changed == 0 {
		return nil
	}
	return failure(exitFailed, "was the log changed, or is this another version of winnow?", "%s came out otherwise with the bundle that decided then", plural(int(r.Changed), "record"))
}
