package meter

import "github.com/winnow-gate/winnow/wasm/internal/wbin"

// editKind says what happens at a place of a body.
type editKind uint8

const (
	charge   editKind = iota // take count from the fuel
	test                     // the same, and stop when it is spent
	leave                    // return becomes a branch out of the wrapping block
	growth                   // memory.grow becomes a call of the helper
	store                    // note the page that a store of integers writes to
	bulk                     // charge the length on top of the stack first
	store32                  // f32.store becomes i32.store of canonical bits
	store64                  // the same for f64
	bits32                   // i32.reinterpret_f32 with canonical bits
	bits64                   // the same for f64
	sign32                   // make the f32 on top of the stack a canonical NaN if it is one
	sign64                   // the same for f64
	select32                 // choose between the bits of two f32
	select64                 // the same for f64
	opaque32                 // hide how the i32 on top of the stack was computed
	opaque64                 // the same for i64
)

// edit is one change, in ascending order of pos.
type edit struct {
	pos    int
	kind   editKind
	count  int // instructions to charge, or the branch depth of leave
	store  byte
	offset uint32 // of a store
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
	bulkBase  = 4    // and this for each of them
	growBase  = 64   // growing by nothing leaves the machine code, too
	entryBase = 2    // a function's entry and a loop's head do more than count
	loopBase  = 1
	divCost   = 3  // a division takes longer than other arithmetic
	rootCost  = 4  // and a square root longer still
	loadCost  = 7  // what a load finds in no cache takes a hundred times as long as what it finds in the first
	refCost   = 64 // ref.func leaves the machine code
	frameBase = 32 // depth units of a frame on top of its locals and stack

	// spillsPerUnit is how many values that an engine may put aside make a unit
	// of depth. Nearly all functions put aside a few of those they may, and one
	// that is made for it all: with 64 the 62,000 units of a call still end
	// before the 50 MB of the engine's own stack do.
	spillsPerUnit = 64
)

// plan lists the edits of one body in w.edits.
func (w *rewriter) plan(body []byte, leaf bool, selects []wbin.FloatSelect) (canon bool, err error) {
	w.edits = append(w.edits[:0], edit{kind: test, count: entryBase})
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
		w.edits[segment].count += cost(in.Op)
		switch in.Op {
		case wbin.OpBlock:
			w.labels = append(w.labels, block{op: in.Op})
		case wbin.OpLoop:
			w.labels = append(w.labels, block{op: in.Op})
			open(in.End, test)
			w.edits[segment].count = loopBase
		case wbin.OpIf:
			// Without its condition the end of an if is reached from two sides.
			w.labels = append(w.labels, block{op: in.Op, labeled: true})
			open(in.End, charge)
		case wbin.OpElse, wbin.OpBrIf, wbin.OpBr, wbin.OpBrTable, wbin.OpUnreachable:
			open(in.End, charge)
		case wbin.OpReturn:
			if !leaf {
				w.edits = append(w.edits, edit{pos: in.Pos, kind: leave, count: walk.Depth - 1})
			}
			open(in.End, charge)
		case wbin.OpEnd:
			b := w.labels[len(w.labels)-1]
			w.labels = w.labels[:len(w.labels)-1]
			if b.labeled && len(w.labels) > 0 {
				open(in.End, charge)
			}
		case wbin.OpSelect, wbin.OpSelectT:
			selects = w.planSelect(&in, selects)
		default:
			canon = w.planOp(&in, last) || canon
		}
	}
	return canon, walk.Err()
}

// planSelect replaces the selects that Scan found to be between floats.
func (w *rewriter) planSelect(in *wbin.Instr, selects []wbin.FloatSelect) []wbin.FloatSelect {
	if len(selects) == 0 || selects[0].Pos != in.Pos {
		return selects
	}
	kind := select32
	if selects[0].Type == wbin.F64 {
		kind = select64
	}
	w.edits = append(w.edits, edit{pos: in.Pos, kind: kind, count: in.End - in.Pos})
	return selects[1:]
}

// cost is the price of an instruction, see the package comment.
func cost(op uint16) int {
	switch {
	case op == wbin.OpEnd || op == wbin.OpElse:
		return 0
	case op >= wbin.OpI32DivS && op <= wbin.OpI32RemU, op >= wbin.OpI64DivS && op <= wbin.OpI64RemU,
		op == wbin.OpF32Div || op == wbin.OpF64Div:
		return 1 + divCost
	case op == wbin.OpF32Sqrt || op == wbin.OpF64Sqrt:
		return 1 + rootCost
	case op >= wbin.OpI32Load && op <= wbin.OpI64Load32U:
		return 1 + loadCost
	case op == wbin.OpRefFunc:
		return 1 + refCost
	case op == wbin.OpMemoryGrow:
		return 1 + growBase
	case op == wbin.OpMemoryCopy || op == wbin.OpMemoryFill || op == wbin.OpMemoryInit:
		return 1 + bulkBase
	}
	return 1
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
		if w.track && in.Op >= wbin.OpI32Store && in.Op <= wbin.OpI64Store32 {
			kind, canon = store, true
		} else if kind = hides(in.Op, last); kind == charge {
			return false
		}
	}
	w.edits = append(w.edits, edit{pos: in.Pos, kind: kind, store: byte(in.Op), offset: in.Offset})
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
