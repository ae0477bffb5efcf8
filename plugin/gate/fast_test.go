package gate_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

// The whole way from a body to the answer, without and with a log.
func TestDecidingAllocatesNextToNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates; run without -race")
	}
	req := gate.Request{Body: []byte(polish)}
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), files(shop)))
	dst := make([]byte, 0, 4096)
	run := func() {
		var err error
		dst, err = g.Decide(dst[:0], req)
		require.NoError(t, err)
	}
	require.LessOrEqual(t, testing.AllocsPerRun(500, run), 2.0, "without a log: the id, and a context now and then")

	g = newGate(t, shop, gate.Options{Ack: gate.AckBuffered})
	require.LessOrEqual(t, testing.AllocsPerRun(500, run), 12.0, "with one: the ticket, and what the writer needs beside")
}

func BenchmarkDecide(b *testing.B) {
	body := []byte(polish)
	b.Run("no log", func(b *testing.B) {
		g, err := gate.New(gate.Options{})
		require.NoError(b, err)
		require.NoError(b, g.Reload(context.Background(), files(shop)))
		loop(b, g, body)
	})
	for name, ack := range map[string]gate.Ack{"commit": gate.AckCommit, "buffered": gate.AckBuffered} {
		b.Run(name, func(b *testing.B) {
			log, err := store.Open(filepath.Join(b.TempDir(), "winnow.db"), store.Options{})
			require.NoError(b, err)
			g, err := gate.New(gate.Options{Store: gate.SQLite(log), Keys: hashKeys(), Ack: ack})
			require.NoError(b, err)
			require.NoError(b, g.Reload(context.Background(), files(shop)))
			b.SetParallelism(64)
			b.ReportAllocs()
			b.RunParallel(func(p *testing.PB) {
				var dst []byte
				for p.Next() {
					dst, _ = g.Decide(dst[:0], gate.Request{Body: body})
				}
			})
			require.NoError(b, g.Close())
			require.NoError(b, log.Close(context.Background()))
		})
	}
}

func loop(b *testing.B, g *gate.Gate, body []byte) {
	b.ReportAllocs()
	var dst []byte
	for b.Loop() {
		dst, _ = g.Decide(dst[:0], gate.Request{Body: body})
	}
}

// FuzzDecide sends any bytes: there is an answer or a BodyError, nothing else,
// and never a word of the body in an error.
func FuzzDecide(f *testing.F) {
	f.Add([]byte(polish))
	f.Add([]byte(`{"contact":{"id":12345678901234567890}}`))
	f.Add([]byte(strings.Repeat(`{"contact":`, 70)))
	f.Add([]byte(`{"contact":{"id":"a","id":"b"}}`))
	f.Add([]byte("{\"contact\":{\"id\":\"\xff\"}}"))
	g, err := gate.New(gate.Options{})
	require.NoError(f, err)
	require.NoError(f, g.Reload(context.Background(), files(shop)))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := g.Decide(nil, gate.Request{Body: body})
		if err == nil {
			a := parse(t, b)
			require.NotEmpty(t, a.Variants["hero"])
			return
		}
		var bad *gate.BodyError
		require.ErrorAs(t, err, &bad)
		require.NotEmpty(t, bad.Msg)
		require.LessOrEqual(t, bad.Offset, len(body))
		_ = fmt.Sprint(err)
	})
}
