package payload

import "github.com/winnow-gate/winnow/rules/facts"

// early are the facts of a payload that was read where it was found, to see where
// it ends. They are for the layout that was filled last, which is nearly always
// the one that is filled next.
type early struct {
	layout *facts.Layout // nil: there are none
	facts  facts.Facts
	clear  *facts.Layout // what the facts were just reset to, nil when they were not
}

// handOver gives the facts away for ones that were just reset; ok is false when there
// are none for the layout.
func (e *early) handOver(l *facts.Layout, to *facts.Facts) (ok bool) {
	if e.layout == nil || e.layout != l {
		return false
	}
	*to, e.facts = e.facts, *to
	e.layout, e.clear = nil, l
	return true
}

// begin resets the facts, unless those that it was given in exchange were.
func (e *early) begin(l *facts.Layout) *facts.Facts {
	if e.clear != l {
		e.facts.Reset(l)
	}
	e.clear = nil
	return &e.facts
}

// EachAndFind is Each for an object that has the payload as one of its members. It
// finds that too, where all that the rules do is to fill in what a payload leaves
// out: to go over a body costs half of reading it, so it is read at once. found is
// nil when there is something in the way, which Find then tells; otherwise it is to
// be released, even after an error.
func (m *Mapping) EachAndFind(object []byte, member string, f func(key string, value []byte)) (found *Found, err error) {
	err = each(object, func(name string, at int) (end int) {
		if found != nil || name != member {
			return -1
		}
		found, end = m.findAt(object, at)
		return end
	}, f)
	return found, err
}

// findAt finds the payload that begins at i; end is -1 when it does not.
func (m *Mapping) findAt(b []byte, i int) (f *Found, end int) {
	if m == nil || !m.defaults || b[i] != '{' {
		return nil, -1
	}
	p := m.places.Load()
	if p == nil || p.list == nil {
		return nil, -1
	}
	f = m.found(b[i:], 0)
	f.early.clear = nil
	n, err := p.layout.DecodeFirstLoose(f.b, &f.early.facts)
	if err != nil {
		f.Release()
		return nil, -1
	}
	f.b, f.early.layout = f.b[:n], p.layout
	return f, i + n
}
