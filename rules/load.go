package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Limits of a bundle.
const (
	maxFiles    = 1000
	maxListSize = 64 << 20 // bytes of one list file
	maxWhole    = 256 << 20
)

// Options of compiling. The zero value is ready for use.
type Options struct {
	// Knowledge are named questions about a text that conditions may ask, as in
	// is_academic(contact.email).
	Knowledge map[string]func(string) bool
	// Secret gives the secret by which the values of a list or the contacts of a
	// table were hashed, by its name; nil refuses bundles with hashed ones.
	Secret func(name string) ([]byte, error)
	// Now is the day of the check, for advice such as an overdue review or a table
	// past its max_age; zero leaves that out.
	Now time.Time
	// Retention is how long the decisions are kept that sent() and caps count, for
	// advice about those that look back further; 0 and below leave that out.
	Retention time.Duration
	// LoadModule makes a module ready to run; nil refuses bundles with modules.
	LoadModule func(ModuleSpec) (Module, error)
	// Implementation chooses how leaves are run; tests compare the others with
	// the zero value.
	Implementation cond.Mode
}

// Error is what is wrong with a bundle: every mistake, with its place.
type Error struct{ List diag.List }

// Error gives the first mistake and the number of the others.
func (e *Error) Error() string {
	var errs diag.List
	for _, d := range e.List {
		if d.Severity == diag.Error {
			errs = append(errs, d)
		}
	}
	if len(errs) == 0 {
		return "the bundle is invalid"
	}
	d := errs[0]
	msg := fmt.Sprintf("%s:%d:%d: %s %s", d.File, d.Line, d.Column, d.Code, d.Message)
	if len(errs) > 1 {
		msg += fmt.Sprintf(" (and %d more)", len(errs)-1)
	}
	return msg
}

// Load compiles a bundle and fails with an *Error when it has a mistake.
func Load(fsys fs.FS, opts Options) (*Bundle, error) {
	b, list := Compile(fsys, opts)
	if b == nil {
		return nil, &Error{list}
	}
	return b, nil
}

// Compile compiles the files of a bundle: every *.yaml and *.yml but
// *_test.yaml, and the lists they name. It returns all mistakes and advice,
// sorted; the bundle is nil when any of them is an error.
func Compile(fsys fs.FS, opts Options) (*Bundle, diag.List) {
	src, list := readSources(fsys)
	c := newCompiler(src, opts)
	c.list = list
	if len(src.rules) == 0 && !list.HasErrors() {
		c.fail(diag.Place{File: "."}, diag.EmptyBundle, "there is no rule file here", "winnow init writes a first one")
	}
	for _, name := range src.rules {
		f, problems := format.Read(name, src.files[name])
		c.list = append(c.list, problems...)
		if len(problems) == 0 && reflect.DeepEqual(f, &format.File{Path: name}) {
			c.advise(diag.Warn, diag.Place{File: name, Line: 1, Column: 1}, diag.EmptyFile, "there is nothing in this file", "remove it, or write rules after `winnow: 1`")
		}
		c.files = append(c.files, f)
	}
	b := c.compile()
	c.list.Sort()
	if c.list.HasErrors() {
		return nil, c.list
	}
	b.warnings = c.list
	return b, c.list
}

// sources are the files of a bundle by path.
type sources struct {
	files  map[string][]byte
	rules  []string
	tests  []TestFile
	digest string
}

// readSources reads every file that belongs to a bundle and digests them.
func readSources(fsys fs.FS) (*sources, diag.List) {
	s := &sources{files: map[string][]byte{}}
	names, links, err := bundleFiles(fsys)
	names, list := unread(names, links)
	fail := func(name, code, msg string) {
		list = append(list, diag.Diagnostic{Place: diag.Place{File: name}, Code: code, Message: msg})
	}
	if err != nil {
		fail(".", diag.EmptyBundle, "the bundle can't be read: "+cause(err))
	}
	if len(names) > maxFiles {
		fail(".", diag.TooManyFiles, fmt.Sprintf("a bundle holds at most %d files, this has more", maxFiles))
		names = nil
	}
	total := int64(0)
	for _, name := range names {
		size := int64(maxListSize)
		if isRuleFile(name) {
			size = format.MaxFileSize
		}
		data, err := readFile(fsys, name, size)
		total += int64(len(data))
		switch {
		case errors.Is(err, errTooLarge) || total > maxWhole:
			fail(name, diag.FileTooLarge, fmt.Sprintf("the file is larger than %d bytes", size))
			continue
		case err != nil:
			fail(name, diag.YAMLSyntax, "the file can't be read: "+cause(err))
			continue
		}
		s.files[name] = data
		switch {
		case isTest(name):
			s.tests = append(s.tests, TestFile{name, data})
		case isRuleFile(name):
			s.rules = append(s.rules, name)
		}
	}
	s.digest = digest(names, s.files)
	return s, list
}

func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// RuleFiles lists the rule files of a bundle, by path.
func RuleFiles(fsys fs.FS) ([]string, error) {
	names, _, err := bundleFiles(fsys)
	if err != nil {
		return nil, fmt.Errorf("the bundle can't be read: %s", cause(err))
	}
	return slices.DeleteFunc(names, func(name string) bool { return !isRuleFile(name) || isTest(name) }), nil
}

func isRuleFile(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}

func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.yaml") || strings.HasSuffix(name, "_test.yml")
}

var (
	errTooLarge  = errors.New("too large")
	errNoRegular = errors.New("it is a pipe or a device; a bundle holds regular files")
)

// readFile reads a file up to a limit. What has no end, as a pipe or a device, is
// not opened.
func readFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return nil, errNoRegular
	case err == nil && info.Size() > limit:
		return nil, errTooLarge
	}
	data, err := fs.ReadFile(fsys, name)
	if err == nil && int64(len(data)) > limit {
		return nil, errTooLarge
	}
	return data, err
}

// digest is SHA-256 over the length and bytes of each path and content, in the
// order of the paths.
func digest(names []string, files map[string][]byte) string {
	h := sha256.New()
	var n [8]byte
	put := func(b []byte) {
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	for _, name := range names {
		put([]byte(name))
		put(files[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}
