package diag_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

const ruleFile = "winnow: 1\n" +
	"personas:\n" +
	"\t- id: 日本 kínd: x\n" +
	"  - name: cafe\u0301 e\u0301vil: y\n" +
	"  - when: \x1b[31m red\n"

func sample() diag.List {
	return diag.List{
		{Place: diag.Place{File: "rules/a.yaml"}, Code: diag.FileTooLarge, Message: "the file is too large"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 1, Column: 9, EndColumn: 10}, Code: diag.FormatVersion, Message: "not this format", Hint: "write `winnow: 1`"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 3, Column: 11, EndColumn: 15}, Severity: diag.Warn, Code: diag.UnknownKey, Message: "tab and wide runes before"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 4, Column: 17, EndColumn: 22}, Severity: diag.Hint, Code: diag.UnknownKey, Message: "combining runes before: 100%, so\nit goes"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 5}, Code: diag.BadEncoding, Message: "a line without a column"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 5, Column: 900, EndColumn: 3}, Code: diag.BadEncoding, Message: "a column behind the end"},
		{Place: diag.Place{File: "rules/a.yaml", Line: 77, Column: 1}, Code: diag.BadEncoding, Message: "a line behind the end"},
		{Place: diag.Place{File: "b, c: d.yaml", Line: 1, Column: 1}, Code: "WN999", Message: "no source, no such code"},
		{Code: diag.EmptyBundle, Message: "no place at all"},
	}
}

func sources(file string) ([]byte, bool) {
	return []byte(ruleFile), file == "rules/a.yaml"
}

func TestWritersMatchGolden(t *testing.T) {
	for name, write := range map[string]func(io.Writer) error{
		"text.golden":   func(w io.Writer) error { return diag.WriteText(w, sample(), sources, false) },
		"color.golden":  func(w io.Writer) error { return diag.WriteText(w, sample()[1:3], sources, true) },
		"json.golden":   func(w io.Writer) error { return diag.WriteJSON(w, sample()) },
		"github.golden": func(w io.Writer) error { return diag.WriteGitHub(w, sample()) },
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, write(&out))
			path := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, string(want), out.String())
		})
	}
}

func TestSARIFNamesEachRuleAndPlace(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, diag.WriteSARIF(&out, sample()))
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Rules []struct{ ID, HelpURI string }
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex *int
				Level     string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           *struct{ StartLine, StartColumn, EndColumn int }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &log))
	require.Equal(t, "2.1.0", log.Version)
	run := log.Runs[0]
	require.Len(t, run.Tool.Driver.Rules, len(diag.Codes()))
	require.Len(t, run.Results, len(sample()))
	for _, r := range run.Results {
		if r.RuleIndex != nil {
			require.Equal(t, r.RuleID, run.Tool.Driver.Rules[*r.RuleIndex].ID)
		}
	}
	require.Nil(t, run.Results[0].Locations[0].PhysicalLocation.Region)
	require.Equal(t, 9, run.Results[1].Locations[0].PhysicalLocation.Region.StartColumn)
	require.Equal(t, []string{"error", "warning", "note"}, []string{run.Results[1].Level, run.Results[2].Level, run.Results[3].Level})
	require.Equal(t, "b,%20c:%20d.yaml", strings.TrimPrefix(run.Results[7].Locations[0].PhysicalLocation.ArtifactLocation.URI, "./"))
	require.Empty(t, run.Results[8].Locations)
}

func TestLongLinesAreCut(t *testing.T) {
	long := strings.Repeat("a", 3000) + "HERE" + strings.Repeat("b", 3000)
	list := diag.List{{Place: diag.Place{File: "f", Line: 1, Column: 3001, EndColumn: 3005}, Message: "m"}}
	var out bytes.Buffer
	require.NoError(t, diag.WriteText(&out, list, func(string) ([]byte, bool) { return []byte(long), true }, false))
	lines := strings.Split(out.String(), "\n")
	require.Less(t, len(lines[1]), 200)
	require.Equal(t, strings.Index(strings.ReplaceAll(lines[1], "…", "."), "HERE"), strings.Index(lines[2], "^~~~"))
}

func TestTextWithoutSources(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, diag.WriteText(&out, sample(), nil, false))
	require.NotContains(t, out.String(), " | ")
}
