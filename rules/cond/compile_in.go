package cond

import "slices"

// smallSet is up to which size looking through a list beats hashing.
const smallSet = 8

// textSet makes a function that reports whether a fixed list holds a text.
func textSet(values []string) func(string) bool {
	if len(values) > smallSet {
		set := make(map[string]struct{}, len(values))
		for _, v := range values {
			set[v] = struct{}{}
		}
		return func(s string) bool {
			_, ok := set[s]
			return ok
		}
	}
	packed := make([]uint64, len(values))
	for i, v := range values {
		if len(v) > maxPacked {
			return func(s string) bool { return slices.Contains(values, s) }
		}
		packed[i] = pack(v)
	}
	return func(s string) bool {
		if len(s) > maxPacked {
			return false
		}
		return slices.Contains(packed, pack(s))
	}
}

// maxPacked is the longest text that fits, with its length, in a word. Country
// and language codes do: comparing words spares a call for each value.
const maxPacked = 7

func pack(s string) uint64 {
	w := uint64(len(s)) << 56
	for i := range len(s) {
		w |= uint64(s[i]) << (8 * i)
	}
	return w
}

func numSet[T int64 | float64](values []T) func(T) bool {
	if len(values) <= smallSet {
		return func(x T) bool { return slices.Contains(values, x) }
	}
	set := make(map[T]struct{}, len(values))
	for _, v := range values {
		set[v] = struct{}{}
	}
	return func(x T) bool {
		_, ok := set[x]
		return ok
	}
}

// compileIn is x in list, for a fixed list or a list field.
func compileIn(n *node) triFn {
	x, list := n.args[0], n.args[1]
	if list.op != opList {
		return inField(x, list)
	}
	switch v := list.val.(type) {
	case []string:
		return lookUp(compileText(x), textSet(v))
	case []int64:
		if x.typ.kind == kInt {
			return lookUp(compileInt(x), numSet(v))
		}
	}
	return lookUp(compileFloat(x), numSet(floatsOf(list.val)))
}

// lookUp asks a fixed list for a value.
func lookUp[T any, G ~func(*Frame) (T, Tri)](get G, holds func(T) bool) triFn {
	return func(f *Frame) Tri {
		x, st := get(f)
		if st != True {
			return st
		}
		return Of(holds(x))
	}
}

func floatsOf(v any) []float64 {
	if ints, ok := v.([]int64); ok {
		out := make([]float64, len(ints))
		for i, x := range ints {
			out[i] = float64(x)
		}
		return out
	}
	fs, _ := v.([]float64)
	return fs
}

// inField looks a value up in a list field.
func inField(x, list *node) triFn {
	get := compileList(list)
	if list.typ.elem == kString {
		key := compileText(x)
		return func(f *Frame) Tri {
			s, st := key(f)
			l, st2 := get(f)
			if st != True || st2 != True {
				return And(st, st2)
			}
			return Of(slices.Contains(f.Facts.Strs[l.off:l.off+l.n], s))
		}
	}
	if list.typ.elem == kFloat || x.typ.kind == kFloat {
		return inFloats(x, list, get)
	}
	key := compileInt(x)
	return func(f *Frame) Tri {
		i, st := key(f)
		l, st2 := get(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		return Of(slices.Contains(f.Facts.Nums[l.off:l.off+l.n], i))
	}
}

func inFloats(x, list *node, get listFn) triFn {
	key, whole := compileFloat(x), list.typ.elem == kInt
	return func(f *Frame) Tri {
		i, st := key(f)
		l, st2 := get(f)
		if st != True || st2 != True {
			return And(st, st2)
		}
		for _, v := range f.Facts.Nums[l.off : l.off+l.n] {
			if whole && float64(v) == i || !whole && bitsFloat(v) == i {
				return True
			}
		}
		return False
	}
}

// compileHas is has(list, v, …): true when the list holds any of the values.
func compileHas(n *node) triFn {
	get, values := compileList(n.args[0]), n.args[1]
	if texts, ok := values.val.([]string); ok {
		holds := textSet(texts)
		return func(f *Frame) Tri {
			l, st := get(f)
			if st != True {
				return st
			}
			return Of(slices.ContainsFunc(f.Facts.Strs[l.off:l.off+l.n], holds))
		}
	}
	holds, whole := numSet(floatsOf(values.val)), n.args[0].typ.elem == kInt
	return func(f *Frame) Tri {
		l, st := get(f)
		if st != True {
			return st
		}
		for _, v := range f.Facts.Nums[l.off : l.off+l.n] {
			if whole && holds(float64(v)) || !whole && holds(bitsFloat(v)) {
				return True
			}
		}
		return False
	}
}
