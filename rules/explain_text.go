package rules

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/fold"
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

// Look says how an explanation is shown.
type Look struct {
	Colour bool
	// Language is that of the reasons, one of [Languages], English when it is another.
	Language string
	// Width is that of the terminal, 0 when lines may be as long as they like.
	Width int
}

// WriteText writes the explanation for a terminal: the outcome, what it rests
// on, every rule with its conditions, and what would change the outcome.
func (e *Explanation) WriteText(w io.Writer, look Look) error {
	t := &textWriter{p: newPalette(look.Colour), width: look.Width}
	e.outcome(t, look.Language)
	for _, r := range e.Rules {
		t.rule(r)
	}
	t.change(e.Change)
	_, err := io.WriteString(w, t.String())
	return err
}

type textWriter struct {
	strings.Builder
	p     palette
	width int
}

func (t *textWriter) line(format string, args ...any) {
	fmt.Fprintf(t, format, args...)
	t.WriteByte('\n')
}

// block writes text behind head, and goes on below it, so many columns in.
func (t *textWriter) block(head string, indent int, format string, args ...any) {
	for _, line := range fold.Words(fmt.Sprintf(format, args...), t.room(indent)) {
		t.line("%s%s", head, line)
		head = strings.Repeat(" ", indent)
	}
}

// room is how wide text may be that stands so many columns in, 0 for any.
func (t *textWriter) room(indent int) int {
	if t.width == 0 {
		return 0
	}
	return max(t.width-indent, 1)
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
		const below = 21
		head, none := fmt.Sprintf("  %-18s ", r.Code), strings.Repeat(" ", below)
		t.block(head, below, "%s%s", subject(r), ReasonText(r.Code, language))
		if missing := e.missing(r); len(missing) > 0 {
			t.block(none, below, "missing: %s", strings.Join(missing, ", "))
		}
		if r.Detail != "" {
			t.block(none, below, "%s", r.Detail)
		}
		if r.Would != "" {
			t.block(none, below, "would have been: %s", r.Would)
		}
	}
	t.line("\nrules")
}

// missing is what a reason lacked. Earlier sends are no field, so that only the rule
// names them.
func (e *Explanation) missing(r Reason) []string {
	for _, x := range e.Rules {
		if r.Rule != "" && x.ID == r.Rule && x.Slot == r.Slot && slices.Contains(x.Missing, Sends) {
			return append(slices.Clone(r.Fields), "earlier sends")
		}
	}
	return r.Fields
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
	t.block("  ", 4, "%s %s%s: %s", what, t.p.paint("bold", r.ID), name, t.p.paint(r.Value, r.Value))
	if r.Reason != "" && r.Value == "true" {
		t.block("    ", 5, "“%s”", r.Reason)
	}
	for _, c := range r.Conditions {
		t.clause(c.Clause, c.Key+": ", "    ")
	}
}

func (t *textWriter) clause(c Clause, label, indent string) {
	switch c.Op {
	case "":
		t.leaf(c, label, indent)
	case "not":
		t.line("%s%snot  %s", indent, label, t.p.paint(c.Value, c.Value))
	default:
		t.line("%s%s%s of  %s", indent, label, map[string]string{"and": "all", "or": "any"}[c.Op], t.p.paint(c.Value, c.Value))
	}
	for _, kid := range c.Parts {
		t.clause(kid, "", indent+"  ")
	}
}

// leaf writes a part of a condition and what it saw, which goes below it when there
// is no room beside it.
func (t *textWriter) leaf(c Clause, label, indent string) {
	text := fmt.Sprintf("%s%s  %s", label, t.p.paint(c.Value, oneLine(c.Text)), t.p.paint(c.Value, c.Value))
	saw, deeper := seenText(c), len(indent)+4
	if beside := text + saw; saw == "" || t.width == 0 || len(indent)+fold.Width(beside) <= t.width {
		t.block(indent, deeper, "%s", beside)
		return
	}
	t.block(indent, deeper, "%s", text)
	t.block(strings.Repeat(" ", deeper), deeper+1, "%s", strings.TrimLeft(saw, " "))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func seenText(c Clause) string {
	if c.Fault != "" {
		return "  (" + c.Fault + ")"
	}
	parts := make([]string, 0, len(c.Fields))
	for _, f := range c.Fields {
		if f.Path == Sends {
			parts = append(parts, "earlier sends are not known")
			continue
		}
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
		t.block("\n", 0, "no change of a single field would change whether this is sent")
		return
	}
	from, then := c.From, "not be sent"
	if from == "" {
		from = "not known"
	}
	if c.Send {
		then = "be sent"
	}
	t.block("\n", 0, "it would %s if %s were %s (now %s)", then, c.Field, c.To, from)
}
