package wbin

import "fmt"

// Scan walks every function body and checks it against the caps and the
// accepted instructions. Errors are a *LimitError or a *FeatureError that
// name the function, or wrap ErrMalformed.
func Scan(m *Module, caps Caps) (*Stats, error) {
	s := &Stats{Funcs: make([]FuncInfo, len(m.Codes))}
	sc := scanner{m: m}
	for i := range m.Codes {
		fi := uint32(len(m.Imports) + i)
		info := &s.Funcs[i]
		info.Index = fi
		if err := sc.function(i, info, caps); err != nil {
			return nil, nameError(err, m, fi)
		}
		s.Passive = s.Passive || info.Copies
		if s.TotalBlocks += info.Blocks; s.TotalBlocks > caps.TotalBlocks {
			return nil, &LimitError{What: "blocks in the module", Value: int64(s.TotalBlocks), Limit: int64(caps.TotalBlocks)}
		}
	}
	return s, nil
}

func nameError(err error, m *Module, fi uint32) error {
	switch e := err.(type) {
	case *LimitError:
		e.Function = m.DebugName(fi)
		return e
	case *FeatureError:
		e.Function = m.DebugName(fi)
		return e
	}
	return fmt.Errorf("function %s: %w", m.DebugName(fi), err)
}

// frame is one open block of the height tracker.
type frame struct {
	base            int // operands below the block
	params, results []byte
}

type scanner struct {
	m      *Module
	frames []frame
	stack  []byte // type of each operand, 0 when unknown
	locals []byte // type of each local
}

func (s *scanner) function(i int, info *FuncInfo, caps Caps) error {
	t := s.m.Types[s.m.Funcs[i]]
	code := &s.m.Codes[i]
	info.Locals = code.NumLocals + len(t.Params)
	if info.Locals > caps.Locals {
		return &LimitError{What: "locals", Value: int64(info.Locals), Limit: int64(caps.Locals)}
	}
	s.frames = append(s.frames[:0], frame{results: t.Results})
	s.stack = s.stack[:0]
	s.locals = append(s.locals[:0], t.Params...)
	for _, l := range code.Locals {
		for range l.N {
			s.locals = append(s.locals, l.Type)
		}
	}
	w := NewWalker(code.Body, nil)
	var in Instr
	for w.Next(&in) {
		if err := s.step(&in, info); err != nil {
			return err
		}
		info.Ops++
		info.Stack = max(info.Stack, len(s.stack))
		info.Nesting = max(info.Nesting, w.Depth-1)
		if err := checkCaps(info, caps); err != nil {
			return err
		}
	}
	return w.Err()
}

func checkCaps(info *FuncInfo, caps Caps) error {
	what, v, limit := "", 0, 0
	switch {
	case info.Blocks > caps.Blocks:
		what, v, limit = "blocks in one function", info.Blocks, caps.Blocks
	case info.Nesting > caps.Nesting:
		what, v, limit = "nesting of blocks", info.Nesting, caps.Nesting
	case info.Table > caps.BranchTable:
		what, v, limit = "br_table targets", info.Table, caps.BranchTable
	case info.Branches > caps.Branches:
		what, v, limit = "branch targets in one function", info.Branches, caps.Branches
	case info.Stack > caps.StackValues:
		what, v, limit = "values on the operand stack", info.Stack, caps.StackValues
	case (info.Blocks+info.Branches)*info.Locals > caps.EdgeLocals:
		what, v, limit = "(blocks + branches) x locals", (info.Blocks+info.Branches)*info.Locals, caps.EdgeLocals
	default:
		return nil
	}
	return &LimitError{What: what, Value: int64(v), Limit: int64(limit)}
}

// step applies one instruction to the operand stack.
func (s *scanner) step(in *Instr, info *FuncInfo) error {
	if err := s.indices(in); err != nil {
		return err
	}
	if d := int(in.delta); d > 0 {
		s.stack = append(s.stack, 0)
	} else {
		s.pop(-d)
	}
	switch in.Op {
	case OpBlock, OpLoop, OpIf:
		info.Blocks++
		return s.open(in)
	case OpElse:
		f := s.top()
		s.stack = append(s.stack[:min(f.base, len(s.stack))], f.params...)
	case OpEnd:
		f := *s.top()
		s.frames = s.frames[:len(s.frames)-1]
		s.stack = append(s.stack[:min(f.base, len(s.stack))], f.results...)
	case OpBr, OpReturn, OpUnreachable, OpBrIf, OpBrTable:
		s.branch(in, info)
	case OpCall, OpCallIndirect:
		return s.call(in, info)
	case OpSelect, OpSelectT:
		if t := s.topType(); t == F32 || t == F64 {
			info.Selects = append(info.Selects, FloatSelect{in.Pos, in.End, t})
		}
	case OpMemoryInit:
		info.Copies = true
	case OpTableSet, OpTableGrow, OpTableFill, OpTableCopy, OpTableInit, OpElemDrop, OpDataDrop:
		return &FeatureError{
			Feature: stateOps(in.Op),
			Why:     "tables and dropped segments cannot be restored between contacts",
			Fix:     "keep state in memory",
		}
	default:
		s.typed(in)
	}
	return nil
}

// branch handles what leaves the block. What follows runs on a polymorphic
// stack, which here is an empty one.
func (s *scanner) branch(in *Instr, info *FuncInfo) {
	switch in.Op {
	case OpBr:
		info.Branches++
	case OpBrIf:
		info.Branches++
		s.pop(1)
		return
	case OpBrTable:
		info.Branches += in.Targets + 1
		info.Table = max(info.Table, in.Targets)
	}
	s.stack = s.stack[:min(s.top().base, len(s.stack))]
}

// typed gives the operand on top the type that the instruction makes.
func (s *scanner) typed(in *Instr) {
	t := byte(0)
	switch in.Op {
	case OpLocalGet, OpLocalTee:
		t = s.locals[in.Index]
	case OpGlobalGet:
		t = s.m.Globals[in.Index].Type
	default:
		t = in.typ
	}
	if t != 0 && len(s.stack) > s.top().base {
		s.stack[len(s.stack)-1] = t
	}
}

func (s *scanner) topType() byte {
	if len(s.stack) > s.top().base {
		return s.stack[len(s.stack)-1]
	}
	return 0
}

func (s *scanner) top() *frame {
	if len(s.frames) == 0 { // after the final end; Next stops there
		s.frames = append(s.frames, frame{})
	}
	return &s.frames[len(s.frames)-1]
}

// pop takes n operands, but none from below the block.
func (s *scanner) pop(n int) {
	s.stack = s.stack[:max(len(s.stack)-n, min(s.top().base, len(s.stack)))]
}

func (s *scanner) open(in *Instr) error {
	if in.Op == OpIf {
		s.pop(1)
	}
	f := frame{}
	switch {
	case in.Block == -64:
	case in.Block < 0:
		f.results = []byte{byte(in.Block + 0x80)}
	case in.Block < int64(len(s.m.Types)):
		t := s.m.Types[in.Block]
		f.params, f.results = t.Params, t.Results
	default:
		return fmt.Errorf("%w: block type %d", ErrMalformed, in.Block)
	}
	s.pop(len(f.params))
	f.base = len(s.stack)
	s.stack = append(s.stack, f.params...)
	s.frames = append(s.frames, f)
	return nil
}

func (s *scanner) call(in *Instr, info *FuncInfo) error {
	var t FuncType
	if in.Op == OpCallIndirect {
		if uint64(in.Index) >= uint64(len(s.m.Types)) {
			return fmt.Errorf("%w: call_indirect of type %d", ErrMalformed, in.Index)
		}
		t = s.m.Types[in.Index]
		s.pop(1)
		info.Calls = true
	} else {
		var ok bool
		if t, ok = s.m.TypeOf(in.Index); !ok {
			return fmt.Errorf("%w: call of function %d", ErrMalformed, in.Index)
		}
		info.Calls = info.Calls || in.Index >= uint32(len(s.m.Imports))
	}
	s.pop(len(t.Params))
	s.stack = append(s.stack, t.Results...)
	return nil
}
