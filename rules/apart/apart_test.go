package apart_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/apart"
)

// lines are the cache lines that a slice has a part of.
func lines[T any](s []T) (first, last uintptr) {
	begin := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	end := begin + uintptr(cap(s))*unsafe.Sizeof(*new(T))
	return begin / uintptr(apart.Line), (end - 1) / uintptr(apart.Line)
}

// check makes many slices of one size, which the allocator puts side by side.
func check[T any](t *testing.T, n int) {
	owner, slices := map[uintptr]int{}, [][]T{}
	for i := range 100 {
		s := apart.Slice[T](n)
		require.Len(t, s, n)
		require.Equal(t, n, cap(s))
		slices = append(slices, s) // none is freed
		first, last := lines(s)
		for l := first; l <= last; l++ {
			if other, taken := owner[l]; taken {
				require.Failf(t, "a line is shared", "%T of %d: numbers %d and %d", s, n, other, i)
			}
			owner[l] = i
		}
	}
	require.Len(t, slices, 100)
}

func TestSlicesShareNoLine(t *testing.T) {
	for n := 1; n <= 100; n++ {
		check[byte](t, n)
		check[string](t, n)
		check[[11]uint64](t, n)
	}
	require.Empty(t, apart.Slice[int](0))
}
