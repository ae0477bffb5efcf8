// Package guest holds the kits for writing modules, and does with them what a
// developer does: start a project, build it, and generate names for the fields
// of a bundle.
//
// It exists so that a module can be begun and built with winnow alone: the
// kits are part of the program, a new project gets its own copy, and the
// compiler flags that keep instances small are in one place.
package guest

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/winnow-gate/winnow/wasm"
)

//go:embed c/winnow.h c/sample/propensity.c
//go:embed go/winnow/*.go go/sample/main.go
//go:embed assemblyscript/package.json assemblyscript/assembly assemblyscript/sample
//go:embed rust/Cargo.toml rust/.cargo/config.toml rust/src rust/sample
//go:embed */README.md SAMPLE.md
var kits embed.FS

// declaration says to a bundle what the sample rule reads and answers.
//
//go:embed rule.yaml
var declaration []byte

// Lang is a language with a kit.
type Lang string

// The languages.
const (
	Go             Lang = "go"
	AssemblyScript Lang = "as"
	Rust           Lang = "rust"
	C              Lang = "c"
)

// Langs returns all languages.
func Langs() []Lang { return []Lang{Go, AssemblyScript, Rust, C} }

// folder is where a language's kit is.
func (l Lang) folder() string {
	if l == AssemblyScript {
		return "assemblyscript"
	}
	return string(l)
}

// rename maps a kit's file to its place in a project. Files mapped to "" are left out.
func (l Lang) rename(path string) string {
	switch {
	case l == C && path == "sample/propensity.c":
		return "rule.c"
	case l == Go && path == "sample/main.go":
		return "main.go"
	}
	return path
}

// Scaffold starts a project in dir: the kit, the sample rule, ready to build,
// rule.yaml, which declares it, and all that there is to read. It makes dir, and refuses to write over files that
// exist.
func Scaffold(dir string, lang Lang) error {
	root := lang.folder()
	if _, err := fs.Stat(kits, root); err != nil {
		return fmt.Errorf("no kit for language %q; there are go, as, rust and c", lang)
	}
	sample, err := kits.ReadFile("SAMPLE.md")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{"rule.yaml", declaration}, {"SAMPLE.md", sample}, {"ABI.md", []byte(wasm.ABI())}} {
		if err := writeNew(filepath.Join(dir, f.name), f.content); err != nil {
			return err
		}
	}
	if lang == Go { // cannot be embedded: a go.mod cuts its folder off
		if err := writeNew(filepath.Join(dir, "go.mod"), []byte("module rule\n\ngo 1.24\n")); err != nil {
			return err
		}
	}
	return fs.WalkDir(kits, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := kits.ReadFile(path)
		if err != nil {
			return err
		}
		rel := strings.TrimPrefix(path, root+"/")
		to := filepath.Join(dir, filepath.FromSlash(lang.rename(rel)))
		return writeNew(to, lang.adapt(rel, b))
	})
}

// adapt points a sample at the kit's place in a project.
func (l Lang) adapt(path string, b []byte) []byte {
	s := strings.ReplaceAll(string(b), "see ../../SAMPLE.md", "see SAMPLE.md")
	switch {
	case l == C:
		s = strings.ReplaceAll(s, `"../winnow.h"`, `"winnow.h"`)
	case l == Go && path == "sample/main.go":
		s = strings.ReplaceAll(s, "github.com/winnow-gate/winnow/wasm/guest/go/winnow", "rule/winnow")
		s = strings.ReplaceAll(s, "Command sample", "Command rule")
	}
	return []byte(s)
}

func writeNew(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
