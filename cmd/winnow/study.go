package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/plugin/study"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

// studyFlags are those of the verbs that count an audience.
type studyFlags struct {
	message messageFlags
	reading readingFlags
	report  reportFlags
	sample  sampleFlags
	at      string
	workers int
}

func (f *studyFlags) add(cmd *cobra.Command) {
	f.message.add(cmd)
	f.reading.add(cmd)
	f.report.add(cmd)
	cmd.Flags().StringVar(&f.at, "at", "", "clock of all decisions, as 2026-11-22T12:00:00Z (default: now)")
	workersFlag(cmd, &f.workers, "decide for this many contacts at once")
}

// sampleFlags say which contacts a report names.
type sampleFlags struct {
	n    int
	seed string
}

func (f *sampleFlags) add(cmd *cobra.Command) {
	f.n = 3
	countFlag(cmd, &f.n, "samples", "", 0, mostLines, "name this many contacts for each finding, by contact.id; 0 names none")
	cmd.Flags().StringVar(&f.seed, "seed", "", "draw other samples: any word; the same word draws the same")
}

func (f *sampleFlags) sampling() census.Sampling { return census.Sampling{Size: f.n, Seed: f.seed} }

// reportFlags say what a report looks like and where it goes.
type reportFlags struct{ format, out string }

func (f *reportFlags) add(cmd *cobra.Command) {
	wordFlag(cmd, &f.format, "format", "text, json or html (default: by the name of --out, else text)", "text", "json", "html")
	cmd.Flags().StringVarP(&f.out, "out", "o", "", "write the report to this file (default: standard output)")
}

// check refuses, before there is a report, what it can't be written as or to.
func (f *reportFlags) check() error {
	if _, err := f.kind(); err != nil {
		return err
	}
	return mayWrite(f.out)
}

func (f *reportFlags) kind() (string, error) {
	if f.format != "" {
		return f.format, nil
	}
	switch ext := strings.ToLower(filepath.Ext(f.out)); ext {
	case ".html", ".htm":
		return "html", nil
	case ".json":
		return "json", nil
	case ".pdf", ".csv", ".xlsx", ".docx", ".png":
		return "", failure(exitUsage, "name it .html, .json or .txt; a browser prints the page as PDF", "--out: a report can't be written as %s", ext)
	}
	return "text", nil
}

// putReport writes a report as its flags ask: its page, the words of the page,
// or the numbers.
func (e *env) putReport(f reportFlags, page console.Page, numbers any) error {
	kind, err := f.kind()
	if err != nil {
		return err
	}
	to := e.stdout
	var file bytes.Buffer
	if f.out != "" {
		to = &file
	}
	switch kind {
	case "html":
		_, err = to.Write(page.Render())
	case "json":
		err = writeJSONTo(to, numbers)
	default:
		err = report.WriteText(to, page, columnsOf(to))
	}
	if err != nil || f.out == "" {
		return err
	}
	if err := writeBytes(f.out, forOwner, file.Bytes()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.stderr, "%s\nthe report is in %s\n", page.Lead, f.out)
	return err
}

func writeJSONTo(w io.Writer, v any) error { return (&env{stdout: w}).writeJSON(v) }

// audienceStudy is an audience on its way past bundles.
type audienceStudy struct {
	made    report.Made
	bundles []*rules.Bundle
	file    string
	flags   *studyFlags
	message []byte
}

// newStudy loads the bundles and settles clock and message.
func (e *env) newStudy(ctx context.Context, verb, file string, flags *studyFlags, names ...string) (*audienceStudy, error) {
	if err := flags.report.check(); err != nil {
		return nil, err
	}
	now, err := e.clockOf("--at", flags.at)
	if err != nil {
		return nil, err
	}
	s := &audienceStudy{file: file, flags: flags, made: report.Made{Verb: verb, Source: file, At: now}}
	if file == "-" {
		s.made.Source = "standard input"
	}
	for i, name := range names {
		f, err := e.loadRules(ctx, name)
		if err != nil {
			return nil, err
		}
		s.bundles = append(s.bundles, f.bundle)
		if i > 0 {
			s.made.Rules += " and "
		}
		s.made.Rules += fmt.Sprintf("%s (%.12s)", name, f.bundle.Digest())
	}
	s.message, err = flags.message.body(s.bundles[len(s.bundles)-1])
	return s, err
}

// countAudience takes the audience past the bundles and merges what the workers counted.
func countAudience[C interface {
	study.Counter
	Merge(C)
}](ctx context.Context, e *env, s *audienceStudy, newCounter func() C) (sum C, err error) {
	src, err := e.openAudience(ctx, s.file, s.flags.reading, s.bundles...)
	if err != nil {
		return sum, err
	}
	defer src.Close()
	e.noteColumns(src)
	e.noteClass(src, s.message)
	counters, rows, err := study.Run(ctx, src, study.Options{Bundles: s.bundles, Now: s.made.At, Message: s.message, Workers: s.flags.workers}, newCounter)
	if err != nil {
		return sum, audienceFailure(s.made.Source, err)
	}
	for _, c := range counters[1:] {
		counters[0].Merge(c)
	}
	s.made.Rows = rows
	return counters[0], nil
}

// finish ends a verb whose report is written: rows that could not be read make
// it fail, as with screen.
func (s *audienceStudy) finish() error {
	if s.made.Rows.Rejected == 0 {
		return nil
	}
	return failure(exitFailed, "the report lists the first of them, with the reason", "%s could not be read and did not count", plural(int(s.made.Rows.Rejected), "row"))
}

// fileOf is the file among arguments, standard input when there is none.
func fileOf(args []string, at int) string {
	if len(args) > at {
		return args[at]
	}
	return "-"
}

// since is the beginning of the time that a look back covers.
func since(now time.Time, back time.Duration) int64 { return now.Add(-back).UnixMilli() }
