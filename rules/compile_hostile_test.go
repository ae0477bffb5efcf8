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
