package main

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSideBySideDoesEachOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		did := make([]atomic.Int32, n)
		sideBySide(n, func(i int) { did[i].Add(1) })
		for i := range did {
			require.EqualValues(t, 1, did[i].Load(), i)
		}
	}
}
