package cond

// Value is a compiled signal that is not true or false: a number, text, time
// or duration, computed at most once a frame.
type Value struct {
	Source Source
	number int
	typ    typ
	node   *node
	reads  leaf
}

func (b *Builder) value(name string, n *node) (*Value, error) {
	var eval func(*Frame) memo
	if n.native() {
		eval = compileMemo(n)
	} else {
		run, err := b.machineValue(n)
		if err != nil {
			return nil, err
		}
		eval = run
	}
	v := b.addValue(n, eval)
	b.names.Values[name] = v
	return v, nil
}

func (b *Builder) addValue(n *node, eval func(*Frame) memo) *Value {
	v := &Value{number: len(b.set.values), typ: n.typ, node: n}
	b.survey(n, &v.reads, false)
	b.set.values = append(b.set.values, v)
	b.set.memos = append(b.set.memos, withModules(v.reads.mods, eval, memo{state: Error}))
	return v
}

// signal returns a value signal's memo, computing it on first use.
func (f *Frame) signal(i int) *memo {
	m := &f.values[i]
	if m.state == none {
		f.steps = leafBudget
		*m = f.set.memos[i](f)
		if m.state == Error {
			m.text = f.fault
		}
	}
	if m.state == Error {
		f.fault = m.text
	}
	return m
}

// compileMemo evaluates a node of any scalar kind but bool.
func compileMemo(n *node) func(*Frame) memo {
	switch n.typ.kind {
	case kString:
		get := compileText(n)
		return func(f *Frame) memo {
			s, st := get(f)
			return memo{state: st, text: s}
		}
	case kFloat:
		get := compileFloat(n)
		return func(f *Frame) memo {
			x, st := get(f)
			return memo{state: st, num: floatBits(x)}
		}
	default:
		get := compileInt(n)
		return func(f *Frame) memo {
			x, st := get(f)
			return memo{state: st, num: x}
		}
	}
}
