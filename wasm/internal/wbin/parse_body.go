package wbin

import "fmt"

func (m *Module) globals(r *Reader, caps Caps) {
	n := r.Count("globals", caps.Globals)
	for range n {
		g := Global{Type: r.Byte()}
		switch mut := r.Byte(); mut {
		case 0, 1:
			g.Mutable = mut == 1
		default:
			r.fail("bad mutability %d", mut)
		}
		if g.Mutable && (g.Type == FuncRef || g.Type == ExternRef || g.Type == V128) && r.err == nil {
			r.err = &FeatureError{
				Feature: "a mutable global of type " + TypeName(g.Type),
				Why:     "its value cannot be restored between contacts", Fix: "keep numbers in globals",
			}
		}
		g.Init = m.constExpr(r)
		m.Globals = append(m.Globals, g)
	}
}

// constExpr reads a constant expression of one instruction and its end.
func (m *Module) constExpr(r *Reader) []byte {
	start := r.Pos
	switch op := r.Byte(); op {
	case OpI32Const:
		r.S64(32)
	case OpI64Const:
		r.S64(64)
	case OpF32Const:
		r.Skip(4)
	case OpF64Const:
		r.Skip(8)
	case OpGlobalGet:
		r.index("global", len(m.Globals))
	case OpRefFunc:
		r.index("function", len(m.Imports)+len(m.Funcs))
	case OpRefNull:
		r.Byte()
	default:
		r.fail("opcode 0x%02x in a constant expression", op)
	}
	if r.Byte() != OpEnd {
		r.fail("constant expression of more than one instruction")
	}
	if r.err != nil {
		return nil
	}
	return r.Buf[start:r.Pos]
}

func (m *Module) elements(r *Reader, caps Caps) {
	m.Elems = r.Count("element segments", caps.ElementSegments)
	total := 0
	for range m.Elems {
		flag := r.U32()
		if flag > 7 {
			r.fail("element segment kind %d", flag)
			return
		}
		if flag&3 == 2 { // active with a table index
			r.U32()
		}
		if flag&1 == 0 {
			m.constExpr(r)
		}
		if flag&3 != 0 {
			r.Byte() // element kind or type
		}
		n := r.Count("elements", caps.Elements)
		if total += n; total > caps.Elements && r.err == nil {
			r.err = &LimitError{What: "elements of all segments", Value: int64(total), Limit: int64(caps.Elements)}
		}
		for range n {
			if flag&4 != 0 {
				m.constExpr(r)
			} else {
				r.index("function", len(m.Imports)+len(m.Funcs))
			}
		}
	}
}

func (m *Module) codes(r *Reader, caps Caps) {
	n := r.Count("function bodies", caps.Functions)
	m.Codes = make([]Code, 0, n)
	for i := range n {
		size := r.U32()
		if int64(size) > int64(caps.FunctionBytes) && r.err == nil {
			r.err = &LimitError{
				What: "bytes of one function", Function: m.DebugName(uint32(len(m.Imports) + i)),
				Value: int64(size), Limit: int64(caps.FunctionBytes),
			}
		}
		if r.err != nil {
			return
		}
		code, err := parseCode(r.Bytes(size), caps)
		if err != nil && r.err == nil {
			r.err = fmt.Errorf("function %s: %w", m.DebugName(uint32(len(m.Imports)+i)), err)
			return
		}
		m.Codes = append(m.Codes, code)
	}
}

func parseCode(b []byte, caps Caps) (Code, error) {
	r := &Reader{Buf: b}
	c := Code{Size: len(b)}
	runs := r.Count("runs of locals", caps.Locals)
	for range runs {
		l := LocalRun{N: r.U32(), Type: r.Byte()}
		if c.NumLocals += int(min(l.N, 1<<30)); c.NumLocals > caps.Locals {
			return c, &LimitError{What: "locals", Value: int64(c.NumLocals), Limit: int64(caps.Locals)}
		}
		c.Locals = append(c.Locals, l)
	}
	c.Body = b[min(r.Pos, len(b)):]
	return c, r.Err()
}

func (m *Module) datas(r *Reader, caps Caps) {
	n := r.Count("data segments", caps.DataSegments)
	m.Datas = make([]Data, 0, n)
	for range n {
		var d Data
		switch flag := r.U32(); flag {
		case 0:
			d.Offset = m.constExpr(r)
		case 1:
			d.Passive = true
		case 2:
			if r.U32() != 0 {
				r.fail("data for a second memory")
			}
			d.Offset = m.constExpr(r)
		default:
			r.fail("data segment kind %d", flag)
		}
		d.Bytes = r.Bytes(r.U32())
		m.Datas = append(m.Datas, d)
	}
}
