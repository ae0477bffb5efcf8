package ruletest

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// Options of running. The zero value runs everything.
type Options struct {
	// Run picks the cases whose "file: name" it matches; nil is all.
	Run *regexp.Regexp
	// Source are the files of the bundle. Without them coverage can't say where
	// variants and gates over fields stand.
	Source fs.FS
}

// Report is how the tests of a bundle came out.
type Report struct {
	// Files are the test files, in order.
	Files []string
	// Diagnostics are mistakes in the test files. A file with a mistake is not run.
	Diagnostics diag.List
	// Results are the cases that ran, in order.
	Results []Result
	// Coverage is what the cases exercised of the rules.
	Coverage Coverage
}

// Result is how one case came out.
type Result struct {
	File string
	Name string
	At   diag.Place
	// Misses are the expectations that did not hold; none means that it passed.
	Misses []Miss
	// Explanation tells why the answer is what it is, as far as the misses go;
	// nil when the case passed.
	Explanation *rules.Explanation
}

// Miss is one expectation that did not hold.
type Miss struct {
	What, Want, Got string
	At              diag.Place
}

// Passed reports whether everything expected held.
func (r *Result) Passed() bool { return len(r.Misses) == 0 }

// Failed counts the cases that did not pass.
func (r *Report) Failed() int {
	n := 0
	for i := range r.Results {
		if !r.Results[i].Passed() {
			n++
		}
	}
	return n
}

// OK reports whether the tests passed: no mistake, no failure, and at least one
// case, because tests that do not run show nothing.
func (r *Report) OK() bool {
	return !r.Diagnostics.HasErrors() && r.Failed() == 0 && len(r.Results) > 0
}

// Run runs the test files of a bundle. It never fails: what is wrong is in the
// report.
func Run(b *rules.Bundle, opts Options) *Report {
	report := &Report{}
	n, cov := namesOf(b), b.NewCoverage()
	for _, t := range b.Tests() {
		report.Files = append(report.Files, t.Path)
		units, problems := read(n, t)
		report.Diagnostics = append(report.Diagnostics, problems...)
		for i := range units {
			if u := &units[i]; opts.Run == nil || opts.Run.MatchString(u.file+": "+u.name) {
				report.Results = append(report.Results, u.run(b, cov))
			}
		}
	}
	report.Diagnostics.Sort()
	report.Coverage = newCoverage(cov.Points(), opts.Source)
	return report
}

// Check returns the mistakes in the test files of a bundle.
func Check(b *rules.Bundle) diag.List {
	var out diag.List
	n := namesOf(b)
	for _, t := range b.Tests() {
		_, problems := read(n, t)
		out = append(out, problems...)
	}
	out.Sort()
	return out
}

// Failures runs the tests and says, a line each, what speaks against serving
// the bundle; nil when nothing does. A bundle without test files may be served.
func Failures(b *rules.Bundle) []string {
	if len(b.Tests()) == 0 {
		return nil
	}
	var out []string
	report := Run(b, Options{})
	for _, d := range report.Diagnostics {
		if d.Severity == diag.Error {
			out = append(out, fmt.Sprintf("%s:%d:%d: %s %s", d.File, d.Line, d.Column, d.Code, d.Message))
		}
	}
	for i := range report.Results {
		r := &report.Results[i]
		for _, m := range r.Misses {
			out = append(out, fmt.Sprintf("%s:%d: %s: %s is %s, expected %s", m.At.File, m.At.Line, r.Name, m.What, m.Got, m.Want))
		}
	}
	return out
}

func (u *unit) run(b *rules.Bundle, cov *rules.Coverage) Result {
	out := Result{File: u.file, Name: u.name, At: u.at}
	in, err := b.Input(u.body, u.now)
	if err != nil { // the reader decoded it before, with more fields
		out.Misses = []Miss{{What: "contact", Want: "a body that can be read", Got: err.Error(), At: u.at}}
		return out
	}
	defer in.Release()
	if u.state != nil {
		in.State = u.state
	}
	d := b.Decide(in)
	cov.Record(in)
	var names []string
	for _, e := range u.expects {
		if got, ok := e.got(d); !ok {
			out.Misses = append(out.Misses, Miss{e.what, e.want, got, e.at})
			names = append(names, e.names...)
			names = append(names, strings.FieldsFunc(got, func(r rune) bool { return r == ',' || r == ' ' })...)
		}
	}
	if len(out.Misses) > 0 {
		out.Explanation = u.relevant(b.Explain(in), names)
	}
	return out
}

// relevant keeps of an explanation the rules that have to do with the misses:
// those that are named, those that the decision rests on, and those that read a
// field which the case itself sets.
func (u *unit) relevant(e *rules.Explanation, names []string) *rules.Explanation {
	for _, r := range e.Decision.Reasons {
		names = append(names, r.Rule)
	}
	e.Rules = slices.DeleteFunc(e.Rules, func(r rules.Ruling) bool {
		return !slices.Contains(names, r.ID) && (r.Slot == "" || !slices.Contains(names, r.Slot)) &&
			!slices.ContainsFunc(r.Conditions, func(c rules.NamedCondition) bool { return u.reads(c.Clause) })
	})
	return e
}

// reads reports whether a condition saw a field that the case sets.
func (u *unit) reads(c rules.Clause) bool {
	return slices.ContainsFunc(c.Fields, func(f rules.Seen) bool { return slices.Contains(u.sets, f.Path) }) ||
		slices.ContainsFunc(c.Parts, u.reads)
}
