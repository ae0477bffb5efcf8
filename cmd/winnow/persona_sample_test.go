package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The list depends on the seed and on who matches, not on the order of the file
// or on rows that are in it twice; asking for more only adds people at its end.
func TestSampleDependsOnSeedAndPeopleOnly(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("winnow: 1\npersonas:\n  - id: regular\n    kind: positive\n    name: Regular\n    when: orders.count >= 3\n"), 0o600))
	rows := make([]string, 200)
	for i := range rows {
		rows[i] = fmt.Sprintf("c%d,%d", i, i%6)
	}
	draw := func(t require.TestingT, rows []string, n, seed string) []string {
		file := filepath.Join(dir, "contacts.csv")
		require.NoError(t, os.WriteFile(file, []byte("contact.id,orders.count\n"+strings.Join(rows, "\n")+"\n"), 0o600))
		var out, errs bytes.Buffer
		require.Zero(t, run(context.Background(), []string{"persona", "sample", "regular", file, "--bundle", dir, "-n", n, "--seed", seed}, nil, &out, &errs), errs.String())
		got, err := csv.NewReader(&out).ReadAll()
		require.NoError(t, err)
		var ids []string
		for _, r := range got[1:] {
			ids = append(ids, r[1])
		}
		return ids
	}
	want := draw(t, rows, "12", "a")
	require.Len(t, want, 12)
	require.NotEqual(t, want, draw(t, rows, "12", "b"))
	require.Equal(t, want, draw(t, rows, "20", "a")[:12])
	require.Len(t, draw(t, rows, "1000", "a"), 99)
	rapid.Check(t, func(t *rapid.T) {
		shuffled := rapid.Permutation(rows).Draw(t, "order")
		again := shuffled[:rapid.IntRange(0, 50).Draw(t, "twice")]
		require.Equal(t, want, draw(t, append(shuffled, again...), "12", "a"))
	})
}
