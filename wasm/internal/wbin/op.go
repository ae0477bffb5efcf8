package wbin

// Opcodes that winnow treats by name. Opcodes behind the 0xfc prefix are
// written as 0xfc00 | sub-opcode.
const (
	OpUnreachable  = 0x00
	OpNop          = 0x01
	OpBlock        = 0x02
	OpLoop         = 0x03
	OpIf           = 0x04
	OpElse         = 0x05
	OpEnd          = 0x0b
	OpBr           = 0x0c
	OpBrIf         = 0x0d
	OpBrTable      = 0x0e
	OpReturn       = 0x0f
	OpCall         = 0x10
	OpCallIndirect = 0x11
	OpDrop         = 0x1a
	OpSelect       = 0x1b
	OpSelectT      = 0x1c
	OpLocalGet     = 0x20
	OpLocalSet     = 0x21
	OpLocalTee     = 0x22
	OpGlobalGet    = 0x23
	OpGlobalSet    = 0x24
	OpTableGet     = 0x25
	OpTableSet     = 0x26
	OpI32Load      = 0x28
	OpI64Load32U   = 0x35
	OpI32Store     = 0x36
	OpI64Store     = 0x37
	OpF32Store     = 0x38
	OpF64Store     = 0x39
	OpI32Store8    = 0x3a
	OpI32Store16   = 0x3b
	OpI64Store32   = 0x3e
	OpMemorySize   = 0x3f
	OpMemoryGrow   = 0x40
	OpI32Const     = 0x41
	OpI64Const     = 0x42
	OpF32Const     = 0x43
	OpF64Const     = 0x44
	OpI32LtS       = 0x48
	OpI32GeU       = 0x4f
	OpI64LtS       = 0x53
	OpI64GtU       = 0x56
	OpI64GeU       = 0x5a
	OpF32Eq        = 0x5b
	OpF64Eq        = 0x61
	OpI32Add       = 0x6a
	OpI32DivS      = 0x6d
	OpI32RemU      = 0x70
	OpI32Or        = 0x72
	OpI32ShrU      = 0x76
	OpI64Add       = 0x7c
	OpI64Sub       = 0x7d
	OpI64Mul       = 0x7e
	OpI64DivS      = 0x7f
	OpI64RemU      = 0x82
	OpI64Or        = 0x84
	OpI64Shl       = 0x86
	OpI64ShrU      = 0x88
	OpF32Sqrt      = 0x91
	OpF32Div       = 0x95
	OpF32Copysign  = 0x98
	OpF64Sqrt      = 0x9f
	OpF64Div       = 0xa3
	OpF64Copysign  = 0xa6
	OpI64ExtendU   = 0xad
	OpI32ReintF32  = 0xbc
	OpI64ReintF64  = 0xbd
	OpF32ReintI32  = 0xbe
	OpF64ReintI64  = 0xbf
	OpRefNull      = 0xd0
	OpRefIsNull    = 0xd1
	OpRefFunc      = 0xd2
	OpMemoryInit   = 0xfc08
	OpDataDrop     = 0xfc09
	OpMemoryCopy   = 0xfc0a
	OpMemoryFill   = 0xfc0b
	OpTableInit    = 0xfc0c
	OpElemDrop     = 0xfc0d
	OpTableCopy    = 0xfc0e
	OpTableGrow    = 0xfc0f
	OpTableSize    = 0xfc10
	OpTableFill    = 0xfc11
)

// Kinds of immediate.
const (
	immIllegal = iota
	immNone
	immBlock
	immIndex
	immTwo
	immMem
	immI32
	immI64
	immF32
	immF64
	immTable
	immTypes
	immByte
	immPrefix
)

// opInfo is what decoding and height tracking need of an opcode: the kind of
// immediate and the net effect on the operand stack. Control instructions and
// calls have an effect that depends on types; theirs is 0 here.
type opInfo struct {
	imm   uint8
	delta int8
	typ   byte // type of the one value it leaves, 0 when that depends
}

// opSpan gives a run of opcodes the same info.
type opSpan struct {
	from, to int
	imm      uint8
	delta    int8
}

// ops is indexed by opcode; prefixed opcodes are looked up in fcOp.
var ops = buildOps()

func buildOps() (t [256]opInfo) {
	for _, s := range [...]opSpan{
		{0x00, 0x01, immNone, 0},
		{0x02, 0x04, immBlock, 0},
		{0x05, 0x05, immNone, 0},
		{0x0b, 0x0b, immNone, 0},
		{0x0c, 0x0d, immIndex, 0},
		{0x0e, 0x0e, immTable, 0},
		{0x0f, 0x0f, immNone, 0},
		{0x10, 0x10, immIndex, 0},
		{0x11, 0x11, immTwo, 0},
		{0x1a, 0x1a, immNone, -1},
		{0x1b, 0x1b, immNone, -2},
		{0x1c, 0x1c, immTypes, -2},
		{0x20, 0x20, immIndex, 1},
		{0x21, 0x21, immIndex, -1},
		{0x22, 0x22, immIndex, 0},
		{0x23, 0x23, immIndex, 1},
		{0x24, 0x24, immIndex, -1},
		{0x25, 0x25, immIndex, 0},
		{0x26, 0x26, immIndex, -2},
		{0x28, 0x35, immMem, 0},
		{0x36, 0x3e, immMem, -2},
		{0x3f, 0x3f, immByte, 1},
		{0x40, 0x40, immByte, 0},
		{0x41, 0x41, immI32, 1},
		{0x42, 0x42, immI64, 1},
		{0x43, 0x43, immF32, 1},
		{0x44, 0x44, immF64, 1},
		{0x45, 0x45, immNone, 0},
		{0x46, 0x4f, immNone, -1},
		{0x50, 0x50, immNone, 0},
		{0x51, 0x66, immNone, -1},
		{0x67, 0x69, immNone, 0},
		{0x6a, 0x78, immNone, -1},
		{0x79, 0x7b, immNone, 0},
		{0x7c, 0x8a, immNone, -1},
		{0x8b, 0x91, immNone, 0},
		{0x92, 0x98, immNone, -1},
		{0x99, 0x9f, immNone, 0},
		{0xa0, 0xa6, immNone, -1},
		{0xa7, 0xc4, immNone, 0},
		{0xd0, 0xd0, immByte, 1},
		{0xd1, 0xd1, immNone, 0},
		{0xd2, 0xd2, immIndex, 1},
		{0xfc, 0xfc, immPrefix, 0},
	} {
		for op := s.from; op <= s.to; op++ {
			t[op] = opInfo{s.imm, s.delta, resultType(uint16(op))}
		}
	}
	return t
}

// fcOp describes an opcode behind the 0xfc prefix.
func fcOp(sub uint32) opInfo {
	switch {
	case sub <= 7:
		return opInfo{immNone, 0, resultType(0xfc00 | uint16(sub))}
	case sub == OpMemoryInit&0xff || sub == OpMemoryCopy&0xff:
		return opInfo{immTwo, -3, 0}
	case sub == OpDataDrop&0xff || sub == OpElemDrop&0xff:
		return opInfo{immIndex, 0, 0}
	case sub == OpMemoryFill&0xff:
		return opInfo{immIndex, -3, 0}
	case sub == OpTableInit&0xff || sub == OpTableCopy&0xff:
		return opInfo{immTwo, -3, 0}
	case sub == OpTableGrow&0xff:
		return opInfo{immIndex, -1, 0}
	case sub == OpTableSize&0xff:
		return opInfo{immIndex, 1, 0}
	case sub == OpTableFill&0xff:
		return opInfo{immIndex, -3, 0}
	}
	return opInfo{}
}
