package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/wasm"
)

// moduleRun is one call of a module.
type moduleRun struct {
	Module   string            `json:"module"`
	Inputs   []inputSeen       `json:"inputs"`
	Verdict  string            `json:"verdict"`
	Reason   string            `json:"reason"`
	Outputs  map[string]any    `json:"outputs"` // null when it was not set
	Variants map[string]string `json:"variants"`
	Logs     []logged          `json:"logs"`
	LogCut   bool              `json:"log_cut"`
	Fuel     int64             `json:"fuel"`
	Limit    int64             `json:"fuel_limit"`
	Calls    int               `json:"host_calls"`
	NS       int64             `json:"ns"`
	Failure  *runFailure       `json:"failure"`
	names    []string          // of the outputs, in order
	slots    []string
}

type inputSeen struct {
	Path  string          `json:"path"`
	State string          `json:"state"`
	Value json.RawMessage `json:"value"`
}

type logged struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

type runFailure struct {
	Reason wasm.Reason `json:"reason"`
	Detail string      `json:"detail"`
	Hint   string      `json:"hint"`
}

// take copies what the module said.
func (r *moduleRun) take(spec rules.ModuleSpec, out *wasm.Output) {
	r.Verdict, r.Reason = out.Verdict.String(), string(out.Reason)
	r.Fuel, r.Calls, r.LogCut = out.Fuel, out.Calls, out.LogCut
	for i, o := range spec.Outputs {
		r.names = append(r.names, o.Name)
		r.Outputs[o.Name] = nil
		if i < len(out.Results) {
			r.Outputs[o.Name] = plainValue(out.Results[i])
		}
	}
	for i, v := range out.Variants {
		if v >= 0 {
			s := spec.Slots[i]
			r.slots = append(r.slots, s.Name)
			r.Variants[s.Name] = s.Variants[v]
		}
	}
	r.Logs = linesOf(out.Logs)
}

// linesOf are the lines of a log. A runtime writes its standard error in small
// pieces: a panic of Go comes in twenty.
func linesOf(logs []wasm.LogLine) (lines []logged) {
	open := false // the last line goes on with the next piece of its level
	for _, l := range logs {
		level := [...]string{"debug", "info", "warning", "error"}[l.Level&3]
		if !l.Piece {
			lines, open = append(lines, logged{level, string(l.Text)}), false
			continue
		}
		for text := range strings.Lines(string(l.Text)) {
			line, ended := strings.CutSuffix(text, "\n")
			if last := len(lines) - 1; open && lines[last].Level == level {
				lines[last].Text += line
			} else {
				lines = append(lines, logged{level, line})
			}
			open = !ended
		}
	}
	return lines
}

func plainValue(v wasm.Result) any {
	switch v.Kind {
	case wasm.KindBool:
		return v.Num != 0
	case wasm.KindInt:
		return v.Num
	case wasm.KindFloat:
		return v.Float()
	case wasm.KindString:
		return string(v.Str)
	default:
		return nil
	}
}

func (r *moduleRun) writeText(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	label := func(s string, i int) string {
		if i > 0 {
			return ""
		}
		return s
	}
	for i, in := range r.Inputs {
		value := "unknown: " + in.State
		if in.State == facts.Known.String() {
			value = string(in.Value)
		}
		fmt.Fprintf(t, "%s\t%s = %s\n", label("inputs", i), in.Path, value)
	}
	if r.Failure == nil {
		r.writeAnswer(t, label)
	}
	for i, l := range r.Logs {
		fmt.Fprintf(t, "%s\t%s: %s\n", label("log", i), l.Level, visible(l.Text))
	}
	if r.LogCut {
		fmt.Fprintf(t, "\tthe rest is cut off at %d bytes\n", wasm.HardLimits().LogBytes)
	}
	fmt.Fprintf(t, "fuel\t%d of %d\n", r.Fuel, r.Limit)
	fmt.Fprintf(t, "calls\t%s\n", plural(r.Calls, "host call"))
	if r.Failure == nil {
		fmt.Fprintf(t, "time\t%s\n", took(time.Duration(r.NS)))
	}
	return t.Flush()
}

func (r *moduleRun) writeAnswer(w io.Writer, label func(string, int) string) {
	for i, name := range r.names {
		text := "unknown: the module did not set it"
		if v := r.Outputs[name]; v != nil {
			b, err := json.Marshal(v)
			if err == nil {
				text = string(b)
			}
		}
		fmt.Fprintf(w, "%s\t%s = %s\n", label("outputs", i), name, text)
	}
	verdict := r.Verdict
	if verdict == "" {
		verdict = "none"
	}
	if r.Reason != "" {
		verdict += ": " + visible(r.Reason)
	}
	fmt.Fprintf(w, "verdict\t%s\n", verdict)
	for i, s := range r.slots {
		fmt.Fprintf(w, "%s\t%s = %s\n", label("variants", i), s, r.Variants[s])
	}
}

// visible is a text of a module on one line, for a terminal: what would steer that is
// written as an escape.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsGraphic(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}
