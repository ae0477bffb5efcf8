package lists

import "encoding/binary"

// prints is a set of fingerprints of 64 bits: a filter, and behind it a hash
// table with open addressing that keeps 48 bits of each.
//
// Fingerprints, because a question about millions of entries costs what it
// reads from far memory. This way it reads a word of the filter, and a cache line
// if that lets it pass; the two take 8.4 bytes for an entry however long it is.
// The line in which a fingerprint stands implies the bits that are not kept, all
// of them from a million entries on. Among ten million, one question in 10^12 finds
// a fingerprint that is another's by chance.
type prints struct {
	filter filter
	lines  []line
	count  int
}

// line is a cache line of ten slots, filled from the first. 0 is free.
type line [64]byte

const (
	lineSlots = 10
	slotBytes = 6
	kept      = 1<<(8*slotBytes) - 1
)

// makePrints makes room: six slots for five fingerprints.
func makePrints(n int) prints {
	p := prints{filter: makeFilter(n), lines: make([]line, n*6/5/lineSlots+1)}
	inHugePages(p.lines)
	return p
}

func (p *prints) bytes() int { return 8*len(p.filter) + len(line{})*len(p.lines) }

// add gives the slot that has a fingerprint, and whether it is new.
func (p *prints) add(h uint64) (at int, isNew bool) {
	p.filter.add(h) // in any case: two that agree in what a slot keeps may differ in their bits there
	at, found := p.place(h)
	if !found {
		p.lines[at/lineSlots].put(at%lineSlots, slotOf(h))
		p.count++
	}
	return at, !found
}

// has looks at whole lines without branching on what a slot holds: the processor
// can't predict that, and each misprediction costs as much as the rest. A line
// whose last slot is free ends the search.
func (p *prints) has(h uint64) bool {
	if !p.filter.passes(h) {
		return false
	}
	want := slotOf(h)
	for at := share(h, len(p.lines)); ; {
		l, found := &p.lines[at], uint64(0)
		for i := range lineSlots {
			found |= (l.slot(i) ^ want) - 1 // the high bit is set by 0 alone
		}
		if found>>63 != 0 {
			return true
		}
		if l.slot(lineSlots-1) == 0 {
			return false
		}
		if at++; at == len(p.lines) {
			at = 0
		}
	}
}

// find gives the slot, counted over all lines, that has a fingerprint.
func (p *prints) find(h uint64) (at int, found bool) {
	if !p.filter.passes(h) {
		return 0, false
	}
	return p.place(h)
}

// place is find without the filter. Where there is none, it gives the free slot
// in which the fingerprint belongs.
func (p *prints) place(h uint64) (at int, found bool) {
	want := slotOf(h)
	for at := share(h, len(p.lines)); ; {
		for i := range lineSlots {
			if x := p.lines[at].slot(i); x == want || x == 0 {
				return at*lineSlots + i, x == want
			}
		}
		if at++; at == len(p.lines) {
			at = 0
		}
	}
}

func (l *line) slot(i int) uint64 { return binary.LittleEndian.Uint64(l[slotBytes*i:]) & kept }

func (l *line) put(i int, x uint64) {
	slot := l[slotBytes*i:]
	binary.LittleEndian.PutUint32(slot, uint32(x))
	binary.LittleEndian.PutUint16(slot[4:], uint16(x>>32))
}

// slotOf is what a slot keeps of a fingerprint: the low bits, for the high ones
// say in which line it is.
func slotOf(h uint64) uint64 { return max(h&kept, 1) }
