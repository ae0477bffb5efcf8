package gate_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

func TestOneRetryOneAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "winnow.db")
	req := gate.Request{Body: []byte(polish), Caller: "shop", Key: "delivery-1"}
	var first []byte
	t.Run("same process", func(t *testing.T) {
		g := newGate(t, shop, gate.Options{Store: gate.SQLite(openLog(t, path))})
		var err error
		first, err = g.Decide(nil, req)
		require.NoError(t, err)
		again, err := g.Decide([]byte("before "), req)
		require.NoError(t, err)
		require.Equal(t, "before "+string(first), string(again))
		require.EqualValues(t, 1, g.Metrics().Replayed)
	})
	t.Run("after a restart, with other rules", func(t *testing.T) {
		g := newGate(t, capped, gate.Options{Store: gate.SQLite(openLog(t, path))})
		again, err := g.Decide(nil, req)
		require.NoError(t, err)
		require.Equal(t, string(first), string(again))
		other := req
		other.Body = []byte(polish + " ")
		_, err = g.Decide(nil, other)
		require.ErrorIs(t, err, gate.ErrKeyReused, "even a space makes another body")
		for _, caller := range []string{"", "shop2"} {
			other.Caller = caller
			b, err := g.Decide(nil, other)
			require.NoError(t, err, "keys belong to who sent them")
			require.NotEqual(t, parse(t, first).ID, parse(t, b).ID)
		}
	})
}

func TestDuplicatesInFlightWaitForTheFirst(t *testing.T) {
	log := openLog(t, filepath.Join(t.TempDir(), "winnow.db"))
	g := newGate(t, shop, gate.Options{Store: gate.SQLite(log)})
	const callers = 40
	answers := make([]string, callers)
	var wg sync.WaitGroup
	for i := range callers {
		wg.Go(func() {
			b, err := g.Decide(nil, gate.Request{Body: []byte(polish), Key: "k"})
			require.NoError(t, err)
			answers[i] = string(b)
		})
	}
	wg.Wait()
	for _, a := range answers {
		require.Equal(t, answers[0], a)
	}
	list, err := g.History(context.Background(), gate.ByID, "c1", 0, 0)
	require.NoError(t, err)
	require.Len(t, list, 1, "and the log has it once")
}

func TestABadBodyDoesNotUseUpItsKey(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	_, err := g.Decide(nil, gate.Request{Body: []byte(`{"contact":`), Key: "k"})
	var bad *gate.BodyError
	require.ErrorAs(t, err, &bad)
	_, err = g.Decide(nil, gate.Request{Body: []byte(polish), Key: "k"})
	require.NoError(t, err)
}

func TestADegradedAnswerIsAnAnswerToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db"))))
		g := newGate(t, shop, gate.Options{Store: s, Deadline: 800 * time.Millisecond})
		req := gate.Request{Body: []byte(polish), Key: "k"}
		first, err := g.Decide(nil, req)
		require.NoError(t, err)
		require.True(t, parse(t, first).Degraded)
		s.letGo()
		again, err := g.Decide(nil, req)
		require.NoError(t, err)
		require.Equal(t, string(first), string(again))
	})
}

func TestWhenNobodyKnowsWhetherThereIsAnAnswer(t *testing.T) {
	broken := errors.New("disk on fire")
	s := &failing{Store: gate.SQLite(openLog(t, filepath.Join(t.TempDir(), "winnow.db")))}
	g := newGate(t, shop, gate.Options{Store: s})
	s.read.Store(&broken)
	b, err := g.Decide(nil, gate.Request{Body: []byte(polish), Key: "k"})
	require.NoError(t, err)
	require.Equal(t, []string{"store_default"}, parse(t, b).codes())
}

// FuzzIdempotency sends requests of a few callers under a few keys, with a
// restart now and then, and compares the gate with a map of first answers.
func FuzzIdempotency(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 0})
	f.Add([]byte{0, 1, 2, 0, 1, 3, 255, 0, 1, 2, 1, 1, 2})
	f.Add([]byte("once more, from the top"))
	f.Fuzz(func(t *testing.T, ops []byte) {
		if len(ops) > 60 {
			ops = ops[:60]
		}
		path := filepath.Join(t.TempDir(), "winnow.db")
		log, err := store.Open(path, store.Options{Relaxed: true})
		require.NoError(t, err)
		start := func() *gate.Gate {
			g, err := gate.New(gate.Options{Store: gate.SQLite(log), Keys: hashKeys(), Remembered: 2, Deadline: time.Minute, Retention: -1})
			require.NoError(t, err)
			require.NoError(t, g.Reload(context.Background(), files(shop)))
			return g
		}
		g := start()
		type name struct{ caller, key string }
		type first struct{ body, answer string }
		model := map[name]first{}
		for len(ops) >= 3 {
			if ops[0] == 255 {
				require.NoError(t, log.Close(context.Background()))
				log, err = store.Open(path, store.Options{Relaxed: true})
				require.NoError(t, err)
				g, ops = start(), ops[1:]
				continue
			}
			n := name{fmt.Sprint(ops[0] % 3), fmt.Sprint("k", ops[1]%4)}
			body := fmt.Sprintf(`{"contact":{"id":"c%d"}}`, ops[2]%5)
			ops = ops[3:]
			b, err := g.Decide(nil, gate.Request{Body: []byte(body), Caller: n.caller, Key: n.key})
			was, used := model[n]
			if used && was.body != body {
				require.ErrorIs(t, err, gate.ErrKeyReused)
				continue
			}
			require.NoError(t, err)
			if used {
				require.Equal(t, was.answer, string(b))
			}
			model[n] = first{body, string(b)}
		}
		total := 0
		require.NoError(t, log.Scan(context.Background(), 0, time.Now().Add(time.Hour).UnixMilli(), func(*store.Record) error { total++; return nil }))
		require.Len(t, model, total, "one record for each key")
		require.NoError(t, log.Close(context.Background()))
	})
}

// Keys of a caller can't run into those of another.
func TestCallersAndKeysAreKeptApart(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	ids := map[string]bool{}
	for _, r := range []gate.Request{{Caller: "a", Key: "bc"}, {Caller: "ab", Key: "c"}, {Key: "abc"}, {Caller: "", Key: string(binary.AppendUvarint(nil, 1)) + "abc"}} {
		r.Body = []byte(polish)
		b, err := g.Decide(nil, r)
		require.NoError(t, err)
		ids[parse(t, b).ID] = true
	}
	require.Len(t, ids, 4)
}
