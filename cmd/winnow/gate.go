package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
)

func newGateCmd(e *env) *cobra.Command {
	now, format, stage := "", "auto", ""
	cmd := &cobra.Command{
		Use: "gate [DIR]", Short: "Say whether the contact on standard input may move to a stage", Args: oneDir(),
		Long: `Gate reads one contact as JSON and asks the gates that guard a stage of a
pipeline (stages: in the bundle): may the contact move there, and which fields
are missing? POST /v1/gate answers the same for a CRM. Without --stage it lists
the stages that are guarded.

The exit code is 0 when the contact may move and 7 when it may not, whatever the
format; a contact or bundle that can't be read has other codes.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.gate(dirOf(args), now, format, stage) },
	}
	cmd.Flags().StringVar(&stage, "stage", stage, "stage that the contact is to move to")
	cmd.Flags().StringVar(&now, "now", now, "clock of the gates, as 2026-11-22T12:00:00Z (default: now)")
	wordFlag(cmd, &format, "format", "text, json, or auto: text to a terminal", "text", "json", "auto")
	return cmd
}

func (e *env) gate(dir, now, format, stage string) error {
	if format == "auto" {
		format = "json"
		if isTerminal(e.stdout) {
			format = "text"
		}
	}
	at, err := e.clock(now)
	if err != nil {
		return err
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return err
	}
	if stage == "" {
		return e.stages(f.bundle.Stages(), format)
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
	p, ok := f.bundle.Pass(in, stage)
	switch {
	case !ok:
		return failure(exitUsage, "winnow gate "+dir+" lists the stages that gates guard", "no gate guards the stage %q", stage)
	case format == "json":
		err = e.writeJSON(p)
	default:
		_, err = fmt.Fprint(e.stdout, passageText(p))
	}
	if err == nil && !p.Allowed {
		err = &exitError{code: exitStays} // the answer has said it
	}
	return err
}

// stages lists what gates guard.
func (e *env) stages(list []string, format string) error {
	if format == "json" {
		return e.writeJSON(append([]string{}, list...))
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(e.stdout, "No gate guards a stage: add stages: [sql] to one.")
		return err
	}
	_, err := fmt.Fprintln(e.stdout, strings.Join(list, "\n"))
	return err
}

// passageText shows a passage to a person, gate by gate.
func passageText(p *rules.Passage) string {
	var out strings.Builder
	word := map[bool]string{true: "may move to", false: "may not move to"}[p.Allowed]
	fmt.Fprintf(&out, "The contact %s %s.\n", word, p.Stage)
	for _, g := range p.Gates {
		fmt.Fprintf(&out, "  %-6s %s", map[bool]string{true: "open", false: "closed"}[g.Open], g.ID)
		if len(g.Missing) > 0 {
			fmt.Fprintf(&out, ": missing %s", strings.Join(g.Missing, ", "))
		}
		if g.Reason != "" {
			fmt.Fprintf(&out, " (%s)", g.Reason)
		}
		out.WriteString("\n")
	}
	return out.String()
}
