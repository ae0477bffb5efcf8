package wbin

import "fmt"

// indices refuses what the module does not have. The engine cannot be left to
// find it out: it sees the rewritten module, in which the counters and helpers
// of the rewriter stand behind the module's own globals, functions and locals.
func (s *scanner) indices(in *Instr) error {
	what, i, n := "", in.Index, 0
	switch in.Op {
	case OpLocalGet, OpLocalSet, OpLocalTee:
		what, n = "local", len(s.locals)
	case OpGlobalGet, OpGlobalSet:
		what, n = "global", len(s.m.Globals)
	case OpRefFunc:
		what, n = "function", len(s.m.Imports)+len(s.m.Funcs)
	case OpMemoryGrow:
		what, n = "memory", len(s.m.Memories)
	case OpBr, OpBrIf:
		what, n = "label", len(s.frames)
	case OpBrTable:
		what, i, n = "label", in.MaxLabel, len(s.frames)
	default:
		return nil
	}
	if uint64(i) >= uint64(n) {
		return fmt.Errorf("%w: there is no %s %d", ErrMalformed, what, i)
	}
	return nil
}
