package meter

import (
	"fmt"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

func (w *rewriter) codes(st *wbin.Stats, maxPages uint32) ([]byte, error) {
	size := 0
	for i := range w.m.Codes {
		size += w.m.Codes[i].Size
	}
	out := make([]byte, 0, size+size/2+256)
	out = wbin.AppendU32(out, uint32(len(w.m.Codes)+2))
	var scratch []byte
	for i := range w.m.Codes {
		var err error
		if scratch, err = w.function(scratch[:0], i, &st.Funcs[i]); err != nil {
			return nil, fmt.Errorf("function %s: %w", w.m.DebugName(st.Funcs[i].Index), err)
		}
		out = append(wbin.AppendU32(out, uint32(len(scratch))), scratch...)
	}
	for _, body := range [][]byte{w.growHelper(maxPages), w.bulkHelper()} {
		out = append(wbin.AppendU32(out, uint32(len(body))), body...)
	}
	return out, nil
}

// function appends the rewritten entry of function i to b.
func (w *rewriter) function(b []byte, i int, info *wbin.FuncInfo) ([]byte, error) {
	code := &w.m.Codes[i]
	leaf := !info.Calls
	canon, err := w.plan(code.Body, leaf, info.Selects)
	if err != nil {
		return nil, err
	}
	e := emitter{w: w, b: b, tmp: uint32(info.Locals), depth: frameBase + info.Locals + info.Stack + info.Spills()/spillsPerUnit}
	e.locals(code, canon, len(info.Selects) > 0)
	if !leaf {
		e.depthTest(-e.depth)
		e.op(wbin.OpBlock)
		e.b = wbin.AppendS64(e.b, w.resultBlock(w.m.Types[w.m.Funcs[i]].Results))
	}
	pos := 0
	for _, ed := range w.edits {
		e.b = append(e.b, code.Body[pos:ed.pos]...)
		pos = ed.pos + e.edit(ed)
	}
	e.b = append(e.b, code.Body[pos:]...)
	if !leaf {
		e.addGlobal(w.depth, int64(e.depth))
		e.op(wbin.OpEnd)
	}
	return e.b, nil
}

// emitter writes one function.
type emitter struct {
	w     *rewriter
	b     []byte
	tmp   uint32 // first added local: i64; then f32, f64, i32, i32 when they are needed
	depth int    // units of this frame
}

func (e *emitter) op(ops ...byte) { e.b = append(e.b, ops...) }

func (e *emitter) opIndex(op byte, i uint32) { e.b = wbin.AppendU32(append(e.b, op), i) }

func (e *emitter) locals(code *wbin.Code, canon, selects bool) {
	n := len(code.Locals) + 1
	if canon || selects {
		n += 3
	}
	e.b = wbin.AppendU32(e.b, uint32(n))
	for _, l := range code.Locals {
		e.b = append(wbin.AppendU32(e.b, l.N), l.Type)
	}
	e.op(1, wbin.I64)
	if canon || selects {
		e.op(1, wbin.F32, 1, wbin.F64, 2, wbin.I32)
	}
}

// edit writes one change and returns how many bytes of the original it replaces.
func (e *emitter) edit(ed edit) int {
	switch ed.kind {
	case charge:
		if ed.count > 0 {
			e.addGlobal(e.w.fuel, -int64(ed.count))
		}
	case test:
		e.test(ed.count)
	case leave:
		e.opIndex(wbin.OpBr, uint32(ed.count))
		return 1
	case growth:
		e.opIndex(wbin.OpCall, e.w.growFn)
		return 2
	case store:
		e.mark(ed.store, ed.offset)
	case bulk:
		if e.w.track { // all pages: bulk operations are rare in small memories
			e.op(wbin.OpI64Const, 0x7f)
			e.opIndex(wbin.OpGlobalSet, e.w.dirty)
		}
		e.opIndex(wbin.OpCall, e.w.bulkFn)
	case store32:
		e.canonical32()
		e.mark(wbin.OpI32Store, ed.offset)
		e.op(wbin.OpI32Store) // with the alignment and offset of the original
		return 1
	case store64:
		e.canonical64()
		e.mark(wbin.OpI64Store, ed.offset)
		e.op(wbin.OpI64Store)
		return 1
	case bits32:
		e.canonical32()
		return 1
	case bits64:
		e.canonical64()
		return 1
	case sign32:
		e.canonical32()
		e.op(wbin.OpF32ReintI32)
	case sign64:
		e.canonical64()
		e.op(wbin.OpF64ReintI64)
	case select32:
		e.selectBits(wbin.OpI32ReintF32, e.tmp+4, wbin.OpF32ReintI32)
		return ed.count
	case select64:
		e.selectBits(wbin.OpI64ReintF64, e.tmp, wbin.OpF64ReintI64)
		return ed.count
	case opaque32:
		e.op(wbin.OpI32Const, 0, wbin.OpI32Or)
	case opaque64:
		e.op(wbin.OpI64Const, 0, wbin.OpI64Or)
	}
	return 0
}

// mark notes the page of a store whose address and value are on the stack:
// dirty |= 1 << ((address + offset) / PageSize). The shift count wraps at 64;
// addresses beyond lie in memory that has grown, which is given up anyway.
func (e *emitter) mark(op byte, offset uint32) {
	if !e.w.track {
		return
	}
	addr, value := e.tmp+3, e.tmp
	switch op {
	case wbin.OpI32Store, wbin.OpI32Store8, wbin.OpI32Store16:
		value = e.tmp + 4
	}
	e.opIndex(wbin.OpLocalSet, value)
	e.opIndex(wbin.OpLocalSet, addr)
	e.op(wbin.OpI64Const, 1)
	e.opIndex(wbin.OpLocalGet, addr)
	if offset != 0 {
		e.op(wbin.OpI32Const)
		e.b = wbin.AppendS64(e.b, int64(int32(offset)))
		e.op(wbin.OpI32Add)
	}
	e.op(wbin.OpI32Const, 12, wbin.OpI32ShrU, wbin.OpI64ExtendU, wbin.OpI64Shl)
	e.opIndex(wbin.OpGlobalGet, e.w.dirty)
	e.op(wbin.OpI64Or)
	e.opIndex(wbin.OpGlobalSet, e.w.dirty)
	e.opIndex(wbin.OpLocalGet, addr)
	e.opIndex(wbin.OpLocalGet, value)
}
