package main

import (
	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

func newSchemaCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "schema [rules|tests|sources]", Short: "Print the JSON Schema of rule, test or sources files, for editors", Args: takes(0, 1),
		Long: `Schema prints the JSON Schema (2020-12) of rule files, of test files, or of
the file of sources. Save it, and name it in the first line of a file, so that
editors complete and check what you write:

  # yaml-language-server: $schema=rules.schema.json`,
		ValidArgs: []string{"rules", "tests", "sources"},
		RunE: func(_ *cobra.Command, args []string) error {
			make := map[string]func() ([]byte, error){"rules": format.Schema, "tests": ruletest.Schema, "sources": sources.Schema}
			kind := "rules"
			if len(args) == 1 {
				kind = args[0]
			}
			schema, ok := make[kind]
			if !ok {
				return failure(exitUsage, "use winnow schema rules, tests or sources", "there is no schema of %q", kind)
			}
			out, err := schema()
			if err != nil {
				return err
			}
			_, err = e.stdout.Write(out)
			return err
		},
	}
}
