package meter

import "github.com/winnow-gate/winnow/wasm/internal/wbin"

// growHelper is memory.grow that charges by the page and notes a refusal:
// func(delta i32) -> i32. A growth beyond maxPages returns -1 without a charge,
// as the original instruction would.
func (w *rewriter) growHelper(maxPages uint32) []byte {
	e := emitter{w: w, b: []byte{1, 1, wbin.I64}, tmp: 1}
	if !w.hasMem {
		e.op(wbin.OpLocalGet, 0, wbin.OpEnd)
		return e.b
	}
	// if u64(delta) + u64(size) > maxPages { grown = 1; return -1 }
	e.op(wbin.OpLocalGet, 0, wbin.OpI64ExtendU, wbin.OpMemorySize, 0, wbin.OpI64ExtendU, wbin.OpI64Add)
	e.op(wbin.OpI64Const)
	e.b = wbin.AppendS64(e.b, int64(maxPages))
	e.op(wbin.OpI64GtU, wbin.OpIf, 0x40, wbin.OpI32Const, 1)
	e.opIndex(wbin.OpGlobalSet, w.grown)
	e.op(wbin.OpI32Const, 0x7f, wbin.OpReturn, wbin.OpEnd)
	// fuel -= delta * pageCost
	e.opIndex(wbin.OpGlobalGet, w.fuel)
	e.op(wbin.OpLocalGet, 0, wbin.OpI64ExtendU, wbin.OpI64Const)
	e.b = wbin.AppendS64(e.b, pageCost)
	e.op(wbin.OpI64Mul)
	e.spend()
	e.op(wbin.OpLocalGet, 0, wbin.OpMemoryGrow, 0, wbin.OpEnd)
	return e.b
}

// bulkHelper charges a length in bytes and gives it back: func(n i32) -> i32.
func (w *rewriter) bulkHelper() []byte {
	e := emitter{w: w, b: []byte{1, 1, wbin.I64}, tmp: 1}
	e.opIndex(wbin.OpGlobalGet, w.fuel)
	e.op(wbin.OpLocalGet, 0, wbin.OpI64ExtendU, wbin.OpI64Const, bulkShift, wbin.OpI64ShrU)
	e.spend()
	e.op(wbin.OpLocalGet, 0, wbin.OpEnd)
	return e.b
}

// spend takes the amount on top of the stack from the fuel beneath it.
func (e *emitter) spend() {
	e.op(wbin.OpI64Sub)
	e.opIndex(wbin.OpLocalTee, e.tmp)
	e.opIndex(wbin.OpGlobalSet, e.w.fuel)
	e.opIndex(wbin.OpLocalGet, e.tmp)
	e.trapIfNegative()
}
