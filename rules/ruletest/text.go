package ruletest

import (
	"fmt"
	"io"
	"strings"

	"github.com/winnow-gate/winnow/rules"
)

// WriteText writes the cases that failed, with what the answer rests on, and a
// summary line. Mistakes in the files are left to package diag.
func (r *Report) WriteText(w io.Writer, colour bool) error {
	var out strings.Builder
	for i := range r.Results {
		if x := &r.Results[i]; !x.Passed() {
			x.writeText(&out, colour)
		}
	}
	verdict, style := "ok", "32"
	if !r.OK() {
		verdict, style = "FAIL", "1;31"
	}
	fmt.Fprintf(&out, "%s  %s\n", paint(verdict, style, colour), r.summary())
	_, err := io.WriteString(w, out.String())
	return err
}

func (r *Report) summary() string {
	switch n := len(r.Results); {
	case len(r.Files) == 0:
		return "there is no test: write one in a file that ends in _test.yaml"
	case n == 0 && r.Diagnostics.HasErrors():
		return fmt.Sprintf("nothing ran: %s in the test files", many(len(r.Diagnostics), "mistake"))
	case n == 0:
		return "no case ran"
	default:
		out := fmt.Sprintf("%s in %s, %d failed", many(n, "case"), many(len(r.Files), "file"), r.Failed())
		if r.Diagnostics.HasErrors() {
			out += fmt.Sprintf("; %s kept files from running", many(len(r.Diagnostics), "mistake"))
		}
		return out
	}
}

func many(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

func (x *Result) writeText(out *strings.Builder, colour bool) {
	fmt.Fprintf(out, "%s %s:%d: %s\n", paint("FAIL", "1;31", colour), x.At.File, x.At.Line, x.Name)
	for _, m := range x.Misses {
		fmt.Fprintf(out, "  %s\n    expected  %s\n    got       %s\n", m.What, m.Want, m.Got)
	}
	if x.Explanation == nil {
		return
	}
	var why strings.Builder
	_ = x.Explanation.WriteText(&why, rules.Look{Colour: colour}) // a strings.Builder takes everything
	for line := range strings.SplitSeq(strings.TrimRight(why.String(), "\n"), "\n") {
		out.WriteString(strings.TrimRight("  | "+line, " ") + "\n")
	}
	out.WriteByte('\n')
}

func paint(text, style string, colour bool) string {
	if !colour {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}

// WriteText writes the share and what is missing, with its place.
func (c Coverage) WriteText(w io.Writer) error {
	var out strings.Builder
	fmt.Fprintf(&out, "coverage %s: %d of %d shown by a test\n", c.text(), c.Seen, c.Total)
	for _, p := range c.Missing {
		fmt.Fprintf(&out, "  %s%s\n", whereOf(p), Describe(p))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// text is the percentage with one decimal, never rounded up to 100.
func (c Coverage) text() string {
	p := c.Percent()
	if c.Seen < c.Total && p > 99.9 {
		p = 99.9
	}
	return fmt.Sprintf("%.1f %%", p)
}

func whereOf(p rules.Point) string {
	if p.At.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", p.At.File, p.At.Line)
}
