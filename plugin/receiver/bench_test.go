package receiver_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules/workload"
)

// BenchmarkHandler runs the whole handler in process, without the network: the
// constant one of Fiber, and winnow's with its logs and 64 requests in flight.
func BenchmarkHandler(b *testing.B) {
	bodies := workload.Bodies(workload.People(256))
	b.Run("constant", func(b *testing.B) {
		app := fiber.New()
		answer := []byte(`{"send":true}`)
		app.Post("/v1/decide", func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
			return c.Send(answer)
		})
		ask(b, app.Handler(), bodies)
	})
	b.Run("no log", func(b *testing.B) {
		g, err := gate.New(gate.Options{})
		require.NoError(b, err)
		askGate(b, g, bodies)
	})
	for _, mode := range []struct {
		name string
		ack  gate.Ack
	}{{"buffered", gate.AckBuffered}, {"durable", gate.AckCommit}} {
		b.Run(mode.name, func(b *testing.B) {
			log, err := store.Open(filepath.Join(b.TempDir(), "winnow.db"), store.Options{})
			require.NoError(b, err)
			g, err := gate.New(gate.Options{
				Store: gate.SQLite(log), Ack: mode.ack,
				Keys: []gate.HashKey{{Secret: []byte("0123456789abcdef0123456789abcdef")}},
			})
			require.NoError(b, err)
			askGate(b, g, bodies)
			require.NoError(b, log.Close(context.Background()))
		})
	}
}

func askGate(b *testing.B, g *gate.Gate, bodies [][]byte) {
	b.Helper()
	require.NoError(b, g.Reload(context.Background(), files("winnow: 1\n"+workload.Rules())))
	hook, err := receiver.New(g, receiver.Options{})
	require.NoError(b, err)
	ask(b, hook.App().Handler(), bodies)
	require.Zero(b, g.Metrics().Unrecorded)
	require.NoError(b, g.Close())
}

func ask(b *testing.B, handler fasthttp.RequestHandler, bodies [][]byte) {
	b.Helper()
	b.SetParallelism(64)
	b.ReportAllocs()
	var bad, next atomic.Int64
	b.RunParallel(func(p *testing.PB) {
		var ctx fasthttp.RequestCtx
		ctx.Request.Header.SetMethod(fasthttp.MethodPost)
		ctx.Request.SetRequestURI("/v1/decide")
		ctx.Request.Header.SetContentType("application/json")
		for i := int(next.Add(7)); p.Next(); i++ {
			ctx.Request.SetBodyRaw(bodies[i%len(bodies)])
			ctx.Response.Reset()
			if handler(&ctx); ctx.Response.StatusCode() != fasthttp.StatusOK {
				bad.Add(1)
			}
		}
	})
	require.Zero(b, bad.Load())
}

func TestTheHandlerAllocatesNextToNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates; run without -race")
	}
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), files(shop)))
	hook, err := receiver.New(g, receiver.Options{})
	require.NoError(t, err)
	handler := hook.App().Handler()
	var ctx fasthttp.RequestCtx
	ctx.Request.Header.SetMethod(fasthttp.MethodPost)
	ctx.Request.SetRequestURI("/v1/decide")
	ctx.Request.Header.SetContentType("application/json")
	ctx.Request.SetBodyRaw([]byte(polish))
	allocs := testing.AllocsPerRun(500, func() {
		ctx.Response.Reset()
		handler(&ctx)
	})
	require.Equal(t, fasthttp.StatusOK, ctx.Response.StatusCode())
	require.LessOrEqual(t, allocs, 2.0, "the id, and a context now and then")
}
