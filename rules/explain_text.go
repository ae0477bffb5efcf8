package rules

import (
	"fmt"
	"io"
	"strings"
)

// palette colours values of conditions, or does not.
type palette map[string]string

func newPalette(colour bool) palette {
	if !colour {
		return palette{}
	}
	return palette{
		"true": "\x1b[32m", "false": "\x1b[2m", "unknown": "\x1b[33m", "error": "\x1b[31m",
		"bold": "\x1b[1m", "off": "\x1b[0m",
	}
}

func (p palette) paint(style, s string) string { return p[style] + s + p["off"] }

// WriteText writes the explanation for a terminal: the outcome, what it rests
// on, every rule with its conditions, and what would change the outcome.
func (e *Explanation) WriteText(w io.Writer, colour bool) error {
	return e.WriteTextIn(w, colour, "en")
}

// WriteTextIn is WriteText with the reasons in one of Languages.
func (e *Explanation) WriteTextIn(w io.Writer, colour bool, language string) error {
	p := newPalette(colour)
	t := &textWriter{p: p}
	e.outcome(t, language)
	for _, r := range e.Rules {
		t.rule(r)
	}
	t.change(e.Change)
	_, err := io.WriteString(w, t.String())
	return err
}

type textWriter struct {
	strings.Builder
	p palette
}

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

func (e *Explanation) outcome(t *textWriter, language string) {
	d := e.Decision
	verdict := "send"
	if !d.Send {
		verdict = "do not send"
	}
	t.line("%s  (action %s)", t.p.paint("bold", verdict), d.Action)
	for _, c := range d.Variants {
		t.line("  %s: %s", c.Slot, c.Variant)
	}
	t.line("\nbecause")
	for _, r := range d.Reasons {
		t.line("  %-18s %s%s", r.Code, subject(r), ReasonText(r.Code, language))
		if len(r.Fields) > 0 {
			t.line("  %-18s missing: %s", "", strings.Join(r.Fields, ", "))
		}
		if r.Detail != "" {
			t.line("  %-18s %s", "", r.Detail)
		}
		if r.Would != "" {
			t.line("  %-18s would have been: %s", "", r.Would)
		}
	}
	t.line("\nrules")
}

func subject(r Reason) string {
	switch {
	case r.Rule != "":
		return r.Rule + ": "
	case r.Slot != "":
		return r.Slot + ": "
	default:
		return ""
	}
}

func (t *textWriter) rule(r Ruling) {
	what := r.Kind
	switch {
	case r.Negative:
		what = "negative persona"
	case r.Kind == "persona":
		what = "positive persona"
	case r.Kind == "slot_rule":
		what = "slot rule"
	}
	name := ""
	if r.Name != "" {
		name = " (" + r.Name + ")"
	}
	t.line("  %s %s%s: %s", what, t.p.paint("bold", r.ID), name, t.p.paint(r.Value, r.Value))
	if r.Reason != "" && r.Value == "true" {
		t.line("    “%s”", r.Reason)
	}
	for _, c := range r.Conditions {
		t.clause(c.Clause, c.Key+": ", "    ")
	}
}

func (t *textWriter) clause(c Clause, label, indent string) {
	switch c.Op {
	case "":
		t.line("%s%s%s  %s%s", indent, label, t.p.paint(c.Value, oneLine(c.Text)), t.p.paint(c.Value, c.Value), seenText(c))
	case "not":
		t.line("%s%snot  %s", indent, label, t.p.paint(c.Value, c.Value))
	default:
		t.line("%s%s%s of  %s", indent, label, map[string]string{"and": "all", "or": "any"}[c.Op], t.p.paint(c.Value, c.Value))
	}
	for _, kid := range c.Parts {
		t.clause(kid, "", indent+"  ")
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func seenText(c Clause) string {
	if c.Fault != "" {
		return "  (" + c.Fault + ")"
	}
	parts := make([]string, 0, len(c.Fields))
	for _, f := range c.Fields {
		v := f.Value
		if v == "" {
			v = f.State
		}
		if f.Table != "" {
			v += " (table " + f.Table + ")"
		}
		if f.Heard {
			v += " (from events)"
		}
		parts = append(parts, f.Path+" = "+v)
	}
	if len(parts) == 0 {
		return ""
	}
	return "  [" + strings.Join(parts, ", ") + "]"
}

func (t *textWriter) change(c *Change) {
	if c == nil {
		t.line("\nno change of a single field would change whether this is sent")
		return
	}
	from, then := c.From, "not be sent"
	if from == "" {
		from = "not known"
	}
	if c.Send {
		then = "be sent"
	}
	t.line("\nit would %s if %s were %s (now %s)", then, c.Field, c.To, from)
}
