package format_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/format"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestFormatMatchesGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/tidy/*.in.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, inputs)
	for _, input := range inputs {
		src, err := os.ReadFile(input)
		require.NoError(t, err)
		out, err := format.Format(src)
		require.NoError(t, err)
		golden := strings.TrimSuffix(input, ".in.yaml") + ".golden"
		if *update {
			require.NoError(t, os.WriteFile(golden, out, 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), string(out))
		again, err := format.Format(out)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	}
}

func TestFormatLeavesTheSampleAlone(t *testing.T) {
	out, err := format.Format(sample(t))
	require.NoError(t, err)
	require.Equal(t, string(sample(t)), string(out))
}

func TestFormat(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"nothing":              {"", ""},
		"only comments":        {"\n  # a\n\n\n# b  \n\n", "# a\n\n# b\n"},
		"windows":              {"\ufeffa: b\r\nc: d\r\n", "a: b\nc: d\n"},
		"no line end":          {"a: b", "a: b\n"},
		"dash under its key":   {"gates:\n- id: a\n", "gates:\n  - id: a\n"},
		"dash in a dash":       {"a:\n-  - b\n   -   c\n", "a:\n  - - b\n    - c\n"},
		"dash on its own":      {"a:\n-\n    b: c\n", "a:\n  -\n    b: c\n"},
		"empty items":          {"a:\n-\n-  # x\n", "a:\n  -\n  -  # x\n"},
		"value on its own":     {"a:\n      b\n", "a:\n  b\n"},
		"plain stays":          {"signals:\n  a: b == 'x'  # why\n", "signals:\n  a: b == 'x'  # why\n"},
		"in braces stays":      {"personas: [{when: 'a'}]\n", "personas: [{when: 'a'}]\n"},
		"quoted":               {"signals:\n    a: 'x'   # why\n", "signals:\n  a: | # why\n    x\n"},
		"quoted in an item":    {"gates:\n- require: \"a\"\n  id: x\n", "gates:\n  - require: |\n      a\n    id: x\n"},
		"over lines":           {"signals:\n  a:\n    b\n      and c\n  d: e\n", "signals:\n  a: |\n    b\n    and c\n  d: e\n"},
		"folded":               {"signals:\n  a: >\n    b\n\n    or c\n\n\n  d: e\n", "signals:\n  a: |\n    b\n    or c\n\n  d: e\n"},
		"comment in the way":   {"signals:\n  a:\n    # why\n    'x'\n", "signals:\n  a:\n    # why\n    'x'\n"},
		"folded comment stays": {"signals:\n  a: >\n    b // c\n", "signals:\n  a: >\n    b // c\n"},
		"break in a string":    {"signals:\n  a: b == 'x\n     y'\n", "signals:\n  a: b == 'x\n    y'\n"},
		"not a condition":      {"other:\n  when: 'x'\n", "other:\n  when: 'x'\n"},
		"literal moves":        {"a:\n      b: |\n            x\n              y\n\n            z\nc: d\n", "a:\n  b: |\n    x\n      y\n\n    z\nc: d\n"},
		"literal with a hash":  {"a: |\n      # x\n\n\n      y\n", "a: |\n  # x\n\n\n  y\n"},
		"literal keeps blanks": {"a: |+\n  x\n\n\nb: c\n", "a: |+\n  x\n\n\nb: c\n"},
		"literal at the end":   {"a: |+\n  x\n\n", "a: |+\n  x\n\n"},
		"indent indicator":     {"a:\n    b: |2\n         x\n", "a:\n  b: |2\n       x\n"},
		"flow over lines":      {"a:\n    b: [1,\n        2]\n", "a:\n  b: [1,\n      2]\n"},
		"comments at the end":  {"a:\n    b: c\n    # of b\n# of the file\n", "a:\n  b: c\n  # of b\n# of the file\n"},
		"comment before":       {"a:\n# of b\n    b: c\n", "a:\n  # of b\n  b: c\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := format.Format([]byte(c.src))
			require.NoError(t, err)
			require.Equal(t, c.want, string(got))
		})
	}
}

func TestFormatRefusesWhatItCannotRead(t *testing.T) {
	for _, src := range []string{"a: [", "a: b\n---\nc: d\n", "a: \x00\n", "a: 'x\n"} {
		_, err := format.Format([]byte(src))
		require.ErrorContains(t, err, "line ", src)
	}
}

func TestFormatAsFindsConditionsOfOtherFiles(t *testing.T) {
	src := "name: n\ncases:\n- expect: 'a'\n  input: {when: 'x'}\n"
	out, err := format.FormatAs[testFile]([]byte(src))
	require.NoError(t, err)
	require.Equal(t, "name: n\ncases:\n  - expect: |\n      a\n    input: {when: 'x'}\n", string(out))
}
