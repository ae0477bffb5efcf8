package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/wasm"
)

// What has no end, or is larger than any module, is read no further than the
// largest module goes.
func TestModulesAreReadUpToTheLargest(t *testing.T) {
	t.Setenv(moduleCache, "off")
	dir := t.TempDir()
	big := filepath.Join(dir, "big.wasm")
	require.NoError(t, os.WriteFile(big, nil, 0o600))
	require.NoError(t, os.Truncate(big, int64(wasm.HardLimits().ModuleBytes)+1))
	endless := "/dev/zero"
	if _, err := os.Stat(endless); err != nil {
		endless = big // on Windows
	}
	whole := filepath.Join(dir, "whole.wasm")
	require.NoError(t, os.WriteFile(whole, emptyModule(), 0o600))
	out := filepath.Join(dir, "out.wasm")
	for says, args := range map[string][]string{
		endless + " has more than 16777216 bytes, the most that a module may have": {"wasm", "check", endless},
		big + " has more than 16777216 bytes":                                      {"wasm", "inspect", big},
		endless + " has more than 16777216 bytes":                                  {"wasm", "pack", endless, whole, "-o", out},
		"can't read the manifest: it is too long: at most 65536 bytes":             {"wasm", "pack", whole, endless, "-o", out},
		"can't read the key: it is too long: at most 65536 bytes":                  {"wasm", "sign", whole, "--key", endless},
		"can't read the contact: it is too long: at most 1048576 bytes":            {"wasm", "bench", "../../examples/modules", "propensity", "--contact", endless},
	} {
		code, _, errs := verb(t, "", args...)
		require.NotZero(t, code, args)
		require.Contains(t, errs, says)
	}
	code, _, errs := verb(t, "", "wasm", "check", endless)
	require.Equal(t, exitInvalid, code)
	require.Contains(t, errs, "\n  strip debug information, or split it")
}
