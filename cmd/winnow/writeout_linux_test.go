package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is set aside for a screening's output is given back, whether the run comes to
// its end or not.
func TestScreenGivesBackWhatItSetAside(t *testing.T) {
	dir, _ := audienceFiles(t, 40_000)
	for name, most := range map[string]int{"whole": 1 << 30, "interrupted": 50} {
		ctx, cancel := context.WithCancel(t.Context())
		looks := 0
		e := &env{stdin: &bytes.Buffer{}, stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, now: func() time.Time {
			if looks++; looks == most { // once a part
				cancel()
			}
			return scriptNow
		}}
		out := filepath.Join(dir, name)
		e.run(ctx, []string{"screen", filepath.Join(dir, "rules"), filepath.Join(dir, "contacts.ndjson"), "-o", out})
		require.Equal(t, looks >= most, ctx.Err() != nil)
		cancel()
		info, err := os.Stat(out)
		require.NoError(t, err)
		require.Greater(t, info.Size(), int64(writeOutEvery), "%s: too little for anything to be set aside", name)
		require.Less(t, info.Sys().(*syscall.Stat_t).Blocks*512-info.Size(), int64(1<<20), name)
	}
}
