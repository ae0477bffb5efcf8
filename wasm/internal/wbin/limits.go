package wbin

import "fmt"

// Caps bound what a module may hold. They are far above what real toolchains
// emit and far below what makes an engine's compiler super-linear.
type Caps struct {
	Types, Imports, Functions, Globals, Exports int
	Params, Results                             int // per signature
	FunctionBytes, Blocks, Nesting, Locals      int // per function
	Branches                                    int // br, br_if and br_table targets of a function
	BranchTable                                 int // targets of one br_table
	EdgeLocals                                  int // (blocks + branches) x locals of a function
	StackValues                                 int // operand stack of a function
	TotalBlocks                                 int // over all functions
	DataSegments, ElementSegments, Elements     int
	TableEntries                                int
	Customs                                     int
}

// DefaultCaps returns the caps of every admission.
func DefaultCaps() Caps {
	return Caps{
		Types: 1024, Imports: 256, Functions: 8192, Globals: 1024, Exports: 512,
		Params: 64, Results: 16,
		FunctionBytes: 128 << 10, Blocks: 2048, Nesting: 768, Locals: 1024,
		Branches: 8192, BranchTable: 2048, EdgeLocals: 262_144, StackValues: 2048,
		TotalBlocks:  200_000,
		DataSegments: 65_536, ElementSegments: 1024, Elements: 65_536,
		TableEntries: 16_384, Customs: 64,
	}
}

// LimitError says which cap a module exceeds.
type LimitError struct {
	What         string // for instance "blocks in one function"
	Function     string // where, empty when the whole module is meant
	Value, Limit int64
}

// Error implements error.
func (e *LimitError) Error() string {
	if e.Function == "" {
		return fmt.Sprintf("%s: %d, at most %d allowed", e.What, e.Value, e.Limit)
	}
	return fmt.Sprintf("function %s: %s: %d, at most %d allowed", e.Function, e.What, e.Value, e.Limit)
}

// FeatureError says which feature outside the accepted set a module uses.
type FeatureError struct {
	Feature  string // for instance "table.grow"
	Function string // where, may be empty
	Why      string // why it is refused
	Fix      string // what the author can do
}

// Error implements error.
func (e *FeatureError) Error() string {
	s := e.Feature + " is not accepted: " + e.Why
	if e.Function != "" {
		s = "function " + e.Function + ": " + s
	}
	if e.Fix != "" {
		s += "; " + e.Fix
	}
	return s
}
