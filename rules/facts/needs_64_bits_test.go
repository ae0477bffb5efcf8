package facts_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"
)

// On a system of 32 bits nothing compiles that could decide otherwise.
func TestOnly64Bits(t *testing.T) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "needs_64_bits.go", nil, 0)
	require.NoError(t, err)
	for arch, fits := range map[string]bool{"amd64": true, "arm64": true, "386": false, "arm": false} {
		c := types.Config{Sizes: types.SizesFor("gc", arch)}
		_, err := c.Check("facts", files, []*ast.File{file}, nil)
		require.Equal(t, fits, err == nil, "%s: %v", arch, err)
	}
}
