package wbin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
	"github.com/winnow-gate/winnow/wasm/internal/wbuild"
	"github.com/winnow-gate/winnow/wasm/internal/wgen"
)

// FuzzParse feeds arbitrary bytes through everything that runs before the
// engine validates a module: none of it may panic.
func FuzzParse(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(wgen.Generate(seed).Bytes)
	}
	f.Add([]byte(wbin.Magic))
	f.Fuzz(func(_ *testing.T, b []byte) {
		m, err := wbin.Parse(b, wbin.DefaultCaps())
		if err != nil {
			return
		}
		st, err := wbin.Scan(m, wbin.DefaultCaps())
		if err != nil {
			return
		}
		_, _ = meter.Rewrite(m, st, meter.Options{MaxPages: 16})
	})
}

func scan(t *testing.T, b *wbuild.Builder) (*wbin.Stats, error) {
	t.Helper()
	m, err := wbin.Parse(b.Bytes(), wbin.DefaultCaps())
	if err != nil {
		return nil, err
	}
	return wbin.Scan(m, wbin.DefaultCaps())
}

func TestScanMeasuresAFunction(t *testing.T) {
	b := &wbuild.Builder{}
	b.Func("f", "il", "i", "d", `
		block
		  block
		    local.get 0 br_table [0 1 0]
		  end
		end
		local.get 0 local.get 0 local.get 0 i32.add i32.add`)
	st, err := scan(t, b)
	require.NoError(t, err)
	f := st.Funcs[0]
	require.Equal(t, 2, f.Blocks)
	require.Equal(t, 2, f.Nesting)
	require.Equal(t, 3, f.Branches)
	require.Equal(t, 2, f.Table)
	require.Equal(t, 3, f.Locals)
	require.Equal(t, 3, f.Stack)
	require.False(t, f.Calls)
}

func TestScanNamesFunctionAndLimit(t *testing.T) {
	b := &wbuild.Builder{}
	f := b.Func("deep", "", "", "", func() string {
		s := ""
		for range 800 {
			s += "block "
		}
		for range 800 {
			s += "end "
		}
		return s
	}())
	b.Export("deep", wbin.ExternFunc, f)
	_, err := scan(t, b)
	require.EqualError(t, err, `function #0 "deep": nesting of blocks: 769, at most 768 allowed`)
}
