package facts

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/field"
)

// spec is what a value must be to be known: of a slot, of the items of a list,
// or of a cell in a row.
type spec struct {
	kind      field.Kind
	lo, hi    int64   // bounds of Int, inclusive
	flo, fhi  float64 // bounds of Float, inclusive
	enum      []string
	enumSet   map[string]struct{} // instead of enum when that is long
	item      *spec               // of a list: what its items must be
	row       *node               // of a list of objects: its members
	width     int                 // of a list of objects: how many members
	sensitive field.Sensitivity
}

// smallEnum is up to how many values comparing beats hashing.
const smallEnum = 8

func newSpec(f field.Field) spec {
	s := plainSpec(f.Type.Kind)
	s.sensitive = f.Sensitivity
	if f.Min != nil {
		s.flo = *f.Min
		s.lo = intAtLeast(*f.Min)
	}
	if f.Max != nil {
		s.fhi = *f.Max
		s.hi = intAtMost(*f.Max)
	}
	if f.Min != nil && *f.Min >= maxIntFloat || f.Max != nil && *f.Max < -maxIntFloat {
		s.lo, s.hi = math.MaxInt64, math.MinInt64 // no int fits
	}
	if s.kind == field.List {
		item := plainSpec(f.Type.Elem)
		item.enum, item.enumSet = enumOf(f.Enum)
		s.item = &item
		s.row, s.width = newRow(f.Type.Members), len(f.Type.Members)
	} else {
		s.enum, s.enumSet = enumOf(f.Enum)
	}
	return s
}

func plainSpec(k field.Kind) spec {
	return spec{kind: k, lo: math.MinInt64, hi: math.MaxInt64, flo: math.Inf(-1), fhi: math.Inf(1)}
}

func newRow(members []field.Member) *node {
	if len(members) == 0 {
		return nil
	}
	row := &node{}
	for i, m := range members {
		s := plainSpec(m.Kind)
		row.children = append(row.children, &node{name: m.Name, leaf: &s, slot: i})
	}
	return row
}

// maxIntFloat is 2^63, the first float above every int64.
const maxIntFloat = 1 << 63

func intAtLeast(x float64) int64 {
	if x = math.Ceil(x); x > -maxIntFloat && x < maxIntFloat {
		return int64(x)
	}
	return math.MinInt64
}

func intAtMost(x float64) int64 {
	if x = math.Floor(x); x > -maxIntFloat && x < maxIntFloat {
		return int64(x)
	}
	return math.MaxInt64
}

func enumOf(values []string) ([]string, map[string]struct{}) {
	if len(values) <= smallEnum {
		return slices.Clone(values), nil
	}
	set := make(map[string]struct{}, len(values))
	for _, v := range values {
		set[v] = struct{}{}
	}
	return nil, set
}

// The store functions put a value of the right kind into a slot, or say there
// why it may not be used. An unusable value is not kept.

func (s *spec) storeInt(dst *Slot, n int64) {
	if n < s.lo || n > s.hi {
		*dst = Slot{State: OutOfRange}
		return
	}
	*dst = Slot{State: Known, Int: n}
}

func (s *spec) storeFloat(dst *Slot, x float64) {
	if !(x >= s.flo && x <= s.fhi) || math.IsInf(x, 0) { // false for NaN
		*dst = Slot{State: OutOfRange}
		return
	}
	if x == 0 {
		x = 0 // -0 and 0 are one value and must hash and print alike
	}
	*dst = Slot{State: Known, Int: int64(math.Float64bits(x))}
}

func (s *spec) storeTime(dst *Slot, ns int64) {
	if ns < minTime || ns > maxTime {
		*dst = Slot{State: OutOfRange}
		return
	}
	*dst = Slot{State: Known, Int: ns}
}

// storeString stores text that is known to be valid UTF-8 without NUL.
func (s *spec) storeString(dst *Slot, text string) {
	if len(text) > field.MaxStringBytes || !s.allows(text) {
		*dst = Slot{State: OutOfRange}
		return
	}
	*dst = Slot{State: Known, Str: text}
}

func (s *spec) allows(text string) bool {
	if s.enum != nil {
		return slices.Contains(s.enum, text)
	}
	if s.enumSet != nil {
		_, ok := s.enumSet[text]
		return ok
	}
	return true
}

// clean reports whether text from outside a body may be a value at all.
func clean(text string) bool {
	return strings.IndexByte(text, 0) < 0 && utf8.ValidString(text)
}
