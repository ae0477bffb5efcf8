package main

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"
)

// pages are all Markdown files of the repository, by their paths below its root.
func pages(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	require.NoError(t, filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		out[path] = string(text)
		return err
	}))
	require.Greater(t, len(out), 10)
	return out
}

// code is what a page sets as code: lines between fences, and what stands between
// backticks.
func code(page string) []string {
	var out []string
	for i, part := range regexp.MustCompile("(?m)^ *```.*$").Split(strings.ReplaceAll(page, "\\\n", " "), -1) {
		if i%2 == 1 {
			out = append(out, strings.Split(part, "\n")...)
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(part, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

// Every command that a page shows has the verb and the flags that it names.
func TestPagesNameVerbsAndFlagsThatExist(t *testing.T) {
	root, _ := newRootCmd(&env{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	command := regexp.MustCompile(`(?:^|bin/|[$|;&] *)winnow ((?:[^|#;&]|\\\|)+)`)
	flag := regexp.MustCompile(`(?:^|[\s\[|])(--?[a-z][a-z-]*)`)
	seen := 0
	for path, text := range pages(t) {
		for _, line := range code(text) {
			for _, m := range command.FindAllStringSubmatch(strings.TrimSpace(line), -1) {
				verb, _, err := root.Find(strings.Fields(m[1]))
				require.NoError(t, err, "%s: %s", path, line)
				seen++
				for _, f := range flag.FindAllStringSubmatch(m[1], -1) {
					require.True(t, hasFlag(verb, f[1]), "%s: %s: %s has no flag %s", path, line, verb.CommandPath(), f[1])
				}
			}
		}
	}
	require.Greater(t, seen, 100)
}

func hasFlag(verb *cobra.Command, flag string) bool {
	verb.InitDefaultHelpFlag()
	if name, long := strings.CutPrefix(flag, "--"); long {
		return verb.Flag(name) != nil
	}
	return verb.Flags().ShorthandLookup(flag[1:]) != nil
}

// Every link of a page to a file of the repository leads somewhere.
func TestPagesLinkToFilesThatExist(t *testing.T) {
	links := regexp.MustCompile(`\]\(([^)#\s]+)(?:#[^)]*)?\)`)
	for path, text := range pages(t) {
		for _, m := range links.FindAllStringSubmatch(text, -1) {
			if u, err := url.Parse(m[1]); err != nil || u.Scheme != "" || strings.Contains(m[1], "{{") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(path), filepath.FromSlash(m[1])))
			require.NoError(t, err, "%s links to %s", path, m[1])
		}
	}
}
