package census

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// sample keeps a few ids of many: those whose hash with a seed is least (a
// bottom-k sample). So it is the same sample whatever order they come in, and
// another seed draws another one.
type sample struct {
	ids []drawn // by hash
}

type drawn struct {
	hash uint64
	id   string
}

// Sampling says how many ids reports name, and which.
type Sampling struct {
	// Size is how many; 0 names none.
	Size int
	Seed string
}

func (s Sampling) hash(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s.Seed)) //nolint:errcheck // a hash takes everything
	h.Write([]byte{0})      //nolint:errcheck // a hash takes everything
	h.Write([]byte(id))     //nolint:errcheck // a hash takes everything
	x := h.Sum64()
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	x = (x ^ x>>33) * 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

func (a drawn) compare(b drawn) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.id, b.id))
}

// add considers an id. The id may share memory that is used again.
func (s *sample) add(how Sampling, id string) {
	if how.Size <= 0 || id == "" {
		return
	}
	s.insert(how, drawn{how.hash(id), id}, true)
}

func (s *sample) insert(how Sampling, d drawn, clone bool) {
	at, there := slices.BinarySearchFunc(s.ids, d, drawn.compare)
	if there || at >= how.Size {
		return
	}
	if clone {
		d.id = strings.Clone(d.id)
	}
	if len(s.ids) == how.Size {
		s.ids = s.ids[:how.Size-1]
	}
	s.ids = slices.Insert(s.ids, at, d)
}

func (s *sample) merge(how Sampling, o *sample) {
	for _, d := range o.ids {
		s.insert(how, d, false)
	}
}

// list gives the ids in order of their names.
func (s *sample) list() []string {
	out := make([]string, len(s.ids))
	for i, d := range s.ids {
		out[i] = d.id
	}
	slices.Sort(out)
	return out
}
