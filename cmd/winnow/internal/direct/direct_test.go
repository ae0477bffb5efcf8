package direct

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// open makes a file of some length and goes on at its end.
func open(t require.TestingT, name string, length, cached int64) (*File, []byte) {
	begun := make([]byte, length)
	for i := range begun {
		begun[i] = byte(i%251 + 1)
	}
	require.NoError(t, os.WriteFile(name, begun, 0o600))
	plain, err := os.OpenFile(name, os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = plain.Seek(length, 0)
	require.NoError(t, err)
	f, err := New(plain, cached)
	require.NoError(t, err)
	return f, begun
}

// holds tells that any program reads what was written.
func holds(t require.TestingT, f *File, want []byte) {
	require.NoError(t, f.Flush())
	got, err := os.ReadFile(f.Name())
	require.NoError(t, err)
	require.Equal(t, len(want), len(got))
	require.True(t, bytes.Equal(want, got))
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	name := filepath.Join(t.TempDir(), "file")
	directly := 0
	rapid.Check(t, func(t *rapid.T) {
		sized := rapid.Int64Range(0, 3*block)
		f, want := open(t, name, sized.Draw(t, "begun"), sized.Draw(t, "cached"))
		defer f.Close()
		sizes := rapid.OneOf(rapid.IntRange(0, 300), rapid.SampledFrom([]int{block, 2 * block, room - 1, room, 2*room + 7}))
		for range rapid.IntRange(1, 30).Draw(t, "writes") {
			p := bytes.Repeat([]byte{byte(rand.N(255) + 1)}, sizes.Draw(t, "size"))
			n, err := f.Write(p)
			require.NoError(t, err)
			require.Equal(t, len(p), n)
			want = append(want, p...)
			if rapid.IntRange(0, 5).Draw(t, "flush") == 0 {
				holds(t, f, want)
			}
		}
		holds(t, f, want)
		if f.buf != nil && !f.plain {
			directly++
		}
	})
	if directly == 0 {
		t.Log("the directory for temporary files can't be written directly: set TMPDIR to one on ext4 or XFS")
	}
}

// A disk may ask for more than a write keeps to: it is then written as any other,
// and nothing is lost.
func TestARefusedWriteIsDoneTheOrdinaryWay(t *testing.T) {
	f, want := open(t, filepath.Join(t.TempDir(), "file"), 100, 0)
	defer f.Close()
	write := func(p []byte) {
		_, err := f.Write(p)
		require.NoError(t, err)
		want = append(want, p...)
	}
	write([]byte("begin"))
	if f.buf == nil {
		t.Skip("the directory for temporary files can't be written directly: set TMPDIR to one on ext4 or XFS")
	}
	odd := make([]byte, room+1)[1:1] // memory that begins at an odd place
	f.buf = append(odd[:0:room], f.buf...)
	write(bytes.Repeat([]byte("0123456789"), room/4))
	require.True(t, f.plain)
	holds(t, f, want)
}

func TestAFailedWriteIsTold(t *testing.T) {
	for _, cached := range []int64{0, 10 * room} {
		f, _ := open(t, filepath.Join(t.TempDir(), "file"), 10, cached)
		_, err := f.Write([]byte("begin"))
		require.NoError(t, err)
		require.NoError(t, f.Close())
		_, err = f.Write(make([]byte, 2*room))
		require.ErrorIs(t, err, os.ErrClosed)
		if f.buf != nil {
			require.ErrorIs(t, f.Flush(), os.ErrClosed)
		}
	}
}
