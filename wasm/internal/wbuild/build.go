// Package wbuild assembles small WebAssembly modules in tests and benchmarks.
//
// It exists because attacks on a runtime are modules that no compiler
// emits, and because a test should show the guest it runs, without a text
// format tool on the machine. It builds what it is told, valid or not.
package wbuild

import "github.com/winnow-gate/winnow/wasm/internal/wbin"

// Builder collects the parts of a module. The zero value is an empty module.
type Builder struct {
	types   []wbin.FuncType
	imports []wbin.Import
	funcs   []fn
	mems    [][]byte
	tables  [][]byte
	globals [][]byte
	exports []wbin.Export
	elems   [][]byte
	datas   [][]byte
	customs [][]byte
	start   *uint32
	names   map[string]uint32 // functions by name, for calls in text
}

type fn struct {
	typ    uint32
	locals string
	code   []byte
}

// Sig makes a signature from letters: i is i32, l is i64, f is f32, d is f64.
func Sig(params, results string) wbin.FuncType {
	return wbin.FuncType{Params: types(params), Results: types(results)}
}

func types(letters string) []byte {
	b := make([]byte, len(letters))
	for i, c := range letters {
		b[i] = map[rune]byte{'i': wbin.I32, 'l': wbin.I64, 'f': wbin.F32, 'd': wbin.F64}[c]
	}
	return b
}

// Type returns the index of a signature, adding it when new.
func (b *Builder) Type(t wbin.FuncType) uint32 {
	for i := range b.types {
		if b.types[i].Equal(t) {
			return uint32(i)
		}
	}
	b.types = append(b.types, t)
	return uint32(len(b.types) - 1)
}

// Import adds a function import and returns its index. Imports come before functions.
func (b *Builder) Import(module, name, params, results string) uint32 {
	b.imports = append(b.imports, wbin.Import{Module: module, Name: name, Type: b.Type(Sig(params, results))})
	b.name(name, uint32(len(b.imports)-1))
	return uint32(len(b.imports) - 1)
}

func (b *Builder) name(s string, i uint32) {
	if b.names == nil {
		b.names = map[string]uint32{}
	}
	b.names[s] = i
}

// Func adds a function from text (see Asm) and returns its index. locals is letters as in Sig.
func (b *Builder) Func(name, params, results, locals, text string) uint32 {
	i := b.Declare(name, params, results)
	b.Body(i, locals, text)
	return i
}

// Declare adds a function without a body, so that others can call it by name.
func (b *Builder) Declare(name, params, results string) uint32 {
	i := uint32(len(b.imports) + len(b.funcs))
	b.funcs = append(b.funcs, fn{typ: b.Type(Sig(params, results))})
	b.name(name, i)
	return i
}

// Body gives a declared function its body from text.
func (b *Builder) Body(i uint32, locals, text string) {
	b.Raw(i, locals, append(b.Asm(text), wbin.OpEnd))
}

// Raw gives a declared function its body as bytes, with the final end.
func (b *Builder) Raw(i uint32, locals string, code []byte) {
	f := &b.funcs[int(i)-len(b.imports)]
	f.locals, f.code = locals, code
}

// Memory adds a memory in pages; a negative max leaves it out.
func (b *Builder) Memory(minPages uint32, maxPages int) {
	b.mems = append(b.mems, limits(minPages, maxPages))
}

// Table adds a table of functions; a negative max leaves it out.
func (b *Builder) Table(minLen uint32, maxLen int) {
	b.tables = append(b.tables, append([]byte{wbin.FuncRef}, limits(minLen, maxLen)...))
}

func limits(lo uint32, hi int) []byte {
	if hi < 0 {
		return wbin.AppendU32([]byte{0}, lo)
	}
	return wbin.AppendU32(wbin.AppendU32([]byte{1}, lo), uint32(hi))
}

// Global adds a global with a constant in text, as in "i32.const 5".
func (b *Builder) Global(typ byte, mutable bool, init string) uint32 {
	mut := byte(0)
	if mutable {
		mut = 1
	}
	g := append([]byte{typ, mut}, b.Asm(init)...)
	b.globals = append(b.globals, append(g, wbin.OpEnd))
	return uint32(len(b.globals) - 1)
}

// Export adds an export.
func (b *Builder) Export(name string, kind byte, index uint32) {
	b.exports = append(b.exports, wbin.Export{Name: name, Kind: kind, Index: index})
}

// Elem adds an active element segment of functions.
func (b *Builder) Elem(offset int32, funcs ...uint32) {
	e := append([]byte{0, wbin.OpI32Const}, wbin.AppendS64(nil, int64(offset))...)
	e = wbin.AppendU32(append(e, wbin.OpEnd), uint32(len(funcs)))
	for _, f := range funcs {
		e = wbin.AppendU32(e, f)
	}
	b.elems = append(b.elems, e)
}

// Data adds an active data segment.
func (b *Builder) Data(offset int32, data []byte) {
	d := append([]byte{0, wbin.OpI32Const}, wbin.AppendS64(nil, int64(offset))...)
	d = wbin.AppendU32(append(d, wbin.OpEnd), uint32(len(data)))
	b.datas = append(b.datas, append(d, data...))
}

// Start makes function i the start function.
func (b *Builder) Start(i uint32) { b.start = &i }

// Custom adds a custom section.
func (b *Builder) Custom(name string, data []byte) {
	b.customs = append(b.customs, append(wbin.AppendName(nil, name), data...))
}

// Bytes returns the module.
func (b *Builder) Bytes() []byte {
	var ts, is, fs, es, cs [][]byte
	for _, t := range b.types {
		p := append([]byte{0x60}, wbin.AppendName(nil, string(t.Params))...)
		ts = append(ts, append(p, wbin.AppendName(nil, string(t.Results))...))
	}
	for _, im := range b.imports {
		p := append(wbin.AppendName(wbin.AppendName(nil, im.Module), im.Name), wbin.ExternFunc)
		is = append(is, wbin.AppendU32(p, im.Type))
	}
	for _, f := range b.funcs {
		fs = append(fs, wbin.AppendU32(nil, f.typ))
		body := wbin.AppendU32(nil, uint32(len(f.locals)))
		for _, t := range types(f.locals) {
			body = append(body, 1, t)
		}
		body = append(body, f.code...)
		cs = append(cs, append(wbin.AppendU32(nil, uint32(len(body))), body...))
	}
	for _, e := range b.exports {
		es = append(es, wbin.AppendU32(append(wbin.AppendName(nil, e.Name), e.Kind), e.Index))
	}
	out := []byte(wbin.Magic)
	for _, s := range []struct {
		id    byte
		items [][]byte
	}{
		{wbin.SecType, ts},
		{wbin.SecImport, is},
		{wbin.SecFunction, fs},
		{wbin.SecTable, b.tables},
		{wbin.SecMemory, b.mems},
		{wbin.SecGlobal, b.globals},
		{wbin.SecExport, es},
	} {
		out = wbin.AppendSection(out, s.id, vector(s.items))
	}
	if b.start != nil {
		out = wbin.AppendSection(out, wbin.SecStart, wbin.AppendU32(nil, *b.start))
	}
	out = wbin.AppendSection(out, wbin.SecElement, vector(b.elems))
	out = wbin.AppendSection(out, wbin.SecCode, vector(cs))
	out = wbin.AppendSection(out, wbin.SecData, vector(b.datas))
	for _, c := range b.customs {
		out = wbin.AppendSection(out, wbin.SecCustom, c)
	}
	return out
}

func vector(items [][]byte) []byte {
	if len(items) == 0 {
		return nil
	}
	b := wbin.AppendU32(nil, uint32(len(items)))
	for _, it := range items {
		b = append(b, it...)
	}
	return b
}
