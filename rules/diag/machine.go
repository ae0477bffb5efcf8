package diag

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Item is one diagnostic as JSON for machines has it.
type Item struct {
	File      string `json:"file"`
	Line      int    `json:"line,omitempty"`
	Column    int    `json:"column,omitempty"`
	EndColumn int    `json:"end_column,omitempty"`
	Severity  string `json:"severity"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	Hint      string `json:"hint,omitempty"`
}

// Items is the list for machines, never nil.
func (l List) Items() []Item {
	out := make([]Item, len(l))
	for i, d := range l {
		out[i] = Item{d.File, d.Line, d.Column, d.EndColumn, d.Severity.String(), d.Code, d.Message, d.Hint}
	}
	return out
}

// WriteJSON writes the list with its counts as one JSON object.
func WriteJSON(w io.Writer, list List) error {
	return writeIndented(w, struct {
		Errors      int    `json:"errors"`
		Warnings    int    `json:"warnings"`
		Hints       int    `json:"hints"`
		Diagnostics []Item `json:"diagnostics"`
	}{list.Count(Error), list.Count(Warn), list.Count(Hint), list.Items()})
}

func writeIndented(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// WriteGitHub writes the list as workflow commands, which GitHub shows beside
// the changed lines.
func WriteGitHub(w io.Writer, list List) error {
	var out bytes.Buffer
	for _, d := range list {
		command := map[Severity]string{Error: "error", Warn: "warning", Hint: "notice"}[d.Severity]
		var props []string
		add := func(name string, value int) {
			if value > 0 {
				props = append(props, fmt.Sprintf("%s=%d", name, value))
			}
		}
		if d.File != "" {
			props = append(props, "file="+githubProperty(d.File))
		}
		if d.Line > 0 {
			add("line", d.Line)
			add("col", d.Column)
			if d.EndColumn > d.Column {
				add("endColumn", d.EndColumn)
			}
		}
		props = append(props, "title="+githubProperty(title(d.Code)))
		text := d.Message
		if d.Hint != "" {
			text += "\n" + d.Hint
		}
		fmt.Fprintf(&out, "::%s %s::%s\n", command, strings.Join(props, ","), githubData(text))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// title is the code with what it is about.
func title(code string) string {
	if e, ok := Help(code); ok {
		return code + " " + e.Title
	}
	return code
}

func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
