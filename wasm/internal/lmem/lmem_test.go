package lmem_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm/internal/lmem"
)

func TestRestoreBringsBackEveryByte(t *testing.T) {
	for _, size := range []uint64{64 << 10, lmem.CopyLimit, 1 << 20} {
		b := lmem.NewBudget(8<<20, nil)
		m := lmem.New(b)
		m.Allocate(0, 2<<20)
		copy(m.Reallocate(size), bytes.Repeat([]byte("clean..."), int(size/8)))
		s := lmem.Take(m)
		for round := range 3 {
			before := append([]byte(nil), m.Bytes()...)
			for i := round; i < len(m.Bytes()); i += 4093 {
				m.Bytes()[i] = 0xee
			}
			require.False(t, bytes.Equal(before, m.Bytes()))
			require.True(t, m.Restore(s))
			require.True(t, bytes.Equal(bytes.Repeat([]byte("clean..."), int(size/8)), m.Bytes()), "size %d round %d", size, round)
		}
		m.Reallocate(size + 64<<10)
		require.False(t, m.Restore(s), "a grown memory is given up")
		m.Free()
		s.Close()
		require.Zero(t, b.Used())
	}
}

func TestBudgetRefusesAndMarks(t *testing.T) {
	asked := 0
	b := lmem.NewBudget(128<<10, func() bool { asked++; return false })
	m := lmem.New(b)
	m.Allocate(0, 1<<20)
	require.NotNil(t, m.Reallocate(128<<10))
	require.Nil(t, m.Reallocate(192<<10))
	require.True(t, m.Starved)
	require.Equal(t, 1, asked)
	m.Free()
	require.Zero(t, b.Used())
}
