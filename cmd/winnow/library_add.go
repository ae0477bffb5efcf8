package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/library"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

type libraryAddFlags struct {
	to, owner string
	anyway    bool
}

func newLibraryAddCmd(e *env) *cobra.Command {
	flags := libraryAddFlags{to: "."}
	cmd := &cobra.Command{
		Use: "add ID|PACK …", Short: "Put entries or a pack into a bundle, with what they need", Args: takes(1, many),
		Long: `Add writes each entry as a rule file and a test file into the folder library of
the bundle. It never overwrites: personas that the bundle has stay as they are, and
so do its params; a slot of the same name is given another. Entries that a
condition asks about, or that a card is easily taken for, come along.

The bundle is checked and tested with them before anything is written.`,
		RunE: func(_ *cobra.Command, args []string) error { return e.libraryAdd(args, flags) },
	}
	cmd.Flags().StringVar(&flags.to, "to", flags.to, "folder of the bundle; made if it is not there")
	cmd.Flags().StringVar(&flags.owner, "owner", "", "who answers for the personas (default: the owner in the bundle, else marketing)")
	cmd.Flags().BoolVar(&flags.anyway, "anyway", false, "write them also when tests of the bundle fail with them")
	return cmd
}

func (e *env) libraryAdd(words []string, flags libraryAddFlags) error {
	if err := namesFolder(flags.to); err != nil {
		return err
	}
	l, err := library.Open()
	if err != nil {
		return err
	}
	entries, unknown := l.Select(words)
	if unknown != "" {
		return noEntry(l, unknown)
	}
	bundle, err := bundleFiles(flags.to)
	if err != nil {
		return err
	}
	if flags.owner == "" {
		flags.owner = ownerIn(bundle)
	}
	in, err := library.Install(bundle, entries, library.Options{Now: e.now().UTC(), Owner: flags.owner})
	if errors.Is(err, library.ErrThere) {
		return failure(exitFailed, "move it away, or add other entries; add never overwrites", "%s: %v", flags.to, err)
	}
	if err != nil {
		return failure(exitFailed, "check the folder", "%s: %v", flags.to, err)
	}
	if err := e.demandFit(bundle, in, flags); err != nil {
		return err
	}
	if err := e.writeAll(flags.to, in.Files); err != nil {
		return err
	}
	return e.sayAdded(in, flags.to)
}

// bundleFiles is a copy of a bundle in memory, to try additions on; empty when
// there is no such folder.
func bundleFiles(dir string) (fstest.MapFS, error) {
	out := fstest.MapFS{}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".csv", ".wasm", ".json"}, filepath.Ext(name)):
			return nil
		}
		data, err := fs.ReadFile(root, name)
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		return nil, failure(exitFailed, "name a folder that you may read", "can't read %s: %v", dir, err)
	}
	return out, nil
}

// ownerIn is the first owner that a bundle names.
func ownerIn(bundle fs.FS) string {
	if b, _ := rules.Compile(bundle, compileOptions()); b != nil {
		for _, p := range b.Personas() {
			if p.Owner != nil && p.Owner.Value != "" {
				return p.Owner.Value
			}
		}
	}
	return "marketing"
}

// demandFit refuses what would break the bundle: it compiles and tests the bundle
// with the additions, in memory.
func (e *env) demandFit(bundle fstest.MapFS, in *library.Installed, flags libraryAddFlags) error {
	before := ruletestFailures(bundle)
	for _, f := range in.Files {
		bundle[f.Path] = &fstest.MapFile{Data: f.Text}
	}
	b, list := rules.Compile(bundle, compileOptions())
	if b == nil {
		f := &folder{dir: flags.to, files: bundle, list: list}
		return e.demandValid(f)
	}
	failed := ruletest.Failures(b)
	if len(failed) == 0 || flags.anyway {
		return nil
	}
	for _, line := range failed {
		if !slices.Contains(before, line) {
			fmt.Fprintln(e.stderr, line)
		}
	}
	return failure(exitTests, "a test that names exactly its personas or slots meets new ones: write personas_include, or add with --anyway and mend them",
		"nothing is written, because tests fail with these entries")
}

func ruletestFailures(bundle fs.FS) []string {
	if b, _ := rules.Compile(bundle, compileOptions()); b != nil {
		return ruletest.Failures(b)
	}
	return nil
}

func (e *env) writeAll(dir string, files []library.File) error {
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return failure(exitFailed, "choose a folder that you may write to", "can't make %s: %v", filepath.Dir(name), err)
		}
		if err := writeNew(name, f.Text); err != nil {
			return failure(exitFailed, "check that you may write there", "can't write %s: %v", name, err)
		}
	}
	return nil
}

func (e *env) sayAdded(in *library.Installed, dir string) error {
	w := &strings.Builder{}
	if len(in.Added) == 0 {
		fmt.Fprintln(w, "nothing to add: the bundle has all of it already")
		_, err := fmt.Fprint(e.stdout, w)
		return err
	}
	fmt.Fprintf(w, "added to %s: %s\n", filepath.Join(dir, library.Folder), strings.Join(in.Added, ", "))
	if len(in.Present) > 0 {
		fmt.Fprintf(w, "yours already, left alone: %s\n", strings.Join(in.Present, ", "))
	}
	for _, n := range in.Notes {
		fmt.Fprintf(w, "note: %s\n", n)
	}
	fmt.Fprintf(w, `
They are drafts that only observe. Read a card, put your evidence on it, set its
thresholds and params, and write mode: enforce in its file when its owner agrees.
  winnow persona show %[2]s %[1]s
  winnow test %[1]s
  winnow stale %[1]s
`, dir, in.Added[0])
	_, err := fmt.Fprint(e.stdout, w)
	return err
}
