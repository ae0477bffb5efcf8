package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

type fmtFlags struct{ write, diff, check bool }

func newFmtCmd(e *env) *cobra.Command {
	var flags fmtFlags
	cmd := &cobra.Command{
		Use: "fmt [PATH …]", Short: "Lay rule and test files out in the one way",
		Long: `Fmt formats files, and the YAML files of folders: two spaces a level, conditions
over several lines as literal blocks. Order, comments and meaning stay. Without a
flag it prints the result; - formats standard input.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.format(args, flags) },
	}
	cmd.Flags().BoolVarP(&flags.write, "write", "w", false, "write the files back")
	cmd.Flags().BoolVarP(&flags.diff, "diff", "d", false, "show what would change")
	cmd.Flags().BoolVar(&flags.check, "check", false, "list the files that are not formatted, and fail if there is one")
	return cmd
}

func (e *env) format(paths []string, flags fmtFlags) error {
	if flags.write && flags.diff || flags.check && (flags.write || flags.diff) {
		return failure(exitUsage, "run it twice", "-w, -d and --check can't go together")
	}
	if len(paths) == 0 {
		paths = []string{"."}
	}
	changed, broken := 0, exitOK
	for _, p := range paths {
		files, err := yamlFiles(p)
		if err != nil {
			return err
		}
		for _, name := range files {
			differs, err := e.formatFile(name, flags)
			if differs {
				changed++
			}
			if errors.Is(err, context.Canceled) {
				return err
			}
			if err != nil { // the other files have nothing to do with it
				complain(e.stderr, err)
				broken = exitCode(err)
			}
		}
	}
	if broken != exitOK {
		return &exitError{code: broken}
	}
	if flags.check && changed > 0 {
		return failure(exitFailed, "run winnow fmt -w", "%s not formatted", plural(changed, "file"))
	}
	return nil
}

// yamlFiles lists a file, or the YAML files below a folder but hidden ones.
func yamlFiles(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !slices.Contains([]string{"", ".yaml", ".yml"}, filepath.Ext(path)) {
		return nil, failure(exitUsage, "fmt lays out rule and test files, which end in .yaml or .yml", "%s is no YAML file", path)
	}
	var out []string
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch ext := filepath.Ext(name); {
		case err != nil:
			return err
		case name != path && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir() && (name == path || ext == ".yaml" || ext == ".yml"):
			out = append(out, name)
		}
		return nil
	})
	if err != nil {
		return nil, failure(exitFailed, "name files or folders that are there, and that you may read", "can't read %s: %v", path, err)
	}
	return out, nil
}

// formatFile formats one file and reports whether that changes it.
func (e *env) formatFile(name string, flags fmtFlags) (changed bool, err error) {
	src, err := e.readFile(name)
	if err != nil {
		return false, failure(exitFailed, "check that you may read it", "can't read %s: %w", name, err)
	}
	tidy := format.Format
	if base := strings.TrimSuffix(strings.TrimSuffix(name, ".yml"), ".yaml"); strings.HasSuffix(base, "_test") {
		tidy = ruletest.Format
	}
	out, err := tidy(src)
	if err != nil {
		return false, failure(exitInvalid, "winnow check shows the place", "%s can't be formatted: %v", name, err)
	}
	changed = !bytes.Equal(src, out)
	switch {
	case flags.check && changed:
		_, err = fmt.Fprintln(e.stdout, name)
	case flags.diff && changed:
		_, err = e.stdout.Write(diff.Diff(name, src, name+" (formatted)", out))
	case flags.write && changed && name != "-":
		err = writeBytes(name, forAll, out)
	case !flags.check && !flags.diff && (!flags.write || name == "-"):
		_, err = e.stdout.Write(out)
	}
	return changed, err
}

func (e *env) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(e.stdin)
	}
	return os.ReadFile(name)
}
