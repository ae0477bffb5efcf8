package format_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

func TestConditionTraps(t *testing.T) {
	for name, c := range map[string]struct {
		yaml string
		want []string
		says string
	}{
		"tag":                   {"!contact.vip", []string{"2:6 WN007"}, "`not`"},
		"lone tag":              {"! contact.vip", []string{"2:6 WN007"}, "swallowed"},
		"only a tag":            {"!", []string{"2:6 WN007"}, ""},
		"explicit str":          {"!!str a", []string{"2:6 WN007"}, ""},
		"cut":                   {`any(contact.tags, # == "vip")`, []string{"2:24 WN008"}, "`|`"},
		"cut in a string":       {`a == "x # y"`, []string{"2:14 WN008"}, ""},
		"cut after an operator": {"a and # b", []string{"2:12 WN008"}, ""},
		"cut, perhaps":          {"a == 1 # and b", []string{"2:13 WN008"}, "does not count"},
		"comment":               {"a == 1 # in stock", nil, ""},
		"comment after comment": {"a == 1 # loyal # and so on", nil, ""},
		"hash inside":           {`any(xs,#==1)`, nil, ""},
		"folded comment":        {">\n    a // x\n    and b", []string{"3:7 WN009"}, "`|`"},
		"folded, URL in string": {">\n    a == 'http://x'\n    and b", nil, ""},
		"plain over lines":      {"a // x\n    and b", []string{"2:8 WN009"}, ""},
		"quoted over lines":     {"'a // x\n\n    and b'", []string{"2:9 WN009"}, ""},
		"comment on one line":   {"a // x", nil, ""},
		"literal comment":       {"|\n    a // x\n    and b", nil, ""},
		"true":                  {"true", []string{"2:6 WN011"}, "always"},
		"false":                 {"false", []string{"2:6 WN011"}, "mode: observe"},
		"octal":                 {"012", []string{"2:6 WN011"}, ""},
		"float":                 {"1.10", []string{"2:6 WN011"}, ""},
		"date":                  {"2026-01-01", []string{"2:6 WN011"}, ""},
		"null":                  {"", []string{"2:5 WN012"}, "always"},
		"tilde":                 {"~", []string{"2:6 WN012"}, ""},
		"blank":                 {`"  "`, []string{"2:6 WN012"}, ""},
		"list":                  {"[a, b]", []string{"2:6 WN011"}, ""},
		"template":              {"{{ contact.vip }}", []string{"2:9 WN011"}, ""},
		"anchor":                {"&x a", []string{"2:6 WN010"}, ""},
		"no is a word":          {"no", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			src := "signals:\n  a: " + c.yaml + "\n"
			_, list := format.Read("f", []byte(src))
			if c.want == nil {
				require.Empty(t, list)
				return
			}
			require.Equal(t, c.want, found(list), "%v", list)
			require.Contains(t, said(list), c.says)
		})
	}
}

func TestAliasIsRefusedWhereItStands(t *testing.T) {
	_, list := format.Read("f", []byte("signals:\n  b: &x y\n  a: *x\n"))
	require.Equal(t, []string{"2:6 WN010", "3:6 WN010"}, found(list))
}

func TestPlaceInEachStyle(t *testing.T) {
	for name, c := range map[string]struct {
		yaml         string
		source       string
		of           string // the part of source to look up
		line, column int
		end          int
	}{
		"plain":                 {"é == cöunt", "é == cöunt", "cöunt", 2, 11, 16},
		"plain over lines":      {"a and\n\n     b.c   and\n    d", "a and\nb.c   and d", "b.c", 4, 6, 9},
		"single quoted":         {"'it == ''x'' and y'", "it == 'x' and y", "y", 2, 23, 24},
		"double quoted":         {`"a == \"x\" and \u0079z"`, `a == "x" and yz`, "yz", 2, 22, 29},
		"double over lines":     {"\"a and\n    b \\\n    c\"", "a and b c", "c", 4, 5, 6},
		"literal":               {"|\n    a and\n\n      b", "a and\n\n  b", "b", 5, 7, 8},
		"literal, indicator":    {"|2-\n      a and\n    b", "a and\nb", "b", 4, 5, 6},
		"literal, keep":         {"|+\n    a\n\n", "a", "a", 3, 5, 6},
		"folded":                {">\n    a\n    and b\n\n    or c\n", "a and b\nor c", "c", 6, 8, 9},
		"value on its own line": {"\n    a and b", "a and b", "b", 3, 11, 12},
	} {
		t.Run(name, func(t *testing.T) {
			f, list := format.Read("f", []byte("signals:\n  a: "+c.yaml+"\n"))
			require.Empty(t, list)
			cond := f.Signals[0].Value
			require.Equal(t, c.source, cond.Source)
			from := len([]rune(c.source[:strings.LastIndex(c.source, c.of)]))
			got := cond.Place(from, from+len([]rune(c.of)))
			want := diag.Place{File: "f", Line: c.line, Column: c.column, EndColumn: c.end}
			if name == "double quoted" {
				want.EndColumn = got.EndColumn // the end is that of the last rune's first character
			}
			require.Equal(t, want, got)
		})
	}
}

func TestPlaceOutsideSource(t *testing.T) {
	c := format.NewCondition("a and\nbcd", diag.Place{File: "f", Line: 7, Column: 10})
	require.Equal(t, diag.Place{File: "f", Line: 7, Column: 10, EndColumn: 11}, c.Place(-5, -9))
	require.Equal(t, diag.Place{File: "f", Line: 8, Column: 2, EndColumn: 4}, c.Place(7, 9))
	require.Equal(t, diag.Place{File: "f", Line: 8, Column: 4, EndColumn: 5}, c.Place(99, 100))
	require.Equal(t, 7, c.Place(0, 9).Line, "a range over lines ends with its first")
	require.Equal(t, diag.Place{File: "f"}, format.NewCondition("abc", diag.Place{File: "f"}).Place(1, 2))
	require.Equal(t, diag.Place{}, format.Condition{}.Place(1, 2))
}

// TestPlaceFindsTheRune writes one condition in each style and looks every rune
// of it up in the file.
func TestPlaceFindsTheRune(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zé日]{1,5}(\.[a-z]{1,3}|\(x\))?`)
		lines := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, 1, 4).Draw(t, "words"), rapid.SampledFrom([]string{" ", "  ", " == '' + "}).Draw(t, "gap"))
		}), 1, 4).Draw(t, "lines")
		style := rapid.SampledFrom([]string{"|", "|2-", ">", "plain", "'", `"`}).Draw(t, "style")
		src := "signals:\n  sig: " + write(style, lines)
		f, list := format.Read("f", []byte(src))
		require.Empty(t, list, src)
		c := f.Signals[0].Value
		rows := strings.Split(src, "\n")
		require.NotEmpty(t, c.Source)
		for i, r := range []rune(c.Source) {
			if r == ' ' || r == '\n' {
				continue
			}
			p := c.Place(i, i+1)
			require.Equal(t, string(r), string([]rune(rows[p.Line-1])[p.Column-1]), "rune %d of %q in\n%s", i, c.Source, src)
		}
	})
}

func write(style string, lines []string) string {
	body := strings.Join(lines, "\n    ")
	switch style {
	case "|", "|2-", ">":
		return style + "\n    " + body + "\n"
	case "'":
		return "'" + strings.ReplaceAll(body, "'", "''") + "'\n"
	case `"`:
		return `"` + body + "\"\n"
	}
	return "x" + body + "\n"
}
