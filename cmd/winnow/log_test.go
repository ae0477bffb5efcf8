package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store"
)

func TestTheLogBesideAServer(t *testing.T) {
	db := filepath.Join(t.TempDir(), "winnow.db")
	s := serve(t, bundleDir(t, shopRules), "--db", db)
	for range 3 {
		_, _, err := post(s.url+"/v1/decide", bodyOf("c1"))
		require.NoError(t, err)
	}
	_, _, err := post(s.url+"/v1/decide", `{"contact":{"email":"Ann@shop.example"}}`)
	require.NoError(t, err)
	run := func(args ...string) (string, int) {
		t.Helper()
		cmd := winnow(append(append([]string{"log"}, args...), "--db", db)...)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	out, code := run("tail", "-n", "2")
	require.Zero(t, code, out)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	require.Regexp(t, `^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}  \w{13}  marketing +send +bundle [0-9a-f]{12}$`, lines[0])
	require.Contains(t, lines[1], "gate")
	id := strings.Fields(lines[0])[2]
	out, code = run("show", id)
	require.Zero(t, code, out)
	require.Contains(t, out, `"decision_id": "`+id+`"`)
	out, code = run("stats", "--format", "json")
	require.Zero(t, code, out)
	var counts []count
	require.NoError(t, json.Unmarshal([]byte(out), &counts))
	require.EqualValues(t, 3, counts[0].N)
	out, code = run("stats")
	require.Zero(t, code)
	require.Regexp(t, `(?m)^3 +send +marketing +true +false`, out)
	out, code = run("erase", "c1")
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "DELETE /v1/contacts/{id}")

	require.NoError(t, s.Process.Signal(syscall.SIGTERM))
	require.NoError(t, s.end())
	out, code = run("erase", "c1")
	require.Zero(t, code, out)
	require.Equal(t, "3 decisions erased\n", out)
	out, _ = run("erase", "--email", "ann@SHOP.example")
	require.Equal(t, "1 decisions erased\n", out)
	out, _ = run("tail")
	require.Empty(t, out)
	for _, args := range [][]string{{"show", "nonsense"}, {"tail", "--format", "xml"}, {"tail", "-n", "0"}, {"stats", "--format", "xml"}} {
		_, code = run(args...)
		require.Equal(t, exitUsage, code, args)
	}
	_, code = run("show", "0000000000001")
	require.Equal(t, exitFailed, code)
	missing, err := winnow("log", "tail", "--db", "nowhere.db").CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(missing), "no decision log nowhere.db")
}

func TestTailFollows(t *testing.T) {
	db := filepath.Join(t.TempDir(), "winnow.db")
	log, err := store.Open(db, store.Options{})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	ticks := make(chan time.Time)
	ids := make(chan int64)
	ended := make(chan error, 1)
	reader, err := openToRead(db)
	require.NoError(t, err)
	add := func(id int64) { require.NoError(t, log.Append(ctx, &store.Record{ID: id, At: id})) }
	for id := range int64(5) {
		add(id + 1)
	}
	go func() {
		ended <- tail(ctx, reader, 2, true, ticks, func(r *store.Record) error { ids <- r.ID; return nil })
	}()
	require.EqualValues(t, 4, <-ids)
	require.EqualValues(t, 5, <-ids)
	add(6)
	ticks <- time.Time{}
	require.EqualValues(t, 6, <-ids)
	cancel()
	require.NoError(t, <-ended)
	require.NoError(t, reader.Close(context.Background()))
	require.NoError(t, log.Close(context.Background()))
}
