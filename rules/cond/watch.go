package cond

// Watch lets an owner of many conditions pass over those that can't be true
// any more, without looking at them.
//
// Some leaves are necessary for a condition: when one of them is false (or,
// under not, true) the condition is false, whatever the others are. Whenever a
// leaf is evaluated, the conditions it rules out are struck off a list of bits;
// so a thousand conditions over fifty leaves cost little more than the leaves.

// worthWatching is from how many conditions on striking off beats looking.
const worthWatching = 256

// Watch numbers conditions and prepares the list. Called once, before the set
// is used. A condition's place in the list is its bit in Frame.RuledOut.
func (s *Set) Watch(conds []*Cond) {
	words := (len(conds) + 63) / 64
	s.words = words
	if len(conds) < worthWatching {
		return
	}
	s.strikes = make([][2][]strike, len(s.leaves))
	for i, c := range conds {
		if c == nil {
			continue
		}
		for l := range necessary(c.tree, true) {
			side := &s.strikes[l.leaf][l.when]
			if n := len(*side); n == 0 || (*side)[n-1].word != i/64 {
				*side = append(*side, strike{word: i / 64})
			}
			(*side)[len(*side)-1].bits |= 1 << (i % 64)
		}
	}
}

// strike is conditions to strike off, within a word of the list. Most leaves
// have few: words without any are left out, so that leaves that belong to one
// condition each cost the same however many there are.
type strike struct {
	word int
	bits uint64
}

// literal is a leaf and the value with which it makes a condition false.
type literal struct {
	leaf int32
	when int // 0: when it is false, 1: when it is true
}

// necessary are the literals that each make the branch differ from want.
func necessary(b *branch, want bool) map[literal]bool {
	switch b.op {
	case opNot:
		return necessary(b.kids[0], !want)
	case opAnd, opOr:
		out := necessary(b.kids[0], want)
		for _, k := range b.kids[1:] {
			next := necessary(k, want)
			if (b.op == opAnd) == want { // one part decides
				for l := range next {
					out[l] = true
				}
				continue
			}
			for l := range out { // all parts must
				if !next[l] {
					delete(out, l)
				}
			}
		}
		return out
	default:
		when := 0
		if !want {
			when = 1
		}
		return map[literal]bool{{b.leaf, when}: true}
	}
}

// RuledOut are the watched conditions known to be false so far, one bit each.
func (f *Frame) RuledOut() []uint64 { return f.out }

// strike notes what an evaluated leaf rules out.
func (f *Frame) strike(i int32, r Tri) {
	for _, s := range f.strikes[i][r-False] {
		f.out[s.word] |= s.bits
	}
}
