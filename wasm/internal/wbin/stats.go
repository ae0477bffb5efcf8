package wbin

// FuncInfo is what one pass over a function body learns.
type FuncInfo struct {
	Index    uint32 // in the whole index space
	Blocks   int    // block, loop and if
	Nesting  int    // deepest open blocks
	Branches int    // labels of all branches
	Table    int    // targets of the largest br_table
	Locals   int    // with parameters
	Stack    int    // highest operand stack, in values
	Ops      int    // instructions
	Calls    bool   // calls a function of the module, directly or through the table
	Copies   bool   // uses memory.init, which ties data segments to their index
	Selects  []FloatSelect
}

// Spills bounds the values that an engine may have to put aside on the machine's
// stack in one run of the function: one an instruction, and at each end of a
// branch one a local, for that is where values of several origins meet.
func (f *FuncInfo) Spills() int { return f.Ops + (f.Blocks+f.Branches)*f.Locals }

// FloatSelect is a select between two floats.
type FloatSelect struct {
	Pos, End int  // bytes of the instruction in the body
	Type     byte // F32 or F64
}

// Stats are the figures of a whole module, for the admission report.
type Stats struct {
	Funcs       []FuncInfo
	TotalBlocks int
	Passive     bool // memory.init is used somewhere
}

// Max returns the largest value of f over all functions, and the function's index.
func (s *Stats) Max(f func(FuncInfo) int) (value int, function uint32) {
	for i := range s.Funcs {
		if v := f(s.Funcs[i]); i == 0 || v > value {
			value, function = v, s.Funcs[i].Index
		}
	}
	return value, function
}
