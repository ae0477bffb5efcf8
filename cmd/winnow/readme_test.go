package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	return string(text)
}

// fences returns what stands between ```kind and ```.
func fences(t *testing.T, kind string) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile("(?s)\n```"+kind+"\n(.*?)\n```\n").FindAllStringSubmatch(readme(t), -1) {
		out = append(out, m[1]+"\n")
	}
	require.NotEmpty(t, out, kind)
	return out
}

// The rule file of the README compiles, without a warning, and passes the tests
// of the README.
func TestReadmeRulesAndTests(t *testing.T) {
	files := fstest.MapFS{}
	for _, text := range fences(t, "yaml") {
		if strings.HasPrefix(text, "winnow_sources:") {
			continue
		}
		name := "readme.yaml"
		if strings.HasPrefix(text, "winnow_test:") {
			name = "readme_test.yaml"
		}
		require.Nil(t, files[name], "the README has one of each")
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	require.Len(t, files, 2)
	b, list := rules.Compile(files, rules.Options{})
	require.Empty(t, list)
	r := ruletest.Run(b, ruletest.Options{})
	require.Empty(t, r.Diagnostics)
	var out bytes.Buffer
	require.NoError(t, r.WriteText(&out, false))
	require.True(t, r.OK(), out.String())
}

// So does its file of sources.
func TestReadmeSources(t *testing.T) {
	for _, text := range fences(t, "yaml") {
		if !strings.HasPrefix(text, "winnow_sources:") {
			continue
		}
		r := sources.Load("sources.yaml", []byte(text), sources.Options{
			Platforms: platforms.All(), Getenv: func(string) string { return "a secret of the shop" },
		})
		require.Empty(t, r.List)
		require.NotEmpty(t, r.Configs)
		return
	}
	t.Fatal("the README has no file of sources")
}

// tableOf returns the rows of the README's table with these heads.
func tableOf(t *testing.T, heads string) [][]string {
	t.Helper()
	_, rest, ok := strings.Cut(readme(t), "\n| "+heads+" |\n")
	require.True(t, ok, heads)
	var rows [][]string
	for line := range strings.SplitSeq(rest, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		if !strings.HasPrefix(line, "|---") {
			rows = append(rows, strings.Split(strings.Trim(line, "| "), " | "))
		}
	}
	require.NotEmpty(t, rows)
	return rows
}

func TestReadmeMissingDataTable(t *testing.T) {
	for _, row := range tableOf(t, "condition | contact | value") {
		condition, contact, want := strings.Trim(row[0], "` "), strings.Trim(row[1], "` "), strings.TrimSpace(row[2])
		require.Equal(t, want, valueOf(t, condition, contact), "%s with %s", condition, contact)
	}
}

// valueOf evaluates a condition as the when of a persona.
func valueOf(t *testing.T, condition, contact string) string {
	t.Helper()
	b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(
		"winnow: 1\npersonas:\n  - id: p\n    kind: positive\n    name: P\n    when: |\n      " + condition + "\n",
	)}}, rules.Options{})
	require.NotNil(t, b, "%s: %+v", condition, list)
	in, err := b.Input([]byte(contact), scriptNow)
	require.NoError(t, err)
	defer in.Release()
	return b.Explain(in).Rules[0].Value
}

func TestReadmeFunctionsCompile(t *testing.T) {
	head := "winnow: 1\nlists: {competitors: {file: c.csv}}\nsignals: {engaged: orders.count > 3}\npersonas:\n" +
		"  - {id: champion, kind: positive, name: C, when: orders.count > 3}\n  - {id: p, kind: positive, name: P, when: '"
	typical := strings.NewReplacer("known(f)", "known(orders.count)", "f ?? 0", "orders.count ?? 0", "(t)", "(orders.last_at)", "(list,", "(contact.tags,")
	for _, row := range tableOf(t, "function | means") {
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[0], -1) {
			call := typical.Replace(m[1])
			ok := false
			for _, as := range []string{"", " > 3", " > days(3)", " > ago(orders.last_at)", " > orders.last_at"} {
				b, _ := rules.Compile(fstest.MapFS{"c.csv": {Data: []byte("x\n")}, "r.yaml": {Data: []byte(head + "(" + call + ")" + as + "'}\n")}}, compileOptions())
				ok = ok || b != nil
			}
			require.True(t, ok, call)
		}
	}
}

// What make run asks is answered as the README shows; … stands for anything.
func TestReadmeAnswer(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	require.NoError(t, err)
	asked := regexp.MustCompile(`-d '(.+)'"\n`).FindSubmatch(makefile)
	require.NotNil(t, asked)
	code, answer, errs := verb(t, strings.ReplaceAll(string(asked[1]), `\"`, `"`), "decide", "../../examples/quickstart")
	require.Zero(t, code, errs)
	shown := strings.Replace(fences(t, "json")[0], `"1M82P3R3S0000"`, `""`, 1) // decide gives no id
	for part := range strings.SplitSeq(strings.Join(strings.Fields(shown), ""), "…") {
		_, rest, ok := strings.Cut(answer, strings.TrimSuffix(part, ","))
		require.True(t, ok, "%s is not in\n%s", part, answer)
		answer = rest
	}
}

// The commands of the README run, and print what it shows; … stands for
// anything.
func TestReadmeCommands(t *testing.T) {
	blocks := fences(t, "console")
	t.Chdir("../..")
	for _, block := range blocks {
		for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
			command, want, _ := strings.Cut(part, "\n")
			var out, errs bytes.Buffer
			args := strings.Fields(command)
			require.Equal(t, "winnow", args[0])
			e := &env{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, now: func() time.Time { return scriptNow }}
			require.Zero(t, e.run(t.Context(), args[1:]), "%s\n%s", command, errs.String())
			pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(want)), "…", "(?s:.*)")
			require.Regexp(t, "^"+pattern+"$", strings.TrimSpace(out.String()), command)
		}
	}
}

// The README and winnow help list the same verbs, in the same groups.
func TestReadmeGroupsVerbsAsHelpDoes(t *testing.T) {
	inReadme, group := map[string][]string{}, ""
	for _, row := range tableOf(t, "verb | does") {
		if title, ok := strings.CutPrefix(row[0], "**"); ok {
			group = strings.TrimRight(title, "* |")
			continue
		}
		for _, m := range regexp.MustCompile("`winnow ([a-z]+)").FindAllStringSubmatch(row[0], -1) {
			if !slices.Contains(inReadme[group], m[1]) {
				inReadme[group] = append(inReadme[group], m[1])
			}
		}
	}
	var out bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"help"}, strings.NewReader(""), &out, &out))
	_, text, ok := strings.Cut(out.String(), "winnow [command]\n")
	require.True(t, ok)
	inHelp, group := map[string][]string{}, ""
	for line := range strings.SplitSeq(text, "\n") {
		if verb := strings.Fields(line); strings.HasPrefix(line, "  ") && group != "" {
			inHelp[group] = append(inHelp[group], verb[0])
		} else {
			group = strings.ToLower(strings.TrimSuffix(line, ":"))
		}
	}
	delete(inHelp, "flags")
	require.Len(t, inHelp, 4)
	for group, verbs := range inHelp {
		require.ElementsMatch(t, verbs, inReadme[group], group)
	}
	require.Len(t, inReadme, len(inHelp))
}

func TestReadmeListsTheVerbsOfVerbs(t *testing.T) {
	words := map[string][]string{}
	for _, row := range tableOf(t, "verb | does") {
		for _, m := range regexp.MustCompile("`winnow ([a-z]+)([^`]*)`").FindAllStringSubmatch(row[0], -1) {
			words[m[1]] = append(words[m[1]], regexp.MustCompile("[a-z]+").FindAllString(m[2], -1)...)
		}
	}
	root, _ := newRootCmd(&env{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}})
	for _, verb := range root.Commands() {
		for _, c := range verb.Commands() {
			require.Contains(t, words[verb.Name()], c.Name(), "winnow "+verb.Name())
		}
	}
}

func TestReadmeListsEveryRequest(t *testing.T) {
	text := readme(t)
	raw, err := os.ReadFile(filepath.FromSlash("../../plugin/receiver/openapi.json"))
	require.NoError(t, err)
	var api struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	require.NoError(t, json.Unmarshal(raw, &api))
	require.NotEmpty(t, api.Paths)
	for path, methods := range api.Paths {
		for method := range methods {
			request := strings.ToUpper(method) + " " + path
			require.True(t, strings.Contains(text, "`"+request+"`"), "the README does not list %s", request)
		}
	}
}
