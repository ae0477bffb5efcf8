package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
)

// withFile does something with a file that winnow serve keeps beside its decision
// log. name is what the file is called and the flag that names it; when is when a
// server makes one.
func withFile[F io.Closer](file, name, when string, open func(string) (F, error), do func(F) error) error {
	switch there, err := os.Stat(file); {
	case errors.Is(err, fs.ErrNotExist):
		return failure(exitFailed, "name it with --"+name+"; winnow serve makes one when "+when, "there is no %s %s", name, file)
	case err == nil && isEmpty(there):
		return failure(exitFailed, "name another with --"+name+"; winnow serve makes one when "+when, "the %s %s is an empty file", name, file)
	}
	f, err := open(file)
	if err != nil {
		return failure(exitFailed, "check the file and its folder, or name another with --"+name, "can't open the %s %s: %v", name, file, err)
	}
	return errors.Join(do(f), f.Close())
}

// isEmpty tells of a file without a byte. SQLite would take it for a database that is
// to be made.
func isEmpty(f fs.FileInfo) bool { return f.Mode().IsRegular() && f.Size() == 0 }

// listing is how entries of one kind are listed for people.
type listing[T any] struct {
	none string         // said when there are none
	head string         // names of the columns, with tabs in between
	row  func(T) string // an entry's line, with tabs in between
}

// show lists at most limit entries, as JSON or as a table, and says so if there are
// more: on standard error beside JSON, which is for entries alone.
func (l listing[T]) show(e *env, list []T, limit int, format string) error {
	more := len(list) > limit
	list = list[:min(limit, len(list))]
	var err error
	notes := e.stdout
	if format == "json" {
		notes, err = e.stderr, e.writeJSON(append([]T{}, list...)) // [] when there are none
	} else {
		err = l.table(e.stdout, list)
	}
	if err != nil || !more {
		return err
	}
	_, err = fmt.Fprintf(notes, "… and more: -n %d\n", 10*limit)
	return err
}

func (l listing[T]) table(out io.Writer, list []T) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(out, l.none)
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, l.head)
	for _, x := range list {
		fmt.Fprintln(w, l.row(x))
	}
	return w.Flush()
}

// entryIDs reads the numbers that list, a verb, shows entries of a kind by.
func entryIDs(args []string, kind, list string) ([]int64, error) {
	var ids []int64
	for _, a := range args {
		id, err := strconv.ParseInt(strings.TrimPrefix(a, "#"), 10, 64)
		if err != nil || id < 1 {
			return nil, failure(exitUsage, list+" shows ids", "%q is not the id of %s", a, kind)
		}
		ids = append(ids, id)
	}
	return ids, nil
}
