package platform_test

import (
	"context"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/hubspot"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/workload"
)

// site is a receiver with sources, on the workload that speed is measured on.
func site(t testing.TB) fasthttp.RequestHandler {
	t.Helper()
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	require.NoError(t, g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\n" + workload.Rules())}}))
	laid := []payload.Rule{
		{Field: "message.class", Default: []byte(`"marketing"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "contact.country", From: []string{"contact.country"}},
		{Field: "orders.count", From: []string{"contact.orders", "attributes.orders"}},
	}
	var list []receiver.Source
	for _, c := range []struct {
		name     string
		platform platform.Platform
		mapping  []payload.Rule
	}{
		{"plain", generic.Platform(), nil},
		{"laid", generic.Platform(), laid},
		{"hubspot", hubspot.Platform(), recordMapping()},
	} {
		s, err := platform.NewSource(c.platform, platform.Options{Name: c.name, Mapping: c.mapping}, g)
		require.NoError(t, err)
		list = append(list, s)
	}
	hook, err := receiver.New(g, receiver.Options{Sources: list})
	require.NoError(t, err)
	return hook.App().Handler()
}

func recordMapping() (rules []payload.Rule) {
	for _, p := range workload.RecordPaths() {
		r := payload.Rule{Field: p[0], From: []string{p[1]}}
		if p[0] == "data.purchases" {
			r.As = payload.AsJSON
		}
		rules = append(rules, r)
	}
	return rules
}

// contenders are what is asked and with what: the same people everywhere, as
// /v1/decide takes them, and as a platform posts them.
func contenders() (list []contender) {
	people := workload.People(256)
	bodies := workload.Bodies(people)
	return []contender{
		{"decide", "/v1/decide", bodies},
		{"plain", "/v1/in/plain", bodies},
		{"laid", "/v1/in/laid", bodies},
		{"hubspot", "/v1/in/hubspot", workload.Records(people)},
	}
}

type contender struct {
	name, path string
	bodies     [][]byte
}

func (c contender) asker(handler fasthttp.RequestHandler) func(i int) *fasthttp.Response {
	ctx := &fasthttp.RequestCtx{}
	ctx.Request.Header.SetMethod(fasthttp.MethodPost)
	ctx.Request.SetRequestURI(c.path)
	ctx.Request.Header.SetContentType("application/json")
	return func(i int) *fasthttp.Response {
		ctx.Request.SetBodyRaw(c.bodies[i%len(c.bodies)])
		ctx.Response.Reset()
		handler(ctx)
		return &ctx.Response
	}
}

// BenchmarkSource compares a call of a platform with /v1/decide for the same
// contact: the handler alone. What the server spends on the connection and on
// HTTP, which is most, comes on top of each; cmd/bench measures that too.
func BenchmarkSource(b *testing.B) {
	handler := site(b)
	for _, c := range contenders() {
		ask := c.asker(handler)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if ask(i).StatusCode() != 200 {
					b.Fatal("refused")
				}
			}
		})
	}
}

// BenchmarkSourceRatio is what an adapter adds to the handler alone, as a part of
// /v1/decide: the median of interleaved rounds, so that a busy machine does not
// favour either.
func BenchmarkSourceRatio(b *testing.B) {
	handler, list := site(b), contenders()
	for _, c := range list[1:] {
		b.Run(c.name, func(b *testing.B) {
			direct, source := list[0].asker(handler), c.asker(handler)
			var ratios, more []float64
			for range 9 {
				with, without := round(b, source), round(b, direct)
				ratios = append(ratios, float64(with)/float64(without))
				more = append(more, float64(with-without)/turns/1e3)
			}
			slices.Sort(ratios)
			slices.Sort(more)
			b.ReportMetric(ratios[len(ratios)/2], "of-decide")
			b.ReportMetric(more[len(more)/2], "µs-more")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const turns = 4000

// round is the processor time of many calls: the clock on the wall would measure
// whatever else the machine does.
func round(t testing.TB, ask func(int) *fasthttp.Response) time.Duration {
	t.Helper()
	start := cputime.Used()
	for i := range turns {
		ask(i)
	}
	return cputime.Used() - start
}

// What is compared is the same work: a record leads to the decision of its body.
func TestARecordIsDecidedOnAsItsBody(t *testing.T) {
	handler, list := site(t), contenders()
	direct, records := list[0].asker(handler), list[3].asker(handler)
	sent := 0
	for i := range list[0].bodies {
		a := platform.Answer{JSON: slices.Clone(direct(i).Body())}
		r := records(i)
		require.Equal(t, 200, r.StatusCode(), string(r.Body()))
		out := payload.Get(r.Body(), "outputFields")
		for name, value := range flat(t, &a) {
			if name != "winnow_decision_id" {
				require.Equal(t, value, payload.Text(payload.Get(out, name)), "%s of %s", name, list[0].bodies[i])
			}
		}
		if a.Send() {
			sent++
		}
	}
	require.Positive(t, sent)
	require.Less(t, sent, len(list[0].bodies))
}
