package cond

import (
	"github.com/winnow-gate/winnow/rules/apart"
	"github.com/winnow-gate/winnow/rules/facts"
)

// State is what is remembered of a contact from earlier decisions.
type State interface {
	// Sent counts the sends to this contact since a moment (Unix nanoseconds),
	// of messages that carried the tag unless it is empty. ok is false when
	// nothing is known.
	Sent(since int64, tag string) (count int64, ok bool)
	// Held reports whether the last decision matched a persona.
	Held(persona string) bool
}

// Frame is the working memory of one evaluation: the facts, the clock, and the
// results so far. It may be reused after Reset, by one goroutine at a time.
type Frame struct {
	Facts *facts.Facts
	// Now is the decision's clock in Unix nanoseconds.
	Now int64
	// State may be nil: then nothing is known of earlier sends.
	State State
	// Host runs modules; it may be nil when the conditions read none.
	Host Host

	leaf    []Tri
	values  []memo
	set     *Set
	strikes [][2][]strike // of the set; nil when nothing is struck off
	base    int           // first cell of the current item, when it is an object
	index   int           // arena index of the current item, when it is a scalar
	steps   int
	fault   string
	faults  []fault
	missing []int // backs Set.Missing
	modules []Tri
	broken  []brokenModule
	out     []uint64 // watched conditions that are ruled out

	doubting, doubted bool // see Doubt
}

type memo struct {
	state Tri
	num   int64
	text  string
}

type fault struct {
	leaf  int
	cause string
}

// leafBudget is how many list items one leaf may visit.
const leafBudget = 100_000

// Reset readies the frame for another contact under the given conditions.
func (f *Frame) Reset(set *Set, fs *facts.Facts, now int64, state State) {
	f.Facts, f.Now, f.State, f.set, f.strikes = fs, now, state, set, set.strikes
	f.leaf = zeroed(f.leaf, len(set.leaves))
	if len(f.values) != len(set.memos) {
		f.values = apart.Slice[memo](len(set.memos))
	}
	for i := range f.values {
		f.values[i].state = none
	}
	f.modules = zeroed(f.modules, set.modules)
	f.broken = f.broken[:0]
	f.out = zeroed(f.out, set.words)
	f.faults = f.faults[:0]
	f.fault = ""
	f.doubting, f.doubted = false, false
}

func zeroed[T any](s []T, n int) []T {
	if cap(s) < n {
		return apart.Slice[T](n)
	}
	if s = s[:n]; n > 0 {
		clear(s)
	}
	return s
}

// fail notes why the current leaf can't be evaluated.
func (f *Frame) fail(cause string) Tri {
	f.fault = cause
	return Error
}

// tick spends one step of the leaf's budget.
func (f *Frame) tick() bool {
	f.steps--
	return f.steps >= 0
}

// run evaluates a leaf once.
func (f *Frame) run(i int32) Tri {
	r := f.set.evals[i](f)
	f.leaf[i] = r
	if r == Error {
		f.faults = append(f.faults, fault{int(i), f.fault})
	} else if r != Unknown && f.strikes != nil {
		f.strike(i, r)
	}
	return r
}

// Fault returns why evaluation of a leaf failed, "" when it did not.
func (f *Frame) Fault(leaf int) string {
	for _, x := range f.faults {
		if x.leaf == leaf {
			return x.cause
		}
	}
	return ""
}
