package meter

import (
	"fmt"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// editKind says what happens at a place of a body.
type editKind uint8

const (
	charge   editKind = iota // take count from the fuel
	test                     // the same, and stop when it is spent
	leave                    // return becomes a branch out of the wrapping block
	growth                   // memory.grow becomes a call of the helper
	bulk                     // charge the length on top of the stack first
	store32                  // f32.store becomes i32.store of canonical bits
	store64                  // the same for f64
	bits32                   // i32.reinterpret_f32 with canonical bits
	bits64                   // the same for f64
	sign32                   // make the f32 on top of the stack a canonical NaN if it is one
	sign64                   // the same for f64
	opaque32                 // hide how the i32 on top of the stack was computed
	opaque64                 // the same for i64
)

// edit is one change, in ascending order of pos.
type edit struct {
	pos   int
	kind  editKind
	count int // instructions to charge, or the branch depth of leave
}

// block is an open block while a body is planned.
type block struct {
	op      uint16
	labeled bool // something branches to its end
}

// Costs beyond one per instruction.
const (
	pageCost  = 4096 // fuel for growing memory by a page
	bulkShift = 4    // one fuel per 16 bytes of a bulk operation
	frameBase = 32   // depth units of a frame on top of its locals and stack
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

// plan lists the edits of one body in w.edits.
func (w *rewriter) plan(body []byte, leaf bool) (canon bool, err error) {
	w.edits = append(w.edits[:0], edit{kind: test})
	w.labels = append(w.labels[:0], block{op: wbin.OpBlock})
	segment := 0 // index of the edit that pays for what follows
	open := func(pos int, k editKind) {
		segment = len(w.edits)
		w.edits = append(w.edits, edit{pos: pos, kind: k})
	}
	mark := func(label uint32) {
		if i := len(w.labels) - 1 - int(label); i >= 0 && w.labels[i].op != wbin.OpLoop {
			w.labels[i].labeled = true
		}
	}
	walk := wbin.NewWalker(body, mark)
	var in wbin.Instr
	last := uint16(wbin.OpNop)
	for ; walk.Next(&in); last = in.Op {
		if in.Op != wbin.OpEnd && in.Op != wbin.OpElse {
			w.edits[segment].count++
		}
		switch in.Op {
		case wbin.OpBlock:
			w.labels = append(w.labels, block{op: in.Op})
		case wbin.OpLoop:
			w.labels = append(w.labels, block{op: in.Op})
			open(in.End, test)
		case wbin.OpIf:
			// Without its condition the end of an if is reached from two sides.
			w.labels = append(w.labels, block{op: in.Op, labeled: true})
			open(in.End, charge)
		case wbin.OpElse, wbin.OpBrIf, wbin.OpBr, wbin.OpBrTable, wbin.OpUnreachable:
			open(in.End, charge)
		case wbin.OpReturn:
			if !leaf {
				w.edits = append(w.edits, edit{in.Pos, leave, walk.Depth - 1})
			}
			open(in.End, charge)
		case wbin.OpEnd:
			b := w.labels[len(w.labels)-1]
			w.labels = w.labels[:len(w.labels)-1]
			if b.labeled && len(w.labels) > 0 {
				open(in.End, charge)
			}
		default:
			canon = w.planOp(&in, last) || canon
		}
	}
	return canon, walk.Err()
}

// planOp handles instructions that are replaced or prefixed. last is the
// opcode before.
func (w *rewriter) planOp(in *wbin.Instr, last uint16) (canon bool) {
	kind := charge
	switch in.Op {
	case wbin.OpMemoryGrow:
		kind = growth
	case wbin.OpMemoryCopy, wbin.OpMemoryFill, wbin.OpMemoryInit:
		kind = bulk
	case wbin.OpF32Store:
		kind, canon = store32, true
	case wbin.OpF64Store:
		kind, canon = store64, true
	case wbin.OpI32ReintF32:
		kind, canon = bits32, true
	case wbin.OpI64ReintF64:
		kind, canon = bits64, true
	case wbin.OpF32Copysign:
		kind, canon = sign32, true
	case wbin.OpF64Copysign:
		kind, canon = sign64, true
	default:
		if kind = hides(in.Op, last); kind == charge {
			return false
		}
	}
	w.edits = append(w.edits, edit{in.Pos, kind, 0})
	return canon
}

// hides works around a fault of the engine (wazero 1.12, amd64 and arm64): a
// branch on "0 < x & y" compares the wrong way round when it sees the and on
// the right. Only ordered comparisons are affected, and constants and loads
// on the right cannot be an and.
func hides(op, last uint16) editKind {
	ordered32 := op >= wbin.OpI32LtS && op <= wbin.OpI32GeU
	ordered64 := op >= wbin.OpI64LtS && op <= wbin.OpI64GeU
	switch {
	case !ordered32 && !ordered64:
		return charge
	case last >= wbin.OpI32Load && last <= wbin.OpF64Const, last == wbin.OpCall, last == wbin.OpGlobalGet:
		return charge
	case ordered32:
		return opaque32
	}
	return opaque64
}

// function appends the rewritten entry of function i to b.
func (w *rewriter) function(b []byte, i int, info *wbin.FuncInfo) ([]byte, error) {
	code := &w.m.Codes[i]
	leaf := !info.Calls
	canon, err := w.plan(code.Body, leaf)
	if err != nil {
		return nil, err
	}
	e := emitter{w: w, b: b, tmp: uint32(info.Locals), depth: info.Locals + info.Stack + frameBase}
	e.locals(code, canon)
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
	tmp   uint32 // first added local: i64, then f32 and f64 when canon is needed
	depth int    // units of this frame
}

func (e *emitter) op(ops ...byte) { e.b = append(e.b, ops...) }

func (e *emitter) opIndex(op byte, i uint32) { e.b = wbin.AppendU32(append(e.b, op), i) }

func (e *emitter) locals(code *wbin.Code, canon bool) {
	n := len(code.Locals) + 1
	if canon {
		n += 2
	}
	e.b = wbin.AppendU32(e.b, uint32(n))
	for _, l := range code.Locals {
		e.b = append(wbin.AppendU32(e.b, l.N), l.Type)
	}
	e.op(1, wbin.I64)
	if canon {
		e.op(1, wbin.F32, 1, wbin.F64)
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
	case bulk:
		e.opIndex(wbin.OpCall, e.w.bulkFn)
	case store32:
		e.canonical32()
		e.op(wbin.OpI32Store) // with the alignment and offset of the original
		return 1
	case store64:
		e.canonical64()
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
	case opaque32:
		e.op(wbin.OpI32Const, 0, wbin.OpI32Or)
	case opaque64:
		e.op(wbin.OpI64Const, 0, wbin.OpI64Or)
	}
	return 0
}

// addGlobal writes g += n for an i64 global.
func (e *emitter) addGlobal(g uint32, n int64) {
	e.opIndex(wbin.OpGlobalGet, g)
	e.op(wbin.OpI64Const)
	e.b = wbin.AppendS64(e.b, n)
	e.op(wbin.OpI64Add)
	e.opIndex(wbin.OpGlobalSet, g)
}

// test writes: fuel -= n; if fuel < 0 { trap }.
func (e *emitter) test(n int) {
	e.subTee(e.w.fuel, -int64(n))
	e.trapIfNegative()
}

// depthTest takes the frame's units and stops when they are spent.
func (e *emitter) depthTest(n int) {
	e.subTee(e.w.depth, int64(n))
	e.trapIfNegative()
}

// subTee writes g += n and leaves the new value on the stack.
func (e *emitter) subTee(g uint32, n int64) {
	e.opIndex(wbin.OpGlobalGet, g)
	e.op(wbin.OpI64Const)
	e.b = wbin.AppendS64(e.b, n)
	e.op(wbin.OpI64Add)
	e.opIndex(wbin.OpLocalTee, e.tmp)
	e.opIndex(wbin.OpGlobalSet, g)
	e.opIndex(wbin.OpLocalGet, e.tmp)
}

func (e *emitter) trapIfNegative() {
	e.op(wbin.OpI64Const, 0, wbin.OpI64LtS, wbin.OpIf, 0x40, wbin.OpUnreachable, wbin.OpEnd)
}

// canonical32 turns the f32 on top of the stack into its bits, those of the
// canonical NaN for any NaN. It chooses between integers because the engine
// (wazero 1.12, amd64) may lose an operand of a choice between floats.
func (e *emitter) canonical32() {
	e.opIndex(wbin.OpLocalTee, e.tmp+1)
	e.op(wbin.OpI32ReintF32, wbin.OpI32Const)
	e.b = wbin.AppendS64(e.b, 0x7fc00000)
	e.opIndex(wbin.OpLocalGet, e.tmp+1)
	e.opIndex(wbin.OpLocalGet, e.tmp+1)
	e.op(wbin.OpF32Eq, wbin.OpSelect)
}

// canonical64 is canonical32 for f64.
func (e *emitter) canonical64() {
	e.opIndex(wbin.OpLocalTee, e.tmp+2)
	e.op(wbin.OpI64ReintF64, wbin.OpI64Const)
	e.b = wbin.AppendS64(e.b, 0x7ff8<<48)
	e.opIndex(wbin.OpLocalGet, e.tmp+2)
	e.opIndex(wbin.OpLocalGet, e.tmp+2)
	e.op(wbin.OpF64Eq, wbin.OpSelect)
}
