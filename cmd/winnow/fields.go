package main

import (
	"path"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules/field"
)

func newFieldsCmd(e *env) *cobra.Command {
	var format, dir string
	cmd := &cobra.Command{
		Use: "fields [PATTERN]", Short: "List the fields that rules may read, with types and meaning", Args: takes(0, 1),
		Long: `Fields lists the canonical contact and message and, with --bundle, the fields
that a bundle declares on top. PATTERN is a word in the path or the meaning, or
a path with * in it, as in 'orders.*'.`,
		RunE: func(_ *cobra.Command, args []string) error {
			pattern := ""
			if len(args) == 1 {
				pattern = args[0]
			}
			return e.fields(dir, pattern, format)
		},
	}
	formatFlag(cmd, &format)
	cmd.Flags().StringVar(&dir, "bundle", dir, "also list the fields that the bundle in this folder declares")
	return cmd
}

type fieldJSON struct {
	Path        string   `json:"path"`
	Type        string   `json:"type"`
	Enum        []string `json:"enum,omitempty"`
	Sensitivity string   `json:"sensitivity"`
	Protected   bool     `json:"protected,omitempty"`
	Doc         string   `json:"doc"`
}

func (e *env) fields(dir, pattern, format string) error {
	all := field.Canonical()
	if dir != "" {
		f, err := e.loadBundle(dir)
		if err != nil {
			return err
		}
		all = f.bundle.Schema().Fields()
	}
	out := []fieldJSON{}
	for _, f := range all {
		if matches(f, pattern) {
			out = append(out, fieldJSON{f.Path, f.Type.String(), f.Enum, f.Sensitivity.String(), f.Protected, f.Doc})
		}
	}
	switch {
	case format == "json":
		return e.writeJSON(out)
	case len(out) == 0:
		return failure(exitFailed, "winnow fields lists all of them", "no field matches %q", pattern)
	}
	var rows [][]string
	for _, f := range out {
		doc := f.Doc
		if len(f.Enum) > 0 {
			doc += " (" + strings.Join(f.Enum, ", ") + ")"
		}
		if f.Protected {
			doc += " [protected trait]"
		}
		kind, inner, _ := strings.Cut(f.Type, "(")
		if inner != "" {
			doc += " (" + inner
		}
		rows = append(rows, []string{f.Path, kind, doc})
	}
	report.Grid{Rows: rows, Bare: true, Width: columnsOf(e.stdout)}.Write(e.stdout)
	return nil
}

func matches(f field.Field, pattern string) bool {
	if strings.Contains(pattern, "*") {
		ok, err := path.Match(pattern, f.Path)
		return ok && err == nil
	}
	pattern = strings.ToLower(pattern)
	return strings.Contains(strings.ToLower(f.Path), pattern) || strings.Contains(strings.ToLower(f.Doc), pattern)
}
