package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/storetest"
)

// The child of the crash test is this binary again, told what to do by its
// environment: the file to write to and the id to start from.
const crashFile, crashFrom = "WINNOW_CRASH_FILE", "WINNOW_CRASH_FROM"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		from, _ := strconv.ParseInt(os.Getenv(crashFrom), 10, 64)
		appendForever(path, from)
		return
	}
	os.Exit(m.Run())
}

// appendForever appends from 64 goroutines and prints each id once it is
// durable, in one write, so that a reader sees whole lines.
func appendForever(path string, from int64) {
	s, err := store.Open(path, store.Options{}.WithIndex(500, 50))
	if err != nil {
		fmt.Println("error", err)
		return
	}
	var next atomic.Int64
	next.Store(from)
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for {
				n := next.Add(1)
				if err := s.Append(context.Background(), storetest.Record(n)); err != nil {
					fmt.Println("error", err)
					return
				}
				fmt.Println(n)
			}
		})
	}
	wg.Wait()
}

// TestKill kills a writing process without warning, over and over on the same
// file: what it said was durable is there, once.
func TestKill(t *testing.T) {
	rounds := 15
	if testing.Short() {
		rounds = 5
	}
	path := filepath.Join(t.TempDir(), "log.db")
	rnd := rand.New(rand.NewPCG(2026, 11))
	acked := map[int64]bool{}
	var from int64
	for range rounds {
		for _, id := range runAndKill(t, path, from, 1+rnd.IntN(1500)) {
			require.False(t, acked[id])
			acked[id] = true
		}
		from = verify(t, path, acked)
	}
}

// runAndKill returns what the child acknowledged; it is killed after n of it.
func runAndKill(t *testing.T, path string, from int64, n int) (ids []int64) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path, fmt.Sprintf("%s=%d", crashFrom, from))
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			break // what was in the pipe when it died counts too
		}
		require.NoError(t, err)
		id, err := strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		require.NoError(t, err, line)
		if ids = append(ids, id); len(ids) == n {
			require.NoError(t, cmd.Process.Kill())
		}
	}
	require.Error(t, cmd.Wait(), "it was killed")
	require.GreaterOrEqual(t, len(ids), n)
	return ids
}

// verify checks the file and returns the greatest id in it.
func verify(t *testing.T, path string, acked map[int64]bool) (last int64) {
	s, err := store.Open(path, store.Options{})
	require.NoError(t, err)
	seen := map[int64]bool{}
	require.NoError(t, s.Scan(t.Context(), 0, 1<<60, func(r *store.Record) error {
		require.False(t, seen[r.ID])
		seen[r.ID] = true
		require.Equal(t, *storetest.Record(r.ID), *r)
		last = max(last, r.ID)
		return nil
	}))
	for id := range acked {
		require.True(t, seen[id], "record %d was acknowledged and is lost", id)
	}
	found := 0
	for c := range int64(10) {
		list, err := s.ByContact(t.Context(), storetest.Record(c).Contact, 0, 0)
		require.NoError(t, err)
		found += len(list)
	}
	require.Equal(t, len(seen), found, "every record is found by its contact")
	for id := last; id > 0 && id > last-20; id-- {
		if r, ok, err := s.ByKey(t.Context(), storetest.Record(id).Key); seen[id] {
			require.NoError(t, err)
			require.True(t, ok && r.ID == id)
		}
	}
	require.NoError(t, s.Close(t.Context()))
	integrity(t, path)
	return last
}

func integrity(t *testing.T, path string) {
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)
}
