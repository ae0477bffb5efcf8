package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A folder, an empty file or a place that is not there gets the mend that fits it.
func TestWhatStandsInThePlaceOfAFile(t *testing.T) {
	quick := example(t, "quickstart")
	t.Chdir(t.TempDir())
	t.Setenv("WINNOW_SECRET_SHOP", "0123456789abcdef0123456789abcdef")
	require.NoError(t, os.Mkdir("folder", 0o700))
	require.NoError(t, os.WriteFile("empty", nil, 0o600))
	require.NoError(t, os.WriteFile("c.csv", []byte("id,email\nc1,a@x.example\n"), 0o600))
	for _, c := range []struct{ line, says string }{
		{"analyze folder", "folder is a folder\n  name a file of orders"},
		{"analyze empty", "empty: the file is empty\n  was it written to the end?"},
		{"hash --secret shop folder", "folder is a folder\n  name a list"},
		{"map c.csv --map nosuch", "can't read the mapping: open nosuch: no such file or directory\n  winnow map FILE --write MAP.yaml"},
		{"map c.csv --map empty", "empty: the mapping is empty\n  winnow map FILE --write MAP.yaml"},
		{"map c.csv --write nosuch/map.yaml", "can't write nosuch/map.yaml: no such file or directory\n  make the folder nosuch"},
		{"screen " + quick + " c.csv --out nosuch/d.csv", "can't write nosuch/d.csv: no such file or directory\n  make the folder nosuch"},
		{"screen " + quick + " c.csv --out folder", "can't write folder: is a directory\n  name a file in it"},
		{"screen " + quick + " c.csv --rejects nosuch/r.csv", "can't write nosuch/r.csv: no such file or directory\n  make the folder nosuch"},
		{"diff nosuch " + quick + " --data c.csv", "there is no folder nosuch"},
		{"serve --addr 127.0.0.1:0 --db folder " + quick, "can't write folder: is a directory\n  name a file in it"},
		{"serve --addr 127.0.0.1:0 --db nosuch/w.db " + quick, "can't write nosuch/w.db: no such file or directory\n  make the folder nosuch"},
		{"log tail --db folder", "it is a folder"},
		{"log erase c1 --db nosuch.db", "there is no decision log nosuch.db"},
	} {
		var out, errs bytes.Buffer
		require.NotZero(t, run(t.Context(), strings.Fields(c.line), strings.NewReader(""), &out, &errs), c.line)
		require.Contains(t, errs.String(), c.says, c.line)
		if !strings.HasPrefix(c.line, "map") {
			require.Empty(t, out.String(), c.line)
		}
	}
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, left, 3)
}
