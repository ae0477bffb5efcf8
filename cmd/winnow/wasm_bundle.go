package main

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
	"github.com/winnow-gate/winnow/rules/ruletest"
	"github.com/winnow-gate/winnow/wasm"
)

// moduleBundle is a bundle seen from its modules. It is compiled with stand-ins,
// so that a module that the gate refuses can be looked at, too.
type moduleBundle struct {
	*folder
	specs []rules.ModuleSpec
}

// openModules compiles a bundle and collects what it says of its modules. Files
// of modules may be missing when unbuilt is set: their types come first.
func (e *env) openModules(dir string, unbuilt bool) (*moduleBundle, error) {
	b := &moduleBundle{}
	opts := compileOptions()
	opts.LoadModule = func(spec rules.ModuleSpec) (rules.Module, error) {
		b.specs = append(b.specs, spec)
		return standIn{}, nil
	}
	var err error
	if b.folder, err = openFolderWith(dir, opts); err != nil {
		return nil, err
	}
	if unbuilt && b.bundle == nil {
		if files := withModules(b.files); len(files.extra) > 0 {
			b.specs = nil
			b.bundle, b.list = rules.Compile(files, opts)
		}
	}
	return b, e.demandValid(b.folder)
}

// standIn stands for a module that is not run.
type standIn struct{}

// Run implements rules.Module.
func (standIn) Run(*rules.ModuleCall) *rules.ModuleFault { return nil }

// Close implements rules.Module.
func (standIn) Close() error { return nil }

// spec finds a module. The bundle's only one need not be named.
func (b *moduleBundle) spec(id string) (rules.ModuleSpec, error) {
	ids := make([]string, len(b.specs))
	for i, s := range b.specs {
		ids[i] = s.ID
		if s.ID == id || id == "" && len(b.specs) == 1 {
			return s, nil
		}
	}
	switch {
	case len(ids) == 0:
		return rules.ModuleSpec{}, failure(exitUsage, "modules: in a rule file declares them; winnow help wasm shows how", "the bundle in %s has no modules", b.dir)
	case id == "":
		return rules.ModuleSpec{}, failure(exitUsage, "name one of "+strings.Join(ids, ", "), "the bundle in %s has several modules", b.dir)
	}
	hint := "there are " + strings.Join(ids, ", ")
	if near := diag.DidYouMean(id, ids); near != "" {
		hint = near
	}
	return rules.ModuleSpec{}, failure(exitUsage, hint, "the bundle in %s has no module %q", b.dir, id)
}

// call is a contact as the module is to see it.
func (b *moduleBundle) call(spec rules.ModuleSpec, in *rules.Input) *rules.ModuleCall {
	layout, f := b.bundle.Layout(), in.Facts()
	layout.ApplyAge(f, in.Now.UnixNano())
	c := &rules.ModuleCall{
		Context: context.Background(), Now: in.Now, Layout: layout, Facts: f,
		Contact: in.ContactID(), Known: in.ContactID() != "",
	}
	for _, field := range spec.Inputs {
		c.Inputs = append(c.Inputs, layout.Slot(field.Path))
	}
	return c
}

// contacts are those of the bundle's own tests for which the module is run,
// each once. They are made up, as fixtures must be. ran is false when there are
// none because the bundle can't be run as it is: a module of it is refused.
func (b *moduleBundle) contacts(loader *moduleLoader, id string) (calls []*rules.ModuleCall, ran bool) {
	t, opts := &tap{}, compileOptions()
	opts.LoadModule = func(spec rules.ModuleSpec) (rules.Module, error) {
		m, err := loader.load(spec)
		if err == nil && spec.ID == id {
			t.Module, m = m, t
		}
		return m, err
	}
	bundle, _ := rules.Compile(b.files, opts)
	if bundle == nil {
		return nil, false
	}
	ruletest.Run(bundle, ruletest.Options{})
	_ = bundle.Close() // the runtime, which is closed next, would free them as well
	return t.seen, true
}

// maxContacts bounds how many contacts of the tests are kept.
const maxContacts = 500

// tap notes whom a module is asked about.
type tap struct {
	rules.Module
	mu   sync.Mutex
	seen []*rules.ModuleCall
}

// Run implements rules.Module.
func (t *tap) Run(c *rules.ModuleCall) *rules.ModuleFault {
	t.mu.Lock()
	known := len(t.seen) == maxContacts
	for _, old := range t.seen {
		known = known || old.Contact == c.Contact && old.Now.Equal(c.Now) && sameInputs(old, c)
	}
	if !known {
		t.seen = append(t.seen, &rules.ModuleCall{
			Context: context.Background(), Now: c.Now, Layout: c.Layout, Facts: c.Facts.Clone(),
			Inputs: c.Inputs, Contact: strings.Clone(c.Contact), Known: c.Known,
		})
	}
	t.mu.Unlock()
	return t.Module.Run(c)
}

func sameInputs(a, b *rules.ModuleCall) bool {
	for _, s := range a.Inputs {
		x, y := &a.Facts.Slots[s], &b.Facts.Slots[s]
		if x.State != y.State || string(a.Layout.AppendValue(nil, a.Facts, s)) != string(b.Layout.AppendValue(nil, b.Facts, s)) {
			return false
		}
	}
	return true
}

// guestInput is a contact as wasm takes it.
func guestInput(spec rules.ModuleSpec, call *rules.ModuleCall) *wasm.Input {
	c := &wasmCall{module: newWasmModule(nil, wasm.Main, spec), call: call}
	return &wasm.Input{Fields: c, Contact: c, Now: call.Now.UnixMilli()}
}

// unbuilt is a bundle's folder in which modules that are yet to be built are
// empty files.
type unbuilt struct {
	fs.FS
	extra map[string]bool
}

func withModules(files fs.FS) unbuilt {
	u := unbuilt{files, map[string]bool{}}
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if ext := path.Ext(name); err != nil || d.IsDir() || ext != ".yaml" && ext != ".yml" {
			return nil // the compiler says what can't be read
		}
		src, err := fs.ReadFile(files, name)
		if err != nil {
			return nil
		}
		f, _ := format.Read(name, src)
		for _, m := range f.Modules {
			file := path.Join(path.Dir(name), m.File.Value)
			if _, err := fs.Stat(files, file); err != nil && fs.ValidPath(file) && path.Ext(file) == ".wasm" {
				u.extra[file] = true
			}
		}
		return nil
	})
	return u
}

// Open implements fs.FS.
func (u unbuilt) Open(name string) (fs.File, error) {
	if !u.extra[name] {
		return u.FS.Open(name)
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// ReadFile implements fs.ReadFileFS.
func (u unbuilt) ReadFile(name string) ([]byte, error) {
	if u.extra[name] {
		return []byte{}, nil
	}
	return fs.ReadFile(u.FS, name)
}

// ReadDir implements fs.ReadDirFS.
func (u unbuilt) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := fs.ReadDir(u.FS, name)
	for file := range u.extra {
		if path.Dir(file) == name {
			list = append(list, emptyFile(path.Base(file)))
		}
	}
	return list, err
}

// emptyFile is the entry of a file that is yet to be built.
type emptyFile string

// Name implements fs.DirEntry.
func (f emptyFile) Name() string { return string(f) }

// IsDir implements fs.DirEntry.
func (f emptyFile) IsDir() bool { return false }

// Type implements fs.DirEntry.
func (f emptyFile) Type() fs.FileMode { return 0 }

// Info implements fs.DirEntry.
func (f emptyFile) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }
