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

func TestRestorePagesRestoresWhatTheMaskNames(t *testing.T) {
	m := lmem.New(lmem.NewBudget(8<<20, nil))
	m.Allocate(0, 1<<20)
	m.Reallocate(256 << 10)
	s := lmem.Take(m)
	for _, mask := range []uint64{0, 1, 1 << 63, 0b1011, ^uint64(0), 0xf0f0f0f0f0f0f0f0, 0xffffffffffffffe0} {
		for p := range 64 {
			m.Bytes()[p*4096], m.Bytes()[p*4096+4095] = 1, 1
		}
		require.True(t, m.RestorePages(s, mask))
		for p := range 64 {
			want := byte(1 - mask>>p&1)
			require.Equal(t, want, m.Bytes()[p*4096], "mask %x page %d", mask, p)
			require.Equal(t, want, m.Bytes()[p*4096+4095], "mask %x page %d", mask, p)
		}
	}
	m.Free()
}
