package library

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/format"
)

// Folder is where installed entries are written, within a bundle.
const Folder = "library"

// Options of installing.
type Options struct {
	// Now is the day of installing: reviews are due an interval later.
	Now time.Time
	// Owner answers for the personas.
	Owner string
}

// File is a file to write, by its path within the bundle.
type File struct {
	Path string
	Text []byte
}

// Installed is what there is to write, and what people should know of it.
type Installed struct {
	Files []File
	// Added are the ids of the personas in Files; Present those that the bundle
	// has already, which stay as they are.
	Added, Present []string
	// Notes say what was joined with what the bundle declares itself.
	Notes []string
}

// ErrThere is a file that installing would overwrite.
var ErrThere = errors.New("is there already")

// Install makes the files that put entries into a bundle, which may be empty.
// Whatever the bundle declares itself stays: its params, fields and lists are
// used in place of the library's, and its personas are left alone.
func Install(bundle fs.FS, entries []*Entry, opts Options) (*Installed, error) {
	b, err := declaredIn(bundle)
	if err != nil {
		return nil, err
	}
	out := &Installed{}
	if b.empty {
		if err := out.gates(b); err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		if b.personas[e.ID()] {
			out.Present = append(out.Present, e.ID())
			continue
		}
		out.Added = append(out.Added, e.ID())
		out.add(b, e, opts)
	}
	for _, f := range out.Files {
		if _, err := fs.Stat(bundle, f.Path); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s %w", f.Path, ErrThere)
		}
	}
	return out, nil
}

// gates adds the legal gates to a bundle that has nothing yet.
func (out *Installed) gates(b *declared) error {
	for _, name := range []string{"gates.yaml", "gates_test.yaml"} {
		text, err := files.ReadFile("gates/" + name)
		if err != nil {
			return fmt.Errorf("library: %w", err)
		}
		out.write(b, name, text)
	}
	out.Notes = append(out.Notes, "the folder was empty, so the legal gates came along: "+path.Join(Folder, "gates.yaml"))
	return nil
}

func (out *Installed) add(b *declared, e *Entry, opts Options) {
	text, tests := string(e.Rules), string(e.Tests)
	for _, p := range e.File.Params {
		if theirs, ok := b.params[p.Key.Value]; ok {
			text = dropKey(text, "params", p.Key.Value)
			tests = swapFirst(tests, p.Value.Value, theirs.Value)
			if b.own[p.Key.Value] {
				out.Notes = append(out.Notes, fmt.Sprintf("%s: params.%s is yours, and stays as it is", e.ID(), p.Key.Value))
			}
			continue
		}
		b.params[p.Key.Value] = p.Value
	}
	for _, g := range e.File.Gates {
		if b.ageGate {
			text = dropBlock(text, "gates")
			out.Notes = append(out.Notes, fmt.Sprintf("%s: you have a gate with min_age already, so %s was left out", e.ID(), g.ID.Value))
		}
		b.ageGate = true
	}
	for _, s := range e.File.Slots {
		name := s.Key.Value
		if b.slots[name] {
			text = renameSlot(text, name, e.ID())
			out.Notes = append(out.Notes, fmt.Sprintf("%s: you have a slot %s, so its own is called %s", e.ID(), name, e.ID()))
			name = e.ID()
		}
		b.slots[name] = true
	}
	b.personas[e.ID()] = true
	out.write(b, e.ID()+".yaml", []byte(sign(text, e, opts)))
	out.write(b, e.ID()+"_test.yaml", []byte(tests))
}

// write adds a file, with the line that editors complete by where the bundle
// has the schemas.
func (out *Installed) write(b *declared, name string, text []byte) {
	schema, have := "rules.schema.json", b.rulesSchema
	if strings.HasSuffix(name, "_test.yaml") {
		schema, have = "tests.schema.json", b.testsSchema
	}
	if have {
		text = append([]byte("# yaml-language-server: $schema=../"+schema+"\n"), text...)
	}
	out.Files = append(out.Files, File{path.Join(Folder, name), text})
}

// sign puts an owner, a review date and the first line of a history on a card.
func sign(text string, e *Entry, opts Options) string {
	every := "    review_every: "
	before, after, _ := strings.Cut(text, every)
	day, rest, _ := strings.Cut(after, "\n")
	due := opts.Now.Add(e.Persona().ReviewEvery.Value)
	card := fmt.Sprintf("%s%s\n    review_by: %s\n    owner: %s\n    changelog:\n      - date: %s\n        note: taken from the library, number %s\n",
		every, day, due.Format(time.DateOnly), opts.Owner, opts.Now.Format(time.DateOnly), e.Number)
	return before + card + rest
}

// declared is what a bundle has already.
type declared struct {
	empty                    bool
	ageGate                  bool
	rulesSchema, testsSchema bool
	params                   map[string]format.Param
	own                      map[string]bool // params that the bundle itself declares
	personas, slots          map[string]bool
}

func declaredIn(bundle fs.FS) (*declared, error) {
	names, err := rules.RuleFiles(bundle)
	if err != nil {
		return nil, err
	}
	d := &declared{empty: len(names) == 0, params: map[string]format.Param{}, own: map[string]bool{}, personas: map[string]bool{}, slots: map[string]bool{}}
	for _, name := range names {
		src, err := fs.ReadFile(bundle, name)
		if err != nil {
			return nil, err
		}
		f, _ := format.Read(name, src) // its mistakes are the compiler's to report
		d.take(f)
	}
	d.rulesSchema, d.testsSchema = there(bundle, "rules.schema.json"), there(bundle, "tests.schema.json")
	return d, nil
}

func (d *declared) take(f *format.File) {
	if f == nil {
		return
	}
	for _, p := range f.Params {
		d.params[p.Key.Value], d.own[p.Key.Value] = p.Value, true
	}
	for i := range f.Personas {
		d.personas[f.Personas[i].ID.Value] = true
	}
	for _, s := range f.Slots {
		d.slots[s.Key.Value] = true
	}
	for i := range f.Gates {
		d.ageGate = d.ageGate || f.Gates[i].MinAge != nil
	}
}

func there(bundle fs.FS, name string) bool {
	_, err := fs.Stat(bundle, name)
	return err == nil
}

// dropKey removes one line of a top-level block, and the block when nothing is
// left of it. The entries are laid out in one way, which the tests hold.
func dropKey(text, block, key string) string {
	var out bytes.Buffer
	in := false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, " ") {
			in = strings.TrimSpace(line) == block+":"
		}
		if !in || !strings.HasPrefix(line, "  "+key+":") {
			out.WriteString(line)
		}
	}
	return strings.Replace(out.String(), "\n"+block+":\n\n", "\n", 1)
}

// dropBlock removes a top-level block.
func dropBlock(text, block string) string {
	start := strings.Index(text, "\n"+block+":\n")
	if start < 0 {
		return text
	}
	end := strings.Index(text[start+1:], "\n\n")
	return text[:start] + text[start+1+end+1:]
}

// swapFirst puts the bundle's first word in the place of the library's in the
// tests, so that they ask about the bundle's own domains.
func swapFirst(tests string, ours, theirs any) string {
	a, ok1 := ours.([]string)
	b, ok2 := theirs.([]string)
	if !ok1 || !ok2 || len(a) == 0 || len(b) == 0 {
		return tests
	}
	return strings.ReplaceAll(tests, a[0], b[0])
}

// renameSlot gives an entry's slot another name, also where its action pins it.
func renameSlot(text, from, to string) string {
	text = strings.Replace(text, "\n  "+from+":\n    default:", "\n  "+to+":\n    default:", 1)
	return strings.Replace(text, "\n      pin:\n        "+from+":", "\n      pin:\n        "+to+":", 1)
}
