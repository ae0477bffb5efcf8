package audience_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
)

func TestCells(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "anna": "anna", "a,b": `"a,b"`, `a"b`: `"a""b"`, "a\nb": "\"a\nb\"", "+48 (123) 456-789": "+48 (123) 456-789", "-5.5": "-5.5",
		"=1+1": "'=1+1", "@x": "'@x", "-x": "'-x", "+x": "'+x", "\tx": "'\tx", `=a,"b"`: `"'=a,""b"""`,
	} {
		require.Equal(t, want, string(audience.AppendCell(nil, text)), "%q", text)
	}
}
