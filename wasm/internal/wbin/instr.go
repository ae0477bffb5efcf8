package wbin

// Instr is one decoded instruction. It is reused between calls of Next.
type Instr struct {
	Op       uint16 // prefixed opcodes as 0xfc00 | sub-opcode
	Pos, End int    // bytes of the instruction in the body
	Offset   uint32 // of a load or store
	Index    uint32 // first index immediate: label, local, global, function, type, table or memory
	Block    int64  // block type: a negative value type, -64 for none, or a type index
	Targets  int    // br_table: labels without the default
	MaxLabel uint32 // br_table: highest label
	delta    int8
	typ      byte // of the value that it leaves, 0 when that depends
}

// Walker walks a function body instruction by instruction.
type Walker struct {
	r     Reader
	Depth int // open blocks, 1 for the function itself
	// mark is told about each label that a branch targets.
	mark func(label uint32)
}

// NewWalker starts at the first instruction of body. mark, when not nil, is
// called with every label of every branch, br_table included.
func NewWalker(body []byte, mark func(label uint32)) *Walker {
	return &Walker{r: Reader{Buf: body}, Depth: 1, mark: mark}
}

// Next decodes the next instruction into in. It returns false after the end
// of the function, or on an error.
func (w *Walker) Next(in *Instr) bool {
	r := &w.r
	if w.Depth == 0 {
		if r.Len() > 0 {
			r.fail("code after the end of the function")
		}
		return false
	}
	in.Pos = r.Pos
	b := r.Byte()
	info := ops[b]
	in.Op, in.Index, in.Targets = uint16(b), 0, 0
	if info.imm == immPrefix {
		sub := r.U32()
		info = fcOp(sub)
		in.Op = 0xfc00 | uint16(min(sub, 0xff))
	}
	in.delta, in.typ = info.delta, info.typ
	w.immediate(in, info.imm)
	switch in.Op {
	case OpBlock, OpLoop, OpIf:
		w.Depth++
	case OpEnd:
		w.Depth--
	}
	in.End = r.Pos
	return r.err == nil
}

func (w *Walker) immediate(in *Instr, imm uint8) {
	r := &w.r
	switch imm {
	case immNone:
	case immBlock:
		in.Block = r.S64(33)
	case immIndex:
		in.Index = r.U32()
		if w.mark != nil && (in.Op == OpBr || in.Op == OpBrIf) {
			w.mark(in.Index)
		}
	case immTwo:
		in.Index = r.U32()
		r.U32()
	case immMem:
		if align := r.U32(); align >= 32 {
			r.fail("alignment %d", align)
		}
		in.Offset = r.U32()
	case immI32:
		r.S64(32)
	case immI64:
		r.S64(64)
	case immF32:
		r.Skip(4)
	case immF64:
		r.Skip(8)
	case immByte:
		in.Index = uint32(r.Byte())
	case immTable:
		w.branchTable(in)
	case immTypes:
		r.Skip(r.Count("select types", 1))
	default:
		r.err = unknownOp(in.Op)
	}
}

func (w *Walker) branchTable(in *Instr) {
	r := &w.r
	in.Targets = r.Count("br_table targets", len(r.Buf))
	in.MaxLabel = 0
	for range in.Targets + 1 {
		l := r.U32()
		in.MaxLabel = max(in.MaxLabel, l)
		if w.mark != nil {
			w.mark(l)
		}
	}
}

// Err returns what stopped the walk, nil at the regular end.
func (w *Walker) Err() error { return w.r.err }

func unknownOp(op uint16) error {
	e := &FeatureError{Why: "it is outside the accepted features", Fix: "build for plain wasm32 (MVP, bulk memory, sign extension, multi-value)"}
	switch {
	case op == 0xfd:
		e.Feature, e.Fix = "SIMD", "build without -msimd128"
	case op == 0xfe:
		e.Feature, e.Fix = "threads (atomic instructions)", "build without -pthread and -matomics"
	case op == 0x12 || op == 0x13:
		e.Feature, e.Fix = "tail calls", "build without -mtail-call"
	case op == 0x06 || op == 0x07 || op == 0x08 || op == 0x09 || op == 0x0a || op == 0x18 || op == 0x19 || op == 0x1f:
		e.Feature, e.Fix = "exception handling", "build without -fwasm-exceptions"
	default:
		e.Feature = "opcode " + hex(op)
	}
	return e
}

func hex(v uint16) string {
	const digits = "0123456789abcdef"
	if v > 0xff {
		return "0x" + string([]byte{digits[v>>12], digits[v>>8&15], ' ', digits[v>>4&15], digits[v&15]})
	}
	return "0x" + string([]byte{digits[v>>4], digits[v&15]})
}
