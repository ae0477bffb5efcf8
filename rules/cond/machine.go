package cond

import (
	"errors"
	"fmt"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"github.com/winnow-gate/winnow/rules/facts"
)

// machine is a leaf that runs in expr's virtual machine. Every value from
// outside is computed first and handed in under a made-up name; if one of them
// is unknown the leaf is unknown and the machine does not start. So nil never
// reaches an operator.
type machine struct {
	program *vm.Program
	inputs  []input
}

// input is one value handed in: get answers it in expr's types.
type input struct {
	name string
	get  func(*Frame) (any, Tri)
}

// errUnknown is how a function inside the machine says that there is no value.
var errUnknown = errors.New("unknown")

// machineMemory bounds the list items that the machine may build in one run.
const machineMemory = 10_000

// machine compiles a leaf to a program; when a value is missing and closures
// can run the node too, they answer (Mode Machine).
func (b *Builder) machine(n *node) (triFn, error) {
	m, err := b.newMachine(n, expr.AsBool())
	if err != nil {
		return nil, err
	}
	var native triFn
	if n.native() {
		native = compileTri(n)
	}
	return func(f *Frame) Tri {
		v, st := m.run(f)
		if st == True {
			return Of(v.(bool))
		}
		if st == Unknown && native != nil {
			return native(f)
		}
		return st
	}, nil
}

func (b *Builder) machineValue(n *node) (func(*Frame) memo, error) {
	m, err := b.newMachine(n, expr.AsAny())
	if err != nil {
		return nil, err
	}
	return func(f *Frame) memo {
		v, st := m.run(f)
		if st != True {
			return memo{state: st}
		}
		switch v := v.(type) {
		case int:
			return memo{state: True, num: int64(v)}
		case float64:
			return memo{state: True, num: floatBits(v)}
		case string:
			return memo{state: True, text: v}
		case time.Time:
			return memo{state: True, num: v.UnixNano()}
		case time.Duration:
			return memo{state: True, num: int64(v)}
		default:
			return memo{state: f.fail(fmt.Sprintf("unexpected result %T", v))}
		}
	}, nil
}

func (b *Builder) newMachine(n *node, result expr.Option) (m *machine, err error) {
	defer func() { // expr panics on some options; a condition must never crash the compiler
		if r := recover(); r != nil {
			m, err = nil, fmt.Errorf("%v", r)
		}
	}()
	p := &printer{mode: b.mode, env: types.Map{"frame_": types.TypeOf(&Frame{})}}
	source := p.print(n)
	options := append(machineFunctions(p), expr.Env(p.env), result)
	program, err := expr.Compile(source, options...)
	if err != nil {
		return nil, err
	}
	return &machine{program: program, inputs: p.inputs}, nil
}

// run hands the inputs in and runs the program in a fresh machine: a pooled one
// would keep a contact's values.
func (m *machine) run(f *Frame) (any, Tri) {
	env := make(map[string]any, len(m.inputs)+1)
	env["frame_"] = f
	state := True
	for _, in := range m.inputs {
		v, st := in.get(f)
		state = And(state, st)
		env[in.name] = v
	}
	if state != True {
		return nil, state
	}
	machine := vm.VM{MemoryBudget: machineMemory}
	v, err := machine.Run(m.program, env)
	switch {
	case err == nil:
		return v, True
	case errors.Is(err, errUnknown):
		return nil, Unknown
	default:
		return nil, f.fail(faultOf(err))
	}
}

// faultOf keeps what went wrong and drops what expr prints of the data.
func faultOf(err error) string {
	var own faultError
	if errors.As(err, &own) {
		return string(own)
	}
	return "the expression could not be evaluated"
}

// faultError is a fault raised by a function inside the machine.
type faultError string

func (e faultError) Error() string { return string(e) }

// valueFn reads a native node in expr's types.
func valueFn(n *node) func(*Frame) (any, Tri) {
	switch n.typ.kind {
	case kBool:
		get := compileTri(n)
		return func(f *Frame) (any, Tri) {
			switch r := get(f); r {
			case True, False:
				return r == True, True
			default:
				return nil, r
			}
		}
	case kString:
		get := compileText(n)
		return func(f *Frame) (any, Tri) { return boxed(get(f)) }
	case kFloat:
		get := compileFloat(n)
		return func(f *Frame) (any, Tri) { return boxed(get(f)) }
	case kList:
		return listValue(n)
	default:
		get := compileInt(n)
		return func(f *Frame) (any, Tri) {
			x, st := get(f)
			return scalarOf(n.typ.kind, x), st
		}
	}
}

func boxed[T any](v T, st Tri) (any, Tri) { return v, st }

func scalarOf(k kind, x int64) any {
	switch k {
	case kBool:
		return x != 0
	case kFloat:
		return bitsFloat(x)
	case kTime:
		return time.Unix(0, x).UTC()
	case kDuration:
		return time.Duration(x)
	default:
		return int(x)
	}
}

// listValue makes an expr list of a list field or a fixed list.
func listValue(n *node) func(*Frame) (any, Tri) {
	if n.op == opList {
		v := listConst(n.val)
		return func(*Frame) (any, Tri) { return v, True }
	}
	get, t := compileList(n), n.typ
	return func(f *Frame) (any, Tri) {
		l, st := get(f)
		if st != True {
			return nil, st
		}
		switch t.elem {
		case kString:
			return f.Facts.Strs[l.off : l.off+l.n], True
		case kObject:
			return rowValues(f, l, t)
		default:
			out := make([]any, l.n)
			for i, x := range f.Facts.Nums[l.off : l.off+l.n] {
				out[i] = scalarOf(t.elem, x)
			}
			return out, True
		}
	}
}

// rowValues hands over objects whose members are all known, else nothing.
func rowValues(f *Frame, l items, t typ) (any, Tri) {
	out := make([]any, l.n)
	for i := range out {
		row := make(map[string]any, len(t.members))
		for j, m := range t.members {
			s := &f.Facts.Rows[l.off+i*l.width+j]
			if s.State != facts.Known {
				return nil, Unknown
			}
			if kindOf(m.Kind) == kString {
				row[m.Name] = s.Str
			} else {
				row[m.Name] = scalarOf(kindOf(m.Kind), s.Int)
			}
		}
		out[i] = row
	}
	return out, True
}

func listConst(v any) any {
	if ints, ok := v.([]int64); ok {
		out := make([]int, len(ints))
		for i, x := range ints {
			out[i] = int(x)
		}
		return out
	}
	return v
}
