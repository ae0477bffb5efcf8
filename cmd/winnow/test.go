package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// watchEvery is how often the files are looked at. Polling sees every kind of
// save on every file system; a folder of rules is small.
const watchEvery = 400 * time.Millisecond

type testFlags struct {
	run, format  string
	watch, cover bool
	minCover     float64
}

func newTestCmd(e *env) *cobra.Command {
	flags := testFlags{format: "text"}
	cmd := &cobra.Command{
		Use: "test [DIR]", Short: "Run the bundle's own tests", Args: oneDir(),
		Long: `Test runs the *_test.yaml files of the bundle. The clock stands where the file
says. Coverage counts each part of a condition seen true and false, each rule
matched and skipped, and each variant served.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.watch {
				return e.watchTests(cmd.Context(), dirOf(args), flags, every(watchEvery))
			}
			return e.test(dirOf(args), flags)
		},
	}
	cmd.Flags().StringVar(&flags.run, "run", "", `run only the cases whose "file: name" matches this regular expression`)
	cmd.Flags().BoolVar(&flags.watch, "watch", false, "run again when a file changes")
	cmd.Flags().BoolVar(&flags.cover, "cover", false, "show what no test exercises")
	numberFlag(cmd, &flags.minCover, "min-cover", 100, "%", "fail with exit code 5 below this percentage")
	wordFlag(cmd, &flags.format, "format", "text, json or junit", "text", "json", "junit")
	return cmd
}

func (e *env) test(dir string, flags testFlags) error {
	opts := ruletest.Options{}
	if flags.run != "" {
		re, err := regexp.Compile(flags.run)
		if err != nil {
			return failure(exitUsage, "as in --run 'returns|consent'", "--run: %v", err)
		}
		opts.Run = re
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	opts.Source = f.files
	report := ruletest.Run(f.bundle, opts)
	if err := e.writeReport(f, report, flags); err != nil {
		return err
	}
	switch {
	case !report.OK():
		return &exitError{code: exitTests}
	case report.Coverage.Percent() < flags.minCover:
		return failure(exitCoverage, "winnow test --cover lists what no test shows", "the tests cover %.1f %%, less than %g %%", report.Coverage.Percent(), flags.minCover)
	}
	return nil
}

func (e *env) writeReport(f *folder, r *ruletest.Report, flags testFlags) error {
	mistakes := e.stderr // the report has standard output for itself
	if flags.format == "text" {
		mistakes = e.stdout
	}
	if err := diag.WriteText(mistakes, r.Diagnostics, f.source, e.colour); err != nil {
		return err
	}
	switch flags.format {
	case "json":
		return r.WriteJSON(e.stdout)
	case "junit":
		return r.WriteJUnit(e.stdout)
	}
	err := r.WriteText(e.stdout, e.colour)
	if err == nil && (flags.cover || flags.minCover > 0) {
		err = r.Coverage.WriteText(e.stdout)
	}
	return err
}

// every waits between two looks; it answers false when there is to be no more.
func every(d time.Duration) func(context.Context) bool {
	return func(ctx context.Context) bool {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return false
		case <-t.C:
			return true
		}
	}
}

// watchTests runs the tests now and after each change, until wait says no more.
func (e *env) watchTests(ctx context.Context, dir string, flags testFlags, wait func(context.Context) bool) error {
	last := ""
	for {
		if seen := fingerprint(dir); seen != last {
			last = seen
			fmt.Fprintf(e.stdout, "%s\n", e.now().Format("-- 15:04:05"))
			err := e.test(dir, flags)
			complain(e.stderr, err)
			if code := exitCode(err); code == exitUsage || err != nil && code == exitFailed {
				return &exitError{code: code}
			}
		}
		if !wait(ctx) {
			return nil
		}
	}
}

// fingerprint changes when a file of the folder does.
func fingerprint(dir string) string {
	var out strings.Builder
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			if errors.Is(err, os.ErrNotExist) {
				return nil // removed while we looked
			}
			return err
		}
		fmt.Fprintf(&out, "%s %d %d\n", name, info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		fmt.Fprintln(&out, err)
	}
	return out.String()
}
