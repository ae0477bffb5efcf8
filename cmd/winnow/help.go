package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/fold"
	"github.com/winnow-gate/winnow/rules/lint"
)

func newHelpCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use: "help [VERB | CODE | RULE | codes]", Short: "Help about a verb, a code such as WN012, or a lint rule such as too-broad",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return append(diag.Codes(), "codes"), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 1 && args[0] == "codes":
				return e.helpCodes()
			case len(args) == 1 && len(args[0]) == 5 && strings.EqualFold(args[0][:2], "wn"):
				return e.helpCode(args[0])
			case len(args) == 1 && codeOfRule(args[0]) != "":
				return e.helpCode(codeOfRule(args[0]))
			}
			found, rest, err := cmd.Root().Find(args)
			if err != nil || found == nil || len(rest) > 0 {
				return failure(exitUsage, nearTopic(cmd, strings.Join(args, " ")), "there is no help on %q", strings.Join(args, " "))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

// nearTopic names the verb or lint rule that was meant, or says where they are listed.
func nearTopic(cmd *cobra.Command, name string) string {
	var known []string
	for _, verb := range cmd.Root().Commands() {
		known = append(known, verb.Name())
	}
	for _, r := range lint.Rules() {
		known = append(known, r.Name)
	}
	if hint := diag.DidYouMean(name, known); hint != "" {
		return hint
	}
	return "winnow help lists the verbs, winnow help codes the codes"
}

// codeOfRule is the code of a lint rule, "" when there is no such rule.
func codeOfRule(name string) string {
	for _, r := range lint.Rules() {
		if r.Name == name {
			return r.Code
		}
	}
	return ""
}

// levelOf says of a lint rule's code how it is called and switched.
func levelOf(code string) string {
	for _, r := range lint.Rules() {
		if r.Code == code {
			return fmt.Sprintf(" (lint rule %s, level %s)", r.Name, r.Level)
		}
	}
	return ""
}

func (e *env) helpCode(code string) error {
	entry, ok := diag.Help(code)
	if !ok {
		return failure(exitUsage, "winnow help codes lists them", "there is no code %s", strings.ToUpper(code))
	}
	_, err := fmt.Fprintf(e.stdout, "%s: %s%s\n\n%s\n", entry.Code, entry.Title, levelOf(entry.Code), strings.TrimRight(wrap(entry.Text, 80), "\n"))
	return err
}

func (e *env) helpCodes() error {
	var out strings.Builder
	for _, code := range diag.Codes() {
		entry, _ := diag.Help(code)
		fmt.Fprintf(&out, "%s  %s\n", entry.Code, entry.Title)
	}
	_, err := fmt.Fprint(e.stdout, out.String())
	return err
}

// wrap breaks the long lines of a text; indented lines are examples and stay.
func wrap(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, " ") {
			lines[i] = strings.Join(fold.Words(line, width), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

func newReasonsCmd(e *env) *cobra.Command {
	var format, lang string
	cmd := &cobra.Command{
		Use: "reasons", Short: "List the reason codes of decisions", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			list, _ := rules.ReasonsIn(lang)
			if format == "json" {
				return e.writeJSON(list)
			}
			var out strings.Builder
			for _, r := range list {
				fmt.Fprintf(&out, "%-18s %s\n", r.Code, r.Text)
			}
			_, err := fmt.Fprint(e.stdout, out.String())
			return err
		},
	}
	formatFlag(cmd, &format)
	languageFlag(cmd, &lang)
	return cmd
}

// languageFlag adds the flag for the language of reasons.
func languageFlag(cmd *cobra.Command, lang *string) {
	*lang = rules.Languages()[0]
	wordFlag(cmd, lang, "lang", "language of the reasons: "+strings.Join(rules.Languages(), ", "), rules.Languages()...)
}
