package ruletest

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/winnow-gate/winnow/rules"
)

type jsonMiss struct {
	What string `json:"what"`
	Want string `json:"expected"`
	Got  string `json:"got"`
	Line int    `json:"line"`
}

type jsonResult struct {
	File        string             `json:"file"`
	Line        int                `json:"line"`
	Name        string             `json:"name"`
	Passed      bool               `json:"passed"`
	Misses      []jsonMiss         `json:"misses,omitempty"`
	Explanation *rules.Explanation `json:"explanation,omitempty"`
}

type jsonPoint struct {
	rules.Point
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// WriteJSON writes all results and the coverage as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	results := make([]jsonResult, len(r.Results))
	for i := range r.Results {
		x := &r.Results[i]
		results[i] = jsonResult{x.File, x.At.Line, x.Name, x.Passed(), nil, x.Explanation}
		for _, m := range x.Misses {
			results[i].Misses = append(results[i].Misses, jsonMiss{m.What, m.Want, m.Got, m.At.Line})
		}
	}
	missing := make([]jsonPoint, len(r.Coverage.Missing))
	for i, p := range r.Coverage.Missing {
		missing[i] = jsonPoint{p, p.At.File, p.At.Line}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(map[string]any{
		"ok": r.OK(), "cases": len(r.Results), "failed": r.Failed(), "mistakes": len(r.Diagnostics), "results": results,
		"coverage": map[string]any{
			"percent": r.Coverage.Percent(), "seen": r.Coverage.Seen, "total": r.Coverage.Total, "missing": missing,
		},
	})
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	File    string        `xml:"file,attr"`
	Line    int           `xml:"line,attr"`
	Failure *junitFailure `xml:"failure"`
	Error   *junitFailure `xml:"error"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes all results as JUnit XML, a suite a file.
func (r *Report) WriteJUnit(w io.Writer) error {
	out := junitSuites{}
	for _, file := range r.Files {
		s := r.suite(file)
		out.Tests, out.Failures, out.Errors = out.Tests+s.Tests, out.Failures+s.Failures, out.Errors+s.Errors
		out.Suites = append(out.Suites, s)
	}
	text, err := xml.MarshalIndent(out, "", "  ")
	if err != nil {
		return fmt.Errorf("write JUnit: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

func (r *Report) suite(file string) junitSuite {
	s := junitSuite{Name: file}
	for i := range r.Results {
		x := &r.Results[i]
		if x.File != file {
			continue
		}
		c := junitCase{Name: x.Name, Class: strings.TrimSuffix(strings.TrimSuffix(file, ".yml"), ".yaml"), File: file, Line: x.At.Line}
		if !x.Passed() {
			var why strings.Builder
			x.writeText(&why, false)
			m := x.Misses[0]
			c.Failure = &junitFailure{fmt.Sprintf("%s: expected %s, got %s", m.What, m.Want, m.Got), why.String()}
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	for _, d := range r.Diagnostics {
		if d.File == file {
			s.Cases = append(s.Cases, junitCase{Name: fmt.Sprintf("line %d", d.Line), Class: file, File: file, Line: d.Line, Error: &junitFailure{d.Message, d.Hint}})
			s.Errors++
		}
	}
	s.Tests = len(s.Cases)
	return s
}
