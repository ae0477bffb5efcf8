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
