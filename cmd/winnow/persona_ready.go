package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules"
)

// readyForDraft refuses, before anything is asked, what would lose the answers: an id
// that is none, a place that can't be written to, and rules there that are wrong.
func (e *env) readyForDraft(flags personaNewFlags) error {
	if flags.id != "" {
		if err := checkID(flags.id); err != nil {
			return err
		}
	}
	if err := mayMakeIn(flags.to); err != nil {
		return err
	}
	bundle, err := bundleFiles(flags.to)
	if err != nil {
		return err
	}
	if there, err := rules.RuleFiles(bundle); err != nil || len(there) == 0 {
		return err
	}
	f := &folder{dir: flags.to, files: bundle}
	f.bundle, f.list = rules.Compile(bundle, compileOptions())
	return e.demandValid(f)
}

func checkID(id string) error {
	if id == "" || id != card.Slug(id) {
		return failure(exitUsage, "write --id in at most 64 lower-case Latin letters, digits and hyphens, as in serial-returner", "%q is no id", id)
	}
	return nil
}

// namesFolder refuses --to "": what a shell makes of a variable that is not set is
// not the folder where one happens to be.
func namesFolder(to string) error {
	if strings.TrimSpace(to) == "" {
		return failure(exitUsage, "name the folder of the bundle; a dot is the one you are in", "--to is empty")
	}
	return nil
}

// mayMakeIn reports whether files can be made in a folder, which may be to be made, too.
func mayMakeIn(dir string) error {
	at := filepath.Clean(dir)
	info, err := os.Stat(at)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at {
		at = filepath.Dir(at)
		info, err = os.Stat(at)
	}
	if err == nil && !info.IsDir() {
		err = syscall.ENOTDIR
	}
	if err == nil {
		return mayWrite(filepath.Join(at, "new.yaml"))
	}
	if of := (*fs.PathError)(nil); errors.As(err, &of) {
		err = of.Err
	}
	return failure(exitFailed, "choose a folder that you may write to", "can't write to %s: %v", dir, err)
}
