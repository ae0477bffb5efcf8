package wbin

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxName is how many bytes of a name are shown: failures tell that of a
// function, and so every decision in which the module fails.
const MaxName = 128

// maxLabel bounds the name of an import or export in bytes.
const maxLabel = 1024

// FuncName is the name of a function in the name section.
type FuncName struct {
	Index uint32 // in the whole index space
	Name  string
}

// readNames takes the names of functions from the name section, made fit to be
// shown. What follows a fault in the section is left out: names are a comfort,
// and an engine that was given the section as it is would believe its counts.
func (m *Module) readNames() {
	data, _ := m.Custom("name")
	r := &Reader{Buf: data}
	for r.Len() > 0 {
		id := r.Byte()
		sub := &Reader{Buf: r.Bytes(r.U32())}
		if id == 1 {
			m.readFuncNames(sub)
			return
		}
	}
}

func (m *Module) readFuncNames(r *Reader) {
	funcs := len(m.Imports) + len(m.Funcs)
	next := uint32(0)
	for range r.Count("names", funcs) {
		f := FuncName{r.index("function", funcs), Shown(r.Name(), MaxName)}
		if r.Err() != nil || f.Index < next {
			return
		}
		m.Names = append(m.Names, f)
		next = f.Index + 1
	}
}

// label reads the name of an import or export, which reports show.
func (r *Reader) label() string {
	name := r.Name()
	if len(name) > maxLabel && r.err == nil {
		r.err = &LimitError{What: "bytes of a name", Value: int64(len(name)), Limit: maxLabel}
	}
	if r.err == nil && strings.ContainsFunc(name, unprintable) {
		r.fail("the name %q has characters that can't be shown", Shown(name, MaxName))
	}
	return name
}

func unprintable(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }

// Shown is what a module wrote, cut off at most bytes and without what could
// steer a terminal.
func Shown(text string, most int) string {
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.Map(func(r rune) rune {
		if unprintable(r) {
			return '?'
		}
		return r
	}, text)
}

// DebugName names a function by its index in the whole index space: by its
// name, else by its export, else by the index alone. While the code is parsed
// there are no names yet: they stand behind it.
func (m *Module) DebugName(i uint32) string {
	at, ok := slices.BinarySearchFunc(m.Names, i, func(f FuncName, i uint32) int { return cmp.Compare(f.Index, i) })
	if ok {
		return fmt.Sprintf("#%d %q", i, m.Names[at].Name)
	}
	for _, e := range m.Exports {
		if e.Kind == ExternFunc && e.Index == i {
			return fmt.Sprintf("#%d %q", i, Shown(e.Name, MaxName))
		}
	}
	return fmt.Sprintf("#%d", i)
}
