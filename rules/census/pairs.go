package census

import (
	"slices"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cond"
)

// Pairs counts which personas share people. It asks every persona of every
// contact, also of those whom a gate would stop.
type Pairs struct {
	bundle *rules.Bundle
	panel  *rules.Panel
	how    Sampling
	n      int64
	people []sides // by persona
	pairs  map[[2]int]*pairCount
	dense  bool // there was no room for the predicates of some pairs

	of, says []cond.Tri
	match    []int
}

// sides says of a group how often each predicate was true and false.
type sides struct {
	n       int64
	yes, no []int64 // by predicate
}

type pairCount struct {
	sides
	samples sample
}

// maxCells bounds the memory for the predicates of pairs: two numbers each.
const maxCells = 4 << 20

// NewPairs counts for one bundle.
func NewPairs(b *rules.Bundle, how Sampling) *Pairs {
	p := &Pairs{bundle: b, panel: b.NewPanel(), how: how, pairs: map[[2]int]*pairCount{}}
	p.people = make([]sides, len(p.panel.Personas()))
	for i := range p.people {
		p.people[i] = p.newSides()
	}
	return p
}

func (p *Pairs) newSides() sides {
	n := len(p.panel.Predicates())
	return sides{yes: make([]int64, n), no: make([]int64, n)}
}

// Add counts the contact that was decided upon last.
func (p *Pairs) Add(in *rules.Input, contact string) {
	p.n++
	p.of, p.says = p.panel.Read(in, p.of[:0], p.says[:0])
	p.match = p.match[:0]
	for i, v := range p.of {
		if v == cond.True {
			p.match = append(p.match, i)
			p.people[i].add(p.says)
		}
	}
	for i, a := range p.match {
		for _, b := range p.match[i+1:] {
			c := p.pair(a, b)
			c.add(p.says)
			c.samples.add(p.how, contact)
		}
	}
}

func (s *sides) add(says []cond.Tri) {
	s.n++
	if s.yes == nil {
		return
	}
	for i, v := range says {
		switch v {
		case cond.True:
			s.yes[i]++
		case cond.False:
			s.no[i]++
		}
	}
}

func (p *Pairs) pair(a, b int) *pairCount {
	c := p.pairs[[2]int{a, b}]
	if c == nil {
		c = &pairCount{}
		if p.dense = (len(p.pairs)+1)*len(p.panel.Predicates()) > maxCells; !p.dense {
			c.sides = p.newSides()
		}
		p.pairs[[2]int{a, b}] = c
	}
	return c
}

// Merge adds what another counter of the same bundle has counted.
func (p *Pairs) Merge(o *Pairs) {
	p.n += o.n
	for i := range o.people {
		p.people[i].merge(&o.people[i])
	}
	for k, c := range o.pairs {
		to := p.pair(k[0], k[1])
		to.merge(&c.sides)
		to.samples.merge(p.how, &c.samples)
	}
}

func (s *sides) merge(o *sides) {
	s.n += o.n
	if s.yes == nil || o.yes == nil {
		s.yes, s.no = nil, nil
		return
	}
	for i := range s.yes {
		s.yes[i] += o.yes[i]
		s.no[i] += o.no[i]
	}
}

// PairReport is what Pairs counted.
type PairReport struct {
	Bundle   string        `json:"bundle"`
	Contacts int64         `json:"contacts"`
	Personas []PersonaSize `json:"personas"`
	// Pairs are those that share anybody, the most alike first.
	Pairs []Pair `json:"pairs"`
}

// PersonaSize is how many a persona's condition is true for.
type PersonaSize struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Negative bool   `json:"negative"`
	N        int64  `json:"n"`
}

// Pair is two personas that share people.
type Pair struct {
	A string `json:"a"`
	B string `json:"b"`
	// Opposed is set when one is negative and the other positive.
	Opposed bool  `json:"opposed"`
	Both    int64 `json:"both"`
	OnlyA   int64 `json:"only_a"`
	OnlyB   int64 `json:"only_b"`
	// Jaccard is the shared part of all that either has; Inside that of the
	// smaller one.
	Jaccard float64 `json:"jaccard"`
	Inside  float64 `json:"inside"`
	// Apart is the predicate that would keep them apart best, nil when none helps.
	Apart   *Apart   `json:"apart"`
	Samples []string `json:"samples,omitempty"`
}

// Apart is a condition that, added to one persona, keeps it from the other.
type Apart struct {
	// To is the persona that it would be added to.
	To        string `json:"to"`
	Condition string `json:"condition"`
	// Drops is how many of the shared people it would leave to the other persona,
	// Costs how many of its own it would lose.
	Drops int64 `json:"drops"`
	Costs int64 `json:"costs"`
}

// Report lists the personas and the pairs that share people.
func (p *Pairs) Report() *PairReport {
	out := &PairReport{Bundle: p.bundle.Digest(), Contacts: p.n, Personas: []PersonaSize{}, Pairs: []Pair{}}
	cards := map[string]PersonaSize{}
	for _, c := range p.bundle.Personas() {
		cards[c.ID.Value] = PersonaSize{ID: c.ID.Value, Name: c.Name.Value, Negative: c.Kind.Value == "negative"}
	}
	ids := p.panel.Personas()
	for i, id := range ids {
		size := cards[id]
		size.N = p.people[i].n
		out.Personas = append(out.Personas, size)
	}
	for k, c := range p.pairs {
		a, b := out.Personas[k[0]], out.Personas[k[1]]
		x := Pair{
			A: a.ID, B: b.ID, Opposed: a.Negative != b.Negative, Both: c.n, OnlyA: a.N - c.n, OnlyB: b.N - c.n,
			Jaccard: float64(c.n) / float64(a.N+b.N-c.n), Inside: float64(c.n) / float64(min(a.N, b.N)),
			Apart: p.apart(k, c, out.Personas), Samples: c.samples.list(),
		}
		out.Pairs = append(out.Pairs, x)
	}
	slices.SortFunc(out.Pairs, comparePairs)
	return out
}

func comparePairs(a, b Pair) int {
	switch {
	case a.Jaccard > b.Jaccard:
		return -1
	case a.Jaccard < b.Jaccard:
		return 1
	}
	return byCount(a.Both, b.Both, a.A+" "+a.B, b.A+" "+b.B)
}

// apart finds the predicate, or its opposite, that added to one of the two
// leaves most shared people to the other and costs fewest of its own. Of a pair
// at odds it is the negative one that has to give way. Naming the other persona
// itself does not count: that is always possible, and says nothing; nor does a
// predicate that leaves the persona nobody.
func (p *Pairs) apart(k [2]int, both *pairCount, people []PersonaSize) *Apart {
	if both.yes == nil {
		return nil
	}
	var best *Apart
	gain := int64(0)
	for i, to := range k {
		own, other := &p.people[to], people[k[1-i]]
		if own.n == both.n || !people[to].Negative && other.Negative {
			continue
		}
		for j, d := range p.panel.Predicates() {
			if slices.Contains(d.Personas, people[to].ID) || slices.Contains(d.Personas, other.ID) {
				continue
			}
			for _, side := range [...]struct {
				text      string
				both, all int64
			}{{"not (" + d.Text + ")", both.no[j], own.no[j]}, {d.Text, both.yes[j], own.yes[j]}} {
				drops, costs := both.n-side.both, own.n-both.n-(side.all-side.both)
				if side.all > 0 && drops-costs > gain {
					gain, best = drops-costs, &Apart{To: people[to].ID, Condition: side.text, Drops: drops, Costs: costs}
				}
			}
		}
	}
	return best
}
