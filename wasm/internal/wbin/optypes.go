package wbin

// resultType is the type of the one value that an instruction without
// immediates, a load or a constant leaves; 0 for all others.
func resultType(op uint16) byte {
	for _, r := range [...]struct {
		to  uint16
		typ byte
	}{
		{0x27, 0},
		{0x28, I32},
		{0x29, I64},
		{0x2a, F32},
		{0x2b, F64},
		{0x2f, I32},
		{0x35, I64},
		{0x3e, 0},
		{0x41, I32},
		{0x42, I64},
		{0x43, F32},
		{0x44, F64},
		{0x78, I32}, // comparisons and i32 arithmetic
		{0x8a, I64},
		{0x98, F32},
		{0xa6, F64},
		{0xab, I32},
		{0xb1, I64},
		{0xb6, F32},
		{0xbb, F64},
		{0xbc, I32},
		{0xbd, I64},
		{0xbe, F32},
		{0xbf, F64},
		{0xc1, I32},
		{0xc4, I64},
		{0xfbff, 0},
		{0xfc03, I32},
		{0xfc07, I64},
	} {
		if op <= r.to {
			return r.typ
		}
	}
	return 0
}

func stateOps(op uint16) string {
	switch op {
	case OpTableSet:
		return "table.set"
	case OpTableGrow:
		return "table.grow"
	case OpTableFill:
		return "table.fill"
	case OpTableCopy:
		return "table.copy"
	case OpTableInit:
		return "table.init"
	case OpElemDrop:
		return "elem.drop"
	}
	return "data.drop"
}
