package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/report"
	"github.com/winnow-gate/winnow/rules/cond"
)

// kind is what find writes.
func (f *findFlags) kind() (string, error) {
	if f.report.format == "" && strings.EqualFold(filepath.Ext(f.report.out), ".csv") {
		return "csv", nil
	}
	return f.report.kind()
}

// putFound lets write fill a file, or standard output when it has no name.
func (e *env) putFound(name string, write func(w io.Writer) error) error {
	if name == "" {
		out := bufio.NewWriter(e.stdout)
		return errors.Join(write(out), out.Flush())
	}
	return writeWhole(name, forOwner, write)
}

// shower shows what is found, one by one, and what is due when that is all.
func (s *search) shower(w io.Writer, kind string, made report.Made) (show func(*report.Found) error, done func() error) {
	done = func() error { return nil }
	switch kind {
	case "json":
		lines := json.NewEncoder(w)
		return func(x *report.Found) error { return lines.Encode(x) }, done
	case "csv":
		head := "line,contact,action,by,missing\n"
		return func(x *report.Found) error {
			_, err := fmt.Fprintf(w, "%s%d,%s,%s,%s,%s\n", head, x.Line, audience.AppendCell(nil, x.Contact), x.Action, x.By, strings.Join(x.Missing, "|"))
			head = ""
			return err
		}, done
	case "html":
		return s.page(w, made)
	}
	return func(x *report.Found) error {
		text := fmt.Sprintf("%-7d %-24s %-9s %s", x.Line, x.Contact, x.Action, x.By)
		if s.want == cond.Unknown {
			text = fmt.Sprintf("%-7d %-24s missing: %s", x.Line, x.Contact, strings.Join(x.Missing, ", "))
		}
		_, err := fmt.Fprintln(w, strings.TrimRight(text, " "))
		return err
	}, done
}

func (s *search) page(w io.Writer, made report.Made) (show func(*report.Found) error, done func() error) {
	r := report.Search{Persona: s.persona, Unknown: s.want == cond.Unknown}
	show = func(x *report.Found) error {
		if len(r.List) < report.MaxFound { // x is in memory of the row, which the next one takes
			keep := *x
			keep.Contact, keep.Missing = strings.Clone(x.Contact), slices.Clone(x.Missing)
			r.List = append(r.List, keep)
		}
		return nil
	}
	return show, func() error {
		r.Hits, r.Rows, r.Lost = s.hits, s.rows, s.bad
		_, err := w.Write(report.Find(&r, made).Render())
		return err
	}
}
