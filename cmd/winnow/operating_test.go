package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// everything are sources that between them have winnow keep every file there is.
const everything = `winnow_sources: 1
sources:
  - {name: lists, platform: listmonk, secrets: env:OPERATING_LOGIN}
  - {name: ghost, platform: ghost, secrets: env:OPERATING_LOGIN, settings: {domain: mg.shop.example, api_key: env:OPERATING_SECRET}}
  - name: autumn
    platform: mautic
    secrets: env:OPERATING_SECRET
    settings: {api_url: "https://mautic.shop.example", api_user: winnow, api_password: env:OPERATING_SECRET}
relay: {smtp: "127.0.0.1:1", security: none}
`

// The page for operators names the files that a server keeps, and metrics that it
// has.
func TestOperatingNamesFilesAndMetricsThatExist(t *testing.T) {
	text, err := os.ReadFile("OPERATING.md")
	require.NoError(t, err)
	page := string(text)
	t.Setenv("OPERATING_LOGIN", "user:a-long-secret-of-the-shop")
	t.Setenv("OPERATING_SECRET", "a-long-secret-of-the-shop")
	dir := t.TempDir()
	file := filepath.Join(t.TempDir(), "sources.yaml")
	require.NoError(t, os.WriteFile(file, []byte(everything), 0o600))
	s := serve(t, bundleDir(t, listsRules()), "--db", filepath.Join(dir, "winnow.db"), "--sources", file)
	status, _, err := post(s.url+"/v1/in/lists", "{}") // a problem, so that there is a count of them
	require.NoError(t, err)
	require.Equal(t, 401, status)

	metrics := get(t, s.url+"/metrics")
	names := regexp.MustCompile("`(winnow_[a-z_]+)`").FindAllStringSubmatch(page, -1)
	require.NotEmpty(t, names)
	for _, m := range names {
		require.Contains(t, metrics, "# HELP "+m[1]+" ")
	}

	var told, kept []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(winnow\\.db[a-z.]*)` \\|").FindAllStringSubmatch(page, -1) {
		told = append(told, m[1])
	}
	beside := regexp.MustCompile(`(-wal|-shm|-owner|\.lock|-journal)$`)
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range list {
		if end := beside.FindString(f.Name()); end == "" {
			kept = append(kept, f.Name())
		} else {
			require.True(t, strings.Contains(page, "`"+end+"`"), "%s is not explained", f.Name())
		}
	}
	require.ElementsMatch(t, kept, told)
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end())
}

// The unit for systemd is one that systemd takes, word for word.
func TestTheUnitOfOperatingIsTaken(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("no systemd-analyze here: install it (apt-get install systemd)")
	}
	page, err := os.ReadFile("OPERATING.md")
	require.NoError(t, err)
	_, unit, found := strings.Cut(string(page), "```ini\n")
	require.True(t, found)
	unit, _, _ = strings.Cut(unit, "```")
	require.Contains(t, unit, "ExecStart=/usr/local/bin/winnow serve ")
	program, err := os.Executable() // it must be there
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "winnow.service")
	unit = strings.Replace(unit, "/usr/local/bin/winnow", program, 1)
	require.NoError(t, os.WriteFile(file, []byte(unit), 0o600))
	out, err := exec.Command(analyze, "verify", file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), "winnow.service", "systemd skips what it does not know")
}
