package rules_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

// A pipe or a device in a bundle has no end: opening it would wait for ever.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	for _, name := range []string{"p.yaml", "p.csv", "p.wasm"} {
		_, list := rules.Compile(fstest.MapFS{name: {Mode: fs.ModeNamedPipe, Data: []byte("winnow: 1")}}, rules.Options{})
		require.True(t, list.HasErrors())
		require.Equal(t, "the file can't be read: it is a pipe or a device; a bundle holds regular files", list[0].Message)
	}
}

// A limit that can't be kept as it is written is refused, not taken for another.
func TestModuleLimitsAreWholeNumbers(t *testing.T) {
	for _, limit := range []string{"fuel: 0", "fuel: 1.5", "instances: 0.2", "memory_pages: 4294967297", "memory_pages: 1e30", "host_calls: -1"} {
		_, list := rules.Compile(fstest.MapFS{
			"m.wasm": {},
			"r.yaml": {Data: []byte("winnow: 1\nmodules:\n  - {id: m, file: m.wasm, limits: {" + limit + "}}\n")},
		}, rules.Options{})
		require.Len(t, list, 1, limit)
		require.Contains(t, list[0].Message, "the limit ", limit)
		require.Equal(t, 3, list[0].Place.Line)
	}
}
