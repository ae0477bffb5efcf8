package platform_test

import (
	"context"
	"slices"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules/workload"
)

// site is a receiver with sources, on the workload that speed is measured on.
func site(t testing.TB) fasthttp.RequestHandler {
	t.Helper()
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	require.NoError(t, g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\n" + workload.Rules())}}))
	mapped := []payload.Rule{
		{Field: "message.class", Default: []byte(`"marketing"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "contact.country", From: []string{"contact.country"}},
		{Field: "orders.count", From: []string{"contact.orders", "attributes.orders"}},
	}
	var list []receiver.Source
	for name, rules := range map[string][]payload.Rule{"plain": nil, "mapped": mapped} {
		s, err := platform.NewSource(generic.Platform(), platform.Options{Name: name, Mapping: rules}, g)
		require.NoError(t, err)
		list = append(list, s)
	}
	hook, err := receiver.New(g, receiver.Options{Sources: list})
	require.NoError(t, err)
	return hook.App().Handler()
}

func asker(path string, handler fasthttp.RequestHandler, bodies [][]byte) func(i int) int {
	ctx := &fasthttp.RequestCtx{}
	ctx.Request.Header.SetMethod(fasthttp.MethodPost)
	ctx.Request.SetRequestURI(path)
	ctx.Request.Header.SetContentType("application/json")
	return func(i int) int {
		ctx.Request.SetBodyRaw(bodies[i%len(bodies)])
		ctx.Response.Reset()
		handler(ctx)
		return ctx.Response.StatusCode()
	}
}

// BenchmarkSource compares a call of a platform with /v1/decide for the same
// contact: the whole handler, without the network, the log and a signature.
func BenchmarkSource(b *testing.B) {
	handler, bodies := site(b), workload.Bodies(workload.People(256))
	for _, path := range []string{"/v1/decide", "/v1/in/plain", "/v1/in/mapped"} {
		ask := asker(path, handler, bodies)
		b.Run(path, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if ask(i) != 200 {
					b.Fatal("refused")
				}
			}
		})
	}
}

// BenchmarkSourceRatio is what an adapter adds, as a part of /v1/decide: the
// median of interleaved rounds, so that a busy machine does not favour either.
func BenchmarkSourceRatio(b *testing.B) {
	handler, bodies := site(b), workload.Bodies(workload.People(256))
	for _, name := range []string{"plain", "mapped"} {
		b.Run(name, func(b *testing.B) {
			direct, source := asker("/v1/decide", handler, bodies), asker("/v1/in/"+name, handler, bodies)
			var ratios []float64
			for range 9 {
				ratios = append(ratios, float64(round(b, source))/float64(round(b, direct)))
			}
			slices.Sort(ratios)
			b.ReportMetric(ratios[len(ratios)/2], "of-decide")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// round is the processor time of many calls: the clock on the wall would measure
// whatever else the machine does.
func round(t testing.TB, ask func(int) int) time.Duration {
	t.Helper()
	start := used(t)
	for i := range 4000 {
		ask(i)
	}
	return used(t) - start
}

func used(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
