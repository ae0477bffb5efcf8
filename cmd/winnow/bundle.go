package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/lists"
)

// compileOptions is what every verb compiles bundles with, so that a bundle that
// passes the check is the one that is served.
func compileOptions() rules.Options {
	return rules.Options{LoadModule: new(moduleLoader).load, Knowledge: lists.Builtin().Functions(), Secret: secretOf}
}

// folder is a bundle's folder and what the compiler made of it.
type folder struct {
	dir    string
	files  fs.FS
	bundle *rules.Bundle // nil when there are mistakes
	list   diag.List
}

// dirOf is the bundle's folder: the only argument, or where we are.
func dirOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return args[0]
}

// openFolder compiles a folder. It fails only when there is no folder to read.
func openFolder(dir string) (*folder, error) { return openFolderWith(dir, compileOptions()) }

func openFolderWith(dir string, opts rules.Options) (*folder, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, failure(exitFailed, "name the folder that holds the rule files, or start one with winnow init "+dir, "there is no folder %s", dir)
	case err != nil:
		return nil, failure(exitFailed, "check that you may read it", "can't read %s: %v", dir, err)
	case !info.IsDir():
		hint := "a bundle is a folder: use " + filepath.Dir(dir)
		if ext := filepath.Ext(dir); ext != ".yaml" && ext != ".yml" {
			hint = "a bundle is a folder of rule files, and comes before the file of contacts"
		}
		return nil, failure(exitUsage, hint, "%s is a file", dir)
	}
	f := &folder{dir: dir, files: os.DirFS(dir)}
	f.bundle, f.list = rules.Compile(f.files, opts)
	return f, nil
}

// source gives the text of a file of the bundle, of which a pipe has none.
func (f *folder) source(name string) ([]byte, bool) {
	if info, err := fs.Stat(f.files, name); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	src, err := fs.ReadFile(f.files, name)
	return src, err == nil
}

// loadBundle compiles a folder for a verb that needs it to be right. Mistakes
// are shown on stderr.
func (e *env) loadBundle(dir string) (*folder, error) {
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	return f, e.demandValid(f)
}

// demandValid shows the mistakes of a bundle that has any, and fails.
func (e *env) demandValid(f *folder) error {
	if f.bundle != nil {
		return nil
	}
	var errs diag.List
	for _, d := range f.list {
		if d.Severity == diag.Error {
			errs.Add(d)
		}
	}
	if err := diag.WriteText(e.stderr, errs, f.source, e.colour); err != nil {
		return err
	}
	return failure(exitInvalid, "mend what stands above; winnow check "+f.dir+" shows it again", "the bundle in %s is invalid", f.dir)
}

// oneDir refuses more than one folder.
func oneDir() cobra.PositionalArgs { return takes(0, 1) }

// many is no bound of the number of arguments.
const many = math.MaxInt

// takes bounds how many arguments a verb has. An empty one is none: it is what a
// shell makes of a variable that is not set, and would mean here and there.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		n, want := len(args), fmt.Sprintf("%d to %d arguments", least, most)
		for i, a := range args {
			if strings.TrimSpace(a) == "" {
				return fmt.Errorf("argument %d of %s is empty", i+1, cmd.CommandPath())
			}
		}
		switch {
		case n >= least && n <= most:
			return nil
		case most == many:
			want = fmt.Sprintf("%d or more arguments", least)
		case least == most:
			want = plural(least, "argument")
		case least == 0:
			want = "no more than " + plural(most, "argument")
		}
		return fmt.Errorf("%s takes %s, and has %d", cmd.CommandPath(), want, n)
	}
}

// clock is the moment that --now names, or the present one.
func (e *env) clock(text string) (time.Time, error) { return e.clockOf("--now", text) }

// clockOf is clock for a flag of another name.
func (e *env) clockOf(flag, text string) (time.Time, error) {
	if text == "" {
		return e.now().UTC(), nil
	}
	if m, ok := format.ParseMoment(text); ok {
		return m.Wall, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t.UTC(), nil
	}
	return time.Time{}, failure(exitUsage, "write it as 2026-11-22 or 2026-11-22T12:00:00Z", "%s: %q is not a time", flag, text)
}

// writeJSON writes a value with indentation and plain characters.
func (e *env) writeJSON(v any) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	_, err := e.stdout.Write(out.Bytes())
	return err
}
