package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/field"
)

// openAudience opens a file of contacts for one bundle or several; "-" is standard
// input. Verbs that go through a whole audience share it.
func (e *env) openAudience(ctx context.Context, name string, flags readingFlags, bundles ...*rules.Bundle) (*audience.Reader, error) {
	o, err := flags.options()
	if err != nil {
		return nil, err
	}
	o.Nameless, o.Complete = flags.nameless, flags.complete
	for _, b := range bundles {
		if b != nil {
			o.Fields = joinFields(o.Fields, b.Schema().Fields())
		}
	}
	r, err := e.beginAudience(ctx, name, o)
	if ctx.Err() != nil && comesOnce(name) { // what came until then is not what was meant
		if r != nil {
			_ = r.Close() // nothing was written
		}
		return nil, ctx.Err()
	}
	if err == nil {
		return r, nil
	}
	if name == "-" {
		name = "standard input"
	}
	return nil, audienceFailure(name, err)
}

// beginAudience looks at the beginning of a file, of a pipe or of standard input.
func (e *env) beginAudience(ctx context.Context, name string, o audience.Options) (*audience.Reader, error) {
	switch {
	case name == "-":
		return audience.New(e.stdin, o)
	case isPipe(name):
		o.Name = name
		return audience.New(untilDone(ctx, &namedPipe{name: name}), o)
	}
	return audience.Open(name, o)
}

// joinFields adds the fields that are new.
func joinFields(fields, more []field.Field) []field.Field {
	if len(fields) == 0 {
		return more
	}
	out := slices.Clone(fields)
	for _, f := range more {
		if !slices.ContainsFunc(fields, func(x field.Field) bool { return x.Path == f.Path }) {
			out = append(out, f)
		}
	}
	return out
}

const (
	workbookHint = "save it as CSV, in Excel as CSV UTF-8, or unpack the archive"
	encodingHint = "Excel writes windows-1252 in Western Europe and windows-1250 in Central Europe: --encoding windows-1252"
)

func audienceFailure(name string, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.EISDIR):
		return failure(exitUsage, "name a file of contacts: CSV or NDJSON, plain, .gz or .zst", "%s is a folder", name)
	case errors.Is(err, os.ErrNotExist):
		return failure(exitFailed, "name a file of contacts: CSV or NDJSON, plain, .gz or .zst", "there is no file %s", name)
	case errors.Is(err, os.ErrPermission):
		return failure(exitFailed, "check that you may read it", "%s: %v", name, os.ErrPermission)
	case errors.Is(err, audience.ErrEmpty):
		return failure(exitFailed, "was it written to the end?", "%s: %v", name, err)
	case errors.Is(err, audience.ErrNoEncoding):
		return failure(exitUsage, "as in --encoding windows-1252, or encoding: in the mapping", "%s: %v", name, err)
	case errors.Is(err, audience.ErrWorkbook):
		return failure(exitFailed, workbookHint, "%s: %v", name, err)
	case errors.Is(err, audience.ErrEncoding):
		return failure(exitFailed, encodingHint, "%s: %v", name, err)
	case errors.Is(err, audience.ErrNoField):
		return failure(exitFailed, "winnow fields lists them; declare it in the bundle, or take the column out of the mapping", "%s: %v", name, err)
	}
	return failure(exitFailed, "a file of contacts is CSV with a header, or a JSON object a line, as UTF-8", "%s: %v", name, err)
}

// noteColumns says on standard error what a mapping leaves open, and what was
// guessed of how values are written.
func (e *env) noteColumns(src *audience.Reader) {
	var unread, guessed []string
	open := false
	for _, c := range src.Columns() {
		if how := styleOf(c.Column); how != "" && src.Guessed() {
			guessed = append(guessed, fmt.Sprintf("%q has %s", c.Name, strings.TrimPrefix(how, ", ")))
		}
		switch {
		case c.Field == "":
			unread = append(unread, fmt.Sprintf("%q", c.Name))
		case c.Note != "":
			open = true
			fmt.Fprintf(e.stderr, "column %q: %s\n", c.Name, c.Note)
		case c.Fit < c.Seen:
			fmt.Fprintf(e.stderr, "column %q: %d of the first %d values are no %s for %s\n", c.Name, c.Seen-c.Fit, c.Seen, c.Type, c.Field)
		}
	}
	if n, of := src.Foreign(); n > 0 {
		fmt.Fprintf(e.stderr, "%s of the first %s are not UTF-8 and will be left out: %s\n", grouped(int64(n)), plural(of, "row"), encodingHint)
	}
	if open && !src.Guessed() {
		fmt.Fprintln(e.stderr, "winnow map FILE --map MAP --write MAP fills in what the mapping could say")
	}
	if len(guessed) > 0 {
		fmt.Fprintf(e.stderr, "guessed: %s (winnow map shows all)\n", firstOf(guessed, "; "))
	}
	if len(unread) > 0 {
		fmt.Fprintf(e.stderr, "columns that fill no field: %s (winnow map shows all)\n", firstOf(unread, ", "))
	}
}

// firstOf lists the first few of many: an export may have thousands of columns.
func firstOf(list []string, sep string) string {
	const most = 12
	if len(list) <= most {
		return strings.Join(list, sep)
	}
	return fmt.Sprintf("%s and %s more", strings.Join(list[:most], sep), grouped(int64(len(list)-most)))
}
