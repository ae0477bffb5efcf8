package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

const checkFormats = "text, json, sarif or github"

func newCheckCmd(e *env) *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use: "check [DIR]", Short: "Find every mistake in a bundle and its tests", Args: oneDir(),
		Long: `Check compiles the bundle and reads its test files, and shows every mistake
with its place and what to do about it. Warnings and hints do not fail it.
winnow help WN012 explains a code.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.check(dirOf(args), format) },
	}
	cmd.Flags().StringVar(&format, "format", format, checkFormats)
	return cmd
}

func (e *env) check(dir, format string) error {
	f, err := openFolder(dir)
	if err != nil {
		return err
	}
	list := f.list
	if f.bundle != nil {
		list = append(list, ruletest.Check(f.bundle)...)
		list.Sort()
	}
	switch format {
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
	default:
		return badFormat(format, checkFormats)
	}
	if err == nil && list.HasErrors() {
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
	return fmt.Sprintf("%d %s", n, what)
}
