package examples_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules/diag"
)

const sourcesFile = "sources/sources.yaml"

var secretName = regexp.MustCompile(`env:([A-Z_]+)`)

// secretOf is what the variable might hold: some want a user as well.
func secretOf(name string) string {
	if strings.HasSuffix(name, "_LOGIN") {
		return "user:secret-of-" + name
	}
	return "secret-of-" + name
}

// The file of sources has no mistake and no warning, is formatted, names its
// schema, and its readme names all the variables that it needs.
func TestSourcesExample(t *testing.T) {
	src, err := os.ReadFile(sourcesFile)
	require.NoError(t, err)
	fields := load(t, "quickstart").Schema().Paths()
	r := sources.Load(sourcesFile, src, sources.Options{Platforms: platforms.All(), Fields: fields, ReadFile: os.ReadFile, Getenv: secretOf})
	var shown bytes.Buffer
	require.NoError(t, diag.WriteText(&shown, r.List, nil, false))
	require.Empty(t, shown.String())
	require.Len(t, r.Configs, 4)
	require.NotNil(t, r.Relay)

	tidy, err := sources.Format(src)
	require.NoError(t, err)
	require.Equal(t, string(tidy), string(src))
	first, _, _ := strings.Cut(string(src), "\n")
	require.Equal(t, "# yaml-language-server: $schema=../schema/sources.schema.json", first)
	readme, err := os.ReadFile("sources/README.md")
	require.NoError(t, err)
	names := secretName.FindAllStringSubmatch(string(src), -1)
	require.NotEmpty(t, names)
	for _, n := range names {
		require.Contains(t, string(readme), n[1]+"=")
	}
}

// The line of the readme works as it stands.
func TestConnectChecksTheSourcesExample(t *testing.T) {
	src, err := os.ReadFile(sourcesFile)
	require.NoError(t, err)
	for _, n := range secretName.FindAllStringSubmatch(string(src), -1) {
		t.Setenv(n[1], secretOf(n[1]))
	}
	out := winnow(t, "connect", "--check", sourcesFile, "--bundle", "quickstart")
	for _, name := range []string{"checkout", "workflows", "lists", "autumn"} {
		require.Contains(t, out, "at https://winnow.shop.example/v1/in/"+name)
	}
	require.NotContains(t, out, "warning")
	files, err := filepath.Glob("sources/*.yaml")
	require.NoError(t, err)
	require.Equal(t, []string{sourcesFile}, files, "what else is there is not tested")
}
