package flush

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// kinds are the two ways to flush, the first only where the system has it.
var kinds = map[string]func(f *File){
	"as the system can": func(*File) {},
	"in the foreground": func(f *File) {
		if f.background != nil {
			f.background.close()
			f.background = nil
		}
	},
}

func written(t testing.TB, prepare func(*File)) (f *File, other *os.File) {
	path := filepath.Join(t.TempDir(), "file")
	other, err := os.Create(path)
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.Close() })
	f, err = Open(path)
	require.NoError(t, err)
	prepare(f)
	return f, other
}

func TestSync(t *testing.T) {
	for name, prepare := range kinds {
		t.Run(name, func(t *testing.T) {
			f, other := written(t, prepare)
			for i := range 100 {
				_, err := fmt.Fprintln(other, i)
				require.NoError(t, err)
				require.NoError(t, f.Sync())
			}
			require.NoError(t, f.Close())
			require.Error(t, f.f.Sync(), "closed")
		})
	}
}

func TestFilesThatCannotBeFlushedSaySo(t *testing.T) {
	for name, prepare := range kinds {
		t.Run(name, func(t *testing.T) {
			r, w, err := os.Pipe()
			require.NoError(t, err)
			defer w.Close()
			f := &File{r, newBackground()}
			prepare(f)
			require.Error(t, f.Sync())
			require.NoError(t, f.Close())
		})
	}
}

// TestRefused takes the background away while it is in use, as a file system
// without it would.
func TestRefused(t *testing.T) {
	f, other := written(t, func(*File) {})
	if f.background == nil {
		t.Skip("this system does not flush in the background: run the test on Linux 4.18 or later, outside of a sandbox that forbids io_setup")
	}
	_, err := other.WriteString("one")
	require.NoError(t, err)
	require.NoError(t, f.Sync())
	require.NotNil(t, f.background, "it served")
	f.background.destroy()
	require.NoError(t, f.Sync(), "in the foreground")
	require.Nil(t, f.background)
	require.NoError(t, f.Sync())
	require.NoError(t, f.Close())
}

func TestOpenNothing(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func BenchmarkSync(b *testing.B) {
	for name, prepare := range kinds {
		b.Run(name, func(b *testing.B) {
			f, other := written(b, prepare)
			block := make([]byte, 32<<10)
			for b.Loop() {
				_, err := other.WriteAt(block, 0)
				require.NoError(b, err)
				require.NoError(b, f.Sync())
			}
			require.NoError(b, f.Close())
		})
	}
}
