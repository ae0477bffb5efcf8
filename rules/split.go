package rules

import (
	"strconv"

	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

func splittable(k field.Kind) bool { return k == field.String || k == field.ID || k == field.Int }

// key is the text that a split hashes: the value of a field, whole numbers in
// decimal.
func (in *Input) key(slot int) (string, bool) {
	in.met(slot)
	s := &in.facts.Slots[slot]
	if s.State != facts.Known {
		return "", false
	}
	if s.Str == "" && in.bundle.kinds[slot] == field.Int {
		return strconv.FormatInt(s.Int, 10), true
	}
	return s.Str, true
}

// shareOf is the variant that a key falls to. Shares cover every bucket: the
// compiler checks.
func (r *slotRule) shareOf(key string) int {
	n := bucket.Of(r.salt, key)
	for _, x := range r.shares {
		if n < x.end {
			return x.variant
		}
	}
	return r.shares[len(r.shares)-1].variant
}
