package store_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
)

// TestEraseLeavesNoByte looks for an erased contact in the raw files. The
// records come in random order and are replaced, so that the database has moved
// them between pages, where copies could stay behind.
func TestEraseLeavesNoByte(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(filepath.Join(dir, "log.db"), store.Options{}.WithIndex(700, 50))
	require.NoError(t, err)
	rnd := rand.New(rand.NewPCG(1, 2))
	const contacts, records = 300, 6000
	// Markers have nothing in common, so that compression leaves them as they are.
	marker := func(c int, part string) []byte {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s of contact %d", part, c))
		return sum[:20]
	}
	var last store.Ticket
	for _, id := range rnd.Perm(records) {
		c := rnd.IntN(contacts)
		for range 1 + rnd.IntN(2) {
			last, err = s.Submit(&store.Record{
				ID: int64(id + 1), At: int64(id), Contact: marker(c, "key"), Tags: []string{string(marker(c, "tag"))},
				Facts:  append(marker(c, "facts"), bytes.Repeat([]byte("."), rnd.IntN(900))...),
				Answer: append(bytes.Repeat([]byte("."), rnd.IntN(900)*rnd.IntN(20)), marker(c, "answer")...),
				Key:    fmt.Appendf(nil, "%d%s", id, marker(c, "idempotency")), KeyBody: marker(c, "body"),
				Active: []string{string(marker(c, "persona"))},
			})
			require.NoError(t, err)
		}
	}
	require.NoError(t, last.Wait(t.Context()))
	_, err = s.Sweep(t.Context(), 500, 0)
	require.NoError(t, err)
	raw := files(t, dir)
	require.Contains(t, string(raw), string(marker(7, "facts")), "the search works")

	for c := range contacts {
		if c%3 != 0 {
			continue
		}
		n, err := s.Erase(t.Context(), marker(c, "key"))
		require.NoError(t, err)
		require.Positive(t, n)
	}
	raw = files(t, dir)
	for c := range contacts {
		for _, part := range []string{"key", "tag", "facts", "answer", "idempotency", "body", "persona"} {
			if c%3 == 0 && bytes.Contains(raw, marker(c, part)) {
				t.Errorf("%s of contact %d is still in the files", part, c)
			}
		}
	}
	require.NoError(t, s.Close(t.Context()))
	integrity(t, filepath.Join(dir, "log.db"))
}

// files is everything in a folder.
func files(t *testing.T, dir string) (all []byte) {
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range list {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all = append(all, b...)
	}
	return all
}
