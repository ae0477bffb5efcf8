package main

import (
	"github.com/spf13/cobra"
)

func newExplainCmd(e *env) *cobra.Command {
	now, format, lang := "", "auto", ""
	cmd := &cobra.Command{
		Use: "explain [DIR]", Short: "Show why the contact on standard input gets its decision", Args: oneDir(),
		Long: `Explain reads one contact as JSON, decides, and shows every rule with every part
of its conditions, the values that they saw, and the smallest change of one
field that would turn the outcome. To a terminal it writes a tree, otherwise JSON.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.explain(dirOf(args), now, format, lang) },
	}
	cmd.Flags().StringVar(&now, "now", now, "clock of the decision, as 2026-11-22T12:00:00Z (default: now)")
	cmd.Flags().StringVar(&format, "format", format, "text, json, or auto: text to a terminal")
	languageFlag(cmd, &lang)
	return cmd
}

func (e *env) explain(dir, now, format, lang string) error {
	if format == "auto" {
		format = "json"
		if isTerminal(e.stdout) {
			format = "text"
		}
	}
	if format != "text" && format != "json" {
		return badFormat(format, "text, json or auto")
	}
	if err := checkLanguage(lang); err != nil {
		return err
	}
	at, err := e.clock(now)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	body, err := e.readContact()
	if err != nil {
		return err
	}
	in, err := readInput(f.bundle, body, at)
	if err != nil {
		return err
	}
	defer in.Release()
	x := f.bundle.Explain(in)
	if format == "json" {
		return e.writeJSON(x)
	}
	return x.WriteTextIn(e.stdout, e.colour, lang)
}
