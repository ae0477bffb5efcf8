package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The most that is shown of a file. A real module has a few dozen of each; of a
// few bytes each, a hostile one has a million, and types of a thousand values.
const (
	maxShown       = 100
	maxShownName   = 256 // bytes
	maxShownValues = 16  // of the parameters or results of a type
)

// wasmFile is the outside of a WebAssembly module: what inspect shows. It is
// read here and not by an engine, because the file may be a bomb to one.
type wasmFile struct {
	Imports  []wasmImport  `json:"imports"`
	Exports  []wasmExport  `json:"exports"`
	Memories []string      `json:"memory"`
	Features []string      `json:"features"`
	Sections []wasmSection `json:"sections"`
	LeftOut  leftOut       `json:"left_out,omitempty"`
	types    []string      // signatures
	funcs    []uint32      // types of all functions, imports first
}

// leftOut is how many more there are, by what is listed.
type leftOut map[string]int

// keep appends an item to a list of what is shown, or counts it as left out.
func keep[T any](l leftOut, what string, list []T, item T) []T {
	if len(list) == maxShown {
		l[what]++
		return list
	}
	return append(list, item)
}

type wasmImport struct {
	Module string `json:"module"`
	Name   string `json:"name"`
	Type   string `json:"type"`
}

type wasmExport struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

type wasmSection struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
}

// parseWasm reads the sections of a module. What stands in an unreadable section
// is an error; what the section means together with others is not looked at.
func parseWasm(b []byte) (*wasmFile, error) {
	if len(b) < 8 || string(b[:4]) != "\x00asm" {
		return nil, errors.New("its first bytes are not \\0asm")
	}
	if string(b[4:8]) != "\x01\x00\x00\x00" {
		return nil, errors.New("it is of another version, or a component")
	}
	f, r := &wasmFile{LeftOut: leftOut{}}, &wasmReader{b: b[8:]}
	known := map[byte]bool{}
	for len(r.b) > 0 && r.err == nil {
		id := r.byte()
		body := wasmReader{b: r.take(int(r.u32()))}
		if r.err != nil {
			break
		}
		if known[id] && id != 0 {
			return nil, fmt.Errorf("section %s: it is there twice", sectionName(id))
		}
		known[id] = true
		f.section(id, &body)
		if body.err != nil {
			return nil, fmt.Errorf("section %s: %w", sectionName(id), body.err)
		}
	}
	f.features()
	return f, r.err
}

// features puts what was found in order, each once.
func (f *wasmFile) features() {
	slices.Sort(f.Features)
	all := slices.Compact(f.Features)
	f.Features = nil
	for _, name := range all {
		f.Features = keep(f.LeftOut, "features", f.Features, name)
	}
}

func sectionName(id byte) string {
	names := [...]string{"custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag"}
	if int(id) < len(names) {
		return names[id]
	}
	return fmt.Sprintf("number %d", id)
}

func (f *wasmFile) section(id byte, r *wasmReader) {
	s := wasmSection{sectionName(id), len(r.b)}
	switch id {
	case 0:
		name := r.name()
		s.Name += fmt.Sprintf(" %q", name)
		if name == "target_features" {
			r.each(func() {
				if sign := r.byte(); sign == '+' {
					f.Features = append(f.Features, r.name())
				} else {
					r.name()
				}
			})
		}
	case 1:
		r.each(func() { f.types = append(f.types, f.signature(r)) })
	case 2:
		r.each(func() { f.importOne(r) })
	case 3:
		r.each(func() { f.funcs = append(f.funcs, r.u32()) })
	case 5:
		r.each(func() { f.Memories = keep(f.LeftOut, "memory", f.Memories, f.memory(r)) })
	case 7:
		r.each(func() { f.export(r) })
	case 12:
		f.Features = append(f.Features, "bulk-memory")
	case 13:
		f.Features = append(f.Features, "exception-handling")
	}
	f.Sections = keep(f.LeftOut, "sections", f.Sections, s)
}

func (f *wasmFile) signature(r *wasmReader) string {
	if form := r.byte(); form != 0x60 {
		f.Features = append(f.Features, "gc")
		r.fail(errors.New("a type that is no function"))
		return ""
	}
	side := func() string {
		var out []string
		more := 0
		r.each(func() {
			if v := valueName(r.byte()); len(out) < maxShownValues {
				out = append(out, v)
			} else {
				more++
			}
		})
		if more > 0 {
			out = append(out, fmt.Sprintf("and %d more", more))
		}
		return strings.Join(out, ", ")
	}
	params, results := side(), side()
	if strings.Contains(results, ",") {
		f.Features = append(f.Features, "multivalue")
		results = "(" + results + ")"
	}
	if results != "" {
		results = " -> " + results
	}
	return "(" + params + ")" + results
}

func valueName(b byte) string {
	switch b {
	case 0x7f:
		return "i32"
	case 0x7e:
		return "i64"
	case 0x7d:
		return "f32"
	case 0x7c:
		return "f64"
	case 0x7b:
		return "v128"
	case 0x70:
		return "funcref"
	case 0x6f:
		return "externref"
	default:
		return fmt.Sprintf("type %#x", b)
	}
}

func (f *wasmFile) importOne(r *wasmReader) {
	im := wasmImport{Module: r.name(), Name: r.name()}
	switch kind := r.byte(); kind {
	case 0:
		t := r.u32()
		f.funcs = append(f.funcs, t)
		im.Type = f.typeName(t)
	case 1:
		r.byte()
		r.limits()
		im.Type = "table"
	case 2:
		im.Type = "memory, " + f.memory(r)
	case 3:
		im.Type = "global " + valueName(r.byte())
		if r.byte() == 1 {
			f.Features = append(f.Features, "mutable-globals")
		}
	default:
		r.fail(fmt.Errorf("an import of kind %d", kind))
	}
	f.Imports = keep(f.LeftOut, "imports", f.Imports, im)
}

func (f *wasmFile) typeName(t uint32) string {
	if int(t) < len(f.types) {
		return f.types[t]
	}
	return "(of a type that is not there)"
}

func (f *wasmFile) export(r *wasmReader) {
	ex := wasmExport{Name: r.name()}
	kind, index := r.byte(), r.u32()
	ex.Type = [...]string{"function", "table", "memory", "global", "tag"}[min(kind, 4)]
	if kind == 0 && int(index) < len(f.funcs) {
		ex.Type = f.typeName(f.funcs[index])
	}
	f.Exports = keep(f.LeftOut, "exports", f.Exports, ex)
}

func (f *wasmFile) memory(r *wasmReader) string {
	flags, low, high := r.limits()
	if flags&2 != 0 {
		f.Features = append(f.Features, "threads")
	}
	if flags&4 != 0 {
		f.Features = append(f.Features, "memory64")
	}
	text := fmt.Sprintf("%d KiB", low*64)
	if flags&1 != 0 {
		return text + fmt.Sprintf(", at most %d KiB", high*64)
	}
	return text + ", growing as far as the gate lets it"
}
