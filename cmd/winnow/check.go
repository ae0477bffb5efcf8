package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/lint"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

func newCheckCmd(e *env) *cobra.Command {
	o := checkOptions{format: "text"}
	rules := false
	cmd := &cobra.Command{
		Use: "check [DIR]", Short: "Find every mistake in a bundle and its tests", Args: oneDir(),
		Long: `Check compiles the bundle and reads its test files, and shows every mistake
with its place and what to do about it, and what the lint rules find. It fails
(exit code 3) when there is an error; with --strict, also when there is a
warning. Hints never fail it.

winnow help WN414, or winnow help too-broad, explains a finding. A bundle sets
the level of a rule with lint: {too-broad: error}; a persona or slot is excused
from one with waive: [{rule: too-broad, reason: …}].`,
		RunE: func(_ *cobra.Command, args []string) error {
			if rules {
				return e.lintRules(o.format)
			}
			return e.check(dirOf(args), o)
		},
	}
	wordFlag(cmd, &o.format, "format", "text, json, sarif or github", "text", "json", "sarif", "github")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "fail on warnings, too")
	cmd.Flags().StringVar(&o.now, "now", "", "the day that reviews, tables and windows are compared with (default now)")
	cmd.Flags().StringVar(&o.retention, "retention", "", "how long the server keeps decisions, as in 90d: warn of rules that look back further")
	cmd.Flags().BoolVar(&rules, "rules", false, "list the lint rules with their levels, and check nothing")
	return cmd
}

// checkOptions are the flags of check.
type checkOptions struct {
	format, now, retention string
	strict                 bool
}

// lintRules lists every lint rule at its own level.
func (e *env) lintRules(format string) error {
	rules := lint.Rules()
	switch format {
	case "json":
		list := make([]map[string]any, len(rules))
		for i, r := range rules {
			list[i] = map[string]any{"code": r.Code, "rule": r.Name, "level": r.Level, "fixed": r.Fixed, "title": r.Title()}
		}
		return e.writeJSON(list)
	case "text":
		var out strings.Builder
		for _, r := range rules {
			fmt.Fprintf(&out, "%s  %-20s  %-5s  %s\n", r.Code, r.Name, r.Level, r.Title())
		}
		_, err := fmt.Fprint(e.stdout, out.String())
		return err
	}
	return failure(exitUsage, "use text or json", "--format cannot be %q with --rules", format)
}

func (e *env) check(dir string, o checkOptions) error {
	opts := compileOptions()
	var err error
	if opts.Now, err = e.clock(o.now); err != nil {
		return err
	}
	if o.retention != "" {
		if opts.Retention, err = parseRetention("--retention", o.retention); err != nil {
			return err
		}
	}
	f, err := openFolderWith(dir, opts)
	if err != nil {
		return err
	}
	list := f.list
	if f.bundle != nil {
		list = append(list, ruletest.Check(f.bundle)...)
		list.Sort()
	}
	switch o.format {
	case "text":
		err = diag.WriteText(e.stdout, list, f.source, e.colour)
		if err == nil {
			_, err = fmt.Fprintln(e.stdout, f.summary(list))
		}
	case "json":
		err = diag.WriteJSON(e.stdout, list)
	case "sarif":
		err = diag.WriteSARIF(e.stdout, list)
	case "github":
		err = diag.WriteGitHub(e.stdout, inRepository(dir, list))
	}
	if err == nil && (list.HasErrors() || o.strict && list.Count(diag.Warn) > 0) {
		err = &exitError{code: exitInvalid}
	}
	return err
}

// inRepository gives files the folder in front: annotations count from the root
// of the repository, where checks run.
func inRepository(dir string, list diag.List) diag.List {
	if dir == "." {
		return list
	}
	out := make(diag.List, len(list))
	for i, d := range list {
		d.File = strings.TrimSuffix(strings.TrimPrefix(dir, "./"), "/") + "/" + d.File
		out[i] = d
	}
	return out
}

func (f *folder) summary(list diag.List) string {
	counts := fmt.Sprintf("%s, %s, %s", plural(list.Count(diag.Error), "error"), plural(list.Count(diag.Warn), "warning"), plural(list.Count(diag.Hint), "hint"))
	if f.bundle == nil {
		return counts
	}
	negative, positive := 0, 0
	for _, p := range f.bundle.Personas() {
		if p.Kind.Value == "negative" {
			negative++
		} else {
			positive++
		}
	}
	return fmt.Sprintf("%s in bundle %.12s: %s, %d positive, %d fields read, %s",
		counts, f.bundle.Digest(), plural(negative, "negative persona"), positive, f.bundle.Layout().Len(), plural(len(f.bundle.Tests()), "test file"))
}

func plural(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return grouped(int64(n)) + " " + what
}
