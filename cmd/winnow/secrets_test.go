package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestKeysFromTheCommandLine(t *testing.T) {
	out, err := winnow("serve", "--new-key", "shop", "--scopes", "decide").Output()
	require.NoError(t, err)
	lines := strings.Split(string(out), "\n")
	token, line := strings.TrimSpace(lines[1]), strings.TrimSpace(lines[3])
	file := filepath.Join(t.TempDir(), "keys")
	require.NoError(t, os.WriteFile(file, []byte(line+"\n"), 0o600))
	s := serve(t, bundleDir(t, shopRules), "--keys", file, "--log", "off")
	status, _, err := post(s.url+"/v1/decide", bodyOf("c1"))
	require.NoError(t, err)
	require.Equal(t, 401, status)
	status, _, err = post(s.url+"/v1/decide", bodyOf("c1"), "Authorization", "Bearer "+token)
	require.NoError(t, err)
	require.Equal(t, 200, status)
	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end())
	require.NotContains(t, s.stderr.String(), token)
}

// Under a new key in the place of a lost one, marketing would go out to everybody
// on the legal list: neither the server nor a verb makes one.
func TestALostFileOfHashKeysIsNotMadeAgain(t *testing.T) {
	dir, db := bundleDir(t, shopRules), filepath.Join(t.TempDir(), "winnow.db")
	out, err := winnow("suppressions", "add", "ada@example.test", "--why", "a letter", "--db", db).CombinedOutput()
	require.NoError(t, err, string(out))
	right, err := os.ReadFile(db + ".key")
	require.NoError(t, err)
	require.NoError(t, os.Remove(db+".key"))
	refused := func(says string, args ...string) {
		t.Helper()
		out, err := winnow(append(args, "--db", db)...).CombinedOutput()
		require.Error(t, err)
		require.Contains(t, string(out), says)
	}
	for _, log := range []string{"on", "off"} {
		refused("there is no file of hash keys", "serve", dir, "--addr", "127.0.0.1:0", "--log", log)
	}
	refused("there is no file of hash keys", "suppressions", "add", "bob@example.test", "--why", "a letter")
	require.NoFileExists(t, db+".key")

	other := "1 " + strings.Repeat("ab", 32) + "\n"
	require.NoError(t, os.WriteFile(db+".key", []byte(other), 0o600))
	refused("another hash key of the same version", "serve", dir, "--addr", "127.0.0.1:0")
	refused("another hash key of the same version", "suppressions", "list", "ada@example.test")
	require.NoError(t, os.WriteFile(db+".key", right, 0o600))
	s := serve(t, dir, "--db", db)
	_, b, err := post(s.url+"/v1/decide", `{"contact":{"id":"c1","email":"ada@example.test"},"consent":{"marketing":true}}`)
	require.NoError(t, err)
	require.Contains(t, b, "legal_suppressed")
}
