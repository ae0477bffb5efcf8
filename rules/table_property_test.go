package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/rules"
)

// A table says the same as a request that brings the values itself.
func TestTableEqualsTheBody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := strings.Builder{}
		table.WriteString("# as_of: 2026-11-01\ncontact.id,rfm.r,rfm.segment,abcxyz.abc,trend.slipping\n")
		n := rapid.IntRange(1, 30).Draw(t, "rows")
		bodies := make([]string, n)
		for i := range n {
			var parts []string
			cell := func(group, name, csv, json string) string {
				if csv == "" {
					return ""
				}
				parts = append(parts, fmt.Sprintf(`%q:{%q:%s}`, group, name, json))
				return csv
			}
			text := func(group, name string, values ...string) string {
				v := rapid.SampledFrom(append(values, "")).Draw(t, name)
				return cell(group, name, v, fmt.Sprintf("%q", v))
			}
			bare := func(group, name string, values ...string) string {
				v := rapid.SampledFrom(append(values, "")).Draw(t, name)
				return cell(group, name, v, v)
			}
			// One of the two fields of rfm, since a body holds each group once.
			r, segment := "", ""
			if rapid.Bool().Draw(t, "r") {
				r = bare("rfm", "r", "1", "4", "5")
			} else {
				segment = text("rfm", "segment", "Champions", "Lost", "Can't, perhaps")
			}
			quoted := segment
			if strings.Contains(segment, ",") {
				quoted = `"` + segment + `"`
			}
			fmt.Fprintf(&table, "c%d,%s,%s,%s,%s\n", i, r, quoted, text("abcxyz", "abc", "A", "B", "C"), bare("trend", "slipping", "true", "false"))
			bodies[i] = strings.Join(append([]string{fmt.Sprintf(`"contact":{"id":"c%d"}`, i)}, parts...), ",")
		}
		with, list := rules.Compile(fsOf(map[string]string{"r.yaml": classRules, "data/classes.csv": table.String()}), rules.Options{})
		require.NotNil(t, with, list)
		_, own, _ := strings.Cut(classRules, "personas:")
		without, list := rules.Compile(fsOf(map[string]string{"r.yaml": head + "personas:" + own}), rules.Options{})
		require.NotNil(t, without, list)
		for i, body := range bodies {
			a := answerOf(t, with, fmt.Sprintf(`{"contact":{"id":"c%d"}}`, i))
			b := answerOf(t, without, "{"+body+"}")
			require.Equal(t, b, a, body)
		}
	})
}

// answerOf is a decision's outcome, personas and reasons, apart from its bundle.
func answerOf(t require.TestingT, b *rules.Bundle, body string) string {
	in, err := b.Input([]byte(body), tableDay)
	require.NoError(t, err)
	defer in.Release()
	d := b.Decide(in)
	return fmt.Sprint(d.Send, d.Action, d.Personas, d.Reasons)
}

// Whatever a table holds, compiling gives a bundle that decides, or mistakes.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{classTable, "", "#", "# as_of: x\ncontact.id\n", "contact.id,rfm.r\n\"a\nb\",1\n", "contact.email,abcxyz.abc\na@b,A\n A@B ,B\n", "\xff,\x00\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, table string) {
		b, list := rules.Compile(fsOf(map[string]string{"r.yaml": classRules, "data/classes.csv": table}), rules.Options{})
		require.Equal(t, b == nil, list.HasErrors())
		if b != nil {
			answerOf(t, b, `{"contact":{"id":"ben","email":"a@b"}}`)
		}
	})
}
