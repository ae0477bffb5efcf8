// Package meter rewrites a module so that it counts what it does.
//
// It exists because the engine has no fuel: a deadline stops neither loop-free
// code nor, cheaply, any code, and guest code blocks the garbage collector of
// the whole process. The rewritten module counts its instructions down in a
// global and stops itself; the count is the same on every engine and machine.
// The same pass caps call depth, exports every mutable global (so that the
// host can restore them), moves the start function under the host's control,
// makes NaN bits canonical wherever they could be seen, bounds and charges
// memory growth, and merges data segments.
//
// # Cost model
//
// Every instruction costs 1, end and else nothing; a load costs 8, a division
// (of integers or floats) 4, a square root 5, ref.func 65, a function call 2
// more, a round of a loop 1 more. Bulk memory operations cost 5 and 1 per 16
// bytes, growth 65 and 4,096 per page. A basic block is charged
// when it is entered; the counter is tested at function entry and at loop
// headers, so it may run below zero by at most one function body.
//
// Depth is the sum of 32 + locals + highest operand stack + Spills / 64 over
// live frames; functions that call nothing of the module itself are not counted.
package meter

import (
	"errors"
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// Prefix opens the names of all exports that Rewrite adds. Exports of the
// input that carry it are dropped, so that rewriting twice means the same.
const Prefix = "winnow:"

// Names of the exports that Rewrite adds.
const (
	Fuel   = Prefix + "fuel"   // i64: instructions left, below 0 when spent
	Depth  = Prefix + "depth"  // i64: units of call depth left, below 0 when spent
	Rest   = Prefix + "rest"   // i64: added to Depth when that is spent for the first time, and then 0
	Grow   = Prefix + "grow"   // i32: 1 after a refused memory.grow
	Start  = Prefix + "start"  // the start function, when there was one
	Memory = Prefix + "memory" // the memory, when there is one
	Dirty  = Prefix + "dirty"  // i64: bit p%64 is set before memory page p of PageSize bytes is written to
	global = Prefix + "g"      // + index: each mutable global of the input
)

// PageSize is the size of the pages that Dirty counts, and TrackedPages how
// many there are: larger memories are not tracked. A store may reach into the
// page after the one that is marked.
const (
	PageSize     = 4096
	TrackedPages = 64
)

// Options steer Rewrite.
type Options struct {
	// MaxPages caps memory, in pages of 64 KiB. Required.
	MaxPages uint32
	// MinPages raises the initial memory, so that growth within a call is rare. 0 keeps it.
	MinPages uint32
}

// Result is a rewritten module.
type Result struct {
	Bytes   []byte
	Globals []string // export names of the mutable globals of the input, in order
	Start   bool     // a start function is exported as Start
	Merged  int      // data segments left
	Tracked bool     // Dirty is kept
}

// ErrMemory is wrapped when a module asks for more memory at start than allowed.
var ErrMemory = errors.New("initial memory over the limit")

// rewriter holds what all functions share.
type rewriter struct {
	m       *wbin.Module
	types   []wbin.FuncType
	fuel    uint32 // global indices
	depth   uint32
	grown   uint32
	growFn  uint32 // function indices
	bulkFn  uint32
	dirty   uint32
	rest    uint32
	hasMem  bool
	track   bool
	edits   []edit // scratch
	labels  []block
	results map[string]uint32
}

// Rewrite returns the metered form of a module that Parse and Scan accepted.
// The result is validated by the engine when it is compiled.
func Rewrite(m *wbin.Module, st *wbin.Stats, opt Options) (Result, error) {
	w := &rewriter{m: m, types: append([]wbin.FuncType(nil), m.Types...), hasMem: len(m.Memories) > 0}
	w.fuel = uint32(len(m.Globals))
	w.depth, w.grown, w.dirty, w.rest = w.fuel+1, w.fuel+2, w.fuel+3, w.fuel+4
	w.growFn = uint32(len(m.Imports) + len(m.Funcs))
	w.bulkFn = w.growFn + 1
	w.results = map[string]uint32{}
	growType := w.typeIndex(wbin.FuncType{Params: []byte{wbin.I32}, Results: []byte{wbin.I32}})

	mem, maxPages, err := w.memory(opt)
	if err != nil {
		return Result{}, err
	}
	code, err := w.codes(st, maxPages)
	if err != nil {
		return Result{}, err
	}
	data, merged := mergeData(m, st)
	mutable, exports := w.exports()
	out := append(make([]byte, 0, len(code)+len(data)+64<<10), wbin.Magic...)
	out = wbin.AppendSection(out, wbin.SecType, appendTypes(w.types))
	out = wbin.AppendSection(out, wbin.SecImport, appendImports(m))
	out = wbin.AppendSection(out, wbin.SecFunction, w.functions(growType))
	out = wbin.AppendSection(out, wbin.SecTable, appendTables(m))
	out = wbin.AppendSection(out, wbin.SecMemory, mem)
	out = wbin.AppendSection(out, wbin.SecGlobal, w.globals())
	out = wbin.AppendSection(out, wbin.SecExport, exports)
	out = wbin.AppendSection(out, wbin.SecElement, m.Elements)
	if m.HasCount {
		out = wbin.AppendSection(out, wbin.SecDataCount, wbin.AppendU32(nil, uint32(merged)))
	}
	out = wbin.AppendSection(out, wbin.SecCode, code)
	out = wbin.AppendSection(out, wbin.SecData, data)
	out = wbin.AppendSection(out, wbin.SecCustom, appendNames(m))
	return Result{Bytes: out, Globals: mutable, Start: m.HasStart, Merged: merged, Tracked: w.track}, nil
}

// typeIndex finds or adds a function type.
func (w *rewriter) typeIndex(t wbin.FuncType) uint32 {
	for i := range w.types {
		if w.types[i].Equal(t) {
			return uint32(i)
		}
	}
	w.types = append(w.types, t)
	return uint32(len(w.types) - 1)
}

// resultBlock gives the block type with these results and no parameters.
func (w *rewriter) resultBlock(results []byte) int64 {
	switch len(results) {
	case 0:
		return -64
	case 1:
		return int64(results[0]) - 0x80
	}
	key := string(results)
	if i, ok := w.results[key]; ok {
		return int64(i)
	}
	i := w.typeIndex(wbin.FuncType{Results: results})
	w.results[key] = i
	return int64(i)
}

// memory writes the memory section with a maximum that is always there.
func (w *rewriter) memory(opt Options) (section []byte, maxPages uint32, err error) {
	if !w.hasMem {
		return nil, 0, nil
	}
	mem := w.m.Memories[0]
	maxPages = opt.MaxPages
	if mem.HasMax {
		maxPages = min(maxPages, mem.Max)
	}
	if mem.Min > maxPages {
		return nil, 0, fmt.Errorf("%w: %d pages of 64 KiB, at most %d allowed", ErrMemory, mem.Min, maxPages)
	}
	section = append(wbin.AppendU32(nil, 1), 1)
	first := min(max(mem.Min, opt.MinPages), maxPages)
	section = wbin.AppendU32(section, first)
	w.track = first <= PageSize*TrackedPages>>16
	return wbin.AppendU32(section, maxPages), maxPages, nil
}

func (w *rewriter) functions(helper uint32) []byte {
	b := wbin.AppendU32(nil, uint32(len(w.m.Funcs)+2))
	for _, t := range w.m.Funcs {
		b = wbin.AppendU32(b, t)
	}
	return wbin.AppendU32(wbin.AppendU32(b, helper), helper)
}

func (w *rewriter) globals() []byte {
	b := wbin.AppendU32(nil, uint32(len(w.m.Globals)+5))
	for _, g := range w.m.Globals {
		mut := byte(0)
		if g.Mutable {
			mut = 1
		}
		b = append(append(b, g.Type, mut), g.Init...)
	}
	// Nothing runs before the host has filled them.
	b = append(b, wbin.I64, 1, wbin.OpI64Const, 0, wbin.OpEnd)
	b = append(b, wbin.I64, 1, wbin.OpI64Const, 0, wbin.OpEnd)
	b = append(b, wbin.I32, 1, wbin.OpI32Const, 0, wbin.OpEnd)
	b = append(b, wbin.I64, 1, wbin.OpI64Const, 0, wbin.OpEnd)
	return append(b, wbin.I64, 1, wbin.OpI64Const, 0, wbin.OpEnd)
}

func (w *rewriter) exports() (names []string, section []byte) {
	var list []wbin.Export
	for _, e := range w.m.Exports {
		// A start function that an earlier pass exported stays one.
		if !strings.HasPrefix(e.Name, Prefix) || (e.Name == Start && !w.m.HasStart) {
			list = append(list, e)
		}
	}
	for i, g := range w.m.Globals {
		if g.Mutable {
			name := fmt.Sprintf("%s%d", global, i)
			names = append(names, name)
			list = append(list, wbin.Export{Name: name, Kind: wbin.ExternGlobal, Index: uint32(i)})
		}
	}
	list = append(list,
		wbin.Export{Name: Fuel, Kind: wbin.ExternGlobal, Index: w.fuel},
		wbin.Export{Name: Depth, Kind: wbin.ExternGlobal, Index: w.depth},
		wbin.Export{Name: Grow, Kind: wbin.ExternGlobal, Index: w.grown},
		wbin.Export{Name: Dirty, Kind: wbin.ExternGlobal, Index: w.dirty},
		wbin.Export{Name: Rest, Kind: wbin.ExternGlobal, Index: w.rest})
	if w.m.HasStart {
		list = append(list, wbin.Export{Name: Start, Kind: wbin.ExternFunc, Index: w.m.Start})
	}
	if w.hasMem {
		list = append(list, wbin.Export{Name: Memory, Kind: wbin.ExternMemory})
	}
	section = wbin.AppendU32(nil, uint32(len(list)))
	for _, e := range list {
		section = append(wbin.AppendName(section, e.Name), e.Kind)
		section = wbin.AppendU32(section, e.Index)
	}
	return names, section
}
