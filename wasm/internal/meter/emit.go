package meter

import "github.com/winnow-gate/winnow/wasm/internal/wbin"

// The sequences of instructions that the rewriter inserts.

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

// depthTest takes the frame's units. When they are spent, the rest is added to
// them once; when that is spent, too, it stops.
func (e *emitter) depthTest(n int) {
	e.subTee(e.w.depth, int64(n))
	e.op(wbin.OpI64Const, 0, wbin.OpI64LtS, wbin.OpIf, 0x40)
	e.opIndex(wbin.OpGlobalGet, e.w.rest)
	e.opIndex(wbin.OpLocalGet, e.tmp)
	e.op(wbin.OpI64Add)
	e.opIndex(wbin.OpLocalTee, e.tmp)
	e.opIndex(wbin.OpGlobalSet, e.w.depth)
	e.op(wbin.OpI64Const, 0)
	e.opIndex(wbin.OpGlobalSet, e.w.rest)
	e.opIndex(wbin.OpLocalGet, e.tmp)
	e.trapIfNegative()
	e.op(wbin.OpEnd)
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

// selectBits chooses between two floats as integers: the engine (wazero 1.12,
// amd64) may lose an operand of a choice between floats when registers are short.
func (e *emitter) selectBits(toBits byte, other uint32, toFloat byte) {
	e.opIndex(wbin.OpLocalSet, e.tmp+3)
	e.op(toBits)
	e.opIndex(wbin.OpLocalSet, other)
	e.op(toBits)
	e.opIndex(wbin.OpLocalGet, other)
	e.opIndex(wbin.OpLocalGet, e.tmp+3)
	e.op(wbin.OpSelect, toFloat)
}

// canonical32 turns the f32 on top of the stack into its bits, those of the
// canonical NaN for any NaN. It chooses between integers for the reason that
// selectBits gives.
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
