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
	"github.com/winnow-gate/winnow/plugin/platform/braze"
	"github.com/winnow-gate/winnow/plugin/platform/cloudevents"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/hubspot"
	"github.com/winnow-gate/winnow/plugin/platform/iterable"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/sfmc"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/workload"
)

// contender is what is asked and with what: the same people everywhere, as
// /v1/decide takes them, and as a platform posts them.
type contender struct {
	name, path string
	platform   platform.Platform // none for /v1/decide
	mapping    []payload.Rule
	media      string
	bodies     [][]byte
}

// contenders are /v1/decide, and platforms of each kind whose answer steers the
// send. Bloomreach, Customer.io and Salesforce's scripts have Braze's adapter.
func contenders() []contender {
	const json = "application/json"
	people := workload.People(256)
	bodies := workload.Bodies(people)
	laid := []payload.Rule{
		{Field: "message.class", Default: []byte(`"marketing"`)},
		{Field: "message.channel", Value: []byte(`"email"`)},
		{Field: "contact.country", From: []string{"contact.country"}},
		{Field: "orders.count", From: []string{"contact.orders", "attributes.orders"}},
	}
	list := []contender{
		{name: "decide", path: "/v1/decide", media: json, bodies: bodies},
		{name: "hubspot", platform: hubspot.Platform(), mapping: mapping(workload.HubSpot), media: json, bodies: workload.HubSpot.Bodies(people)},
		{name: "iterable", platform: iterable.Platform(), mapping: mapping(workload.Iterable), media: json, bodies: workload.Iterable.Bodies(people)},
		{name: "sfmc", platform: sfmc.Platform(), mapping: mapping(workload.Salesforce), media: json, bodies: workload.Salesforce.Bodies(people)},
		{name: "plain", platform: generic.Platform(), media: json, bodies: bodies},
		{name: "laid", platform: generic.Platform(), mapping: laid, media: json, bodies: bodies},
		{name: "braze", platform: braze.Platform(), media: json, bodies: bodies},
		{name: "cloudevents", platform: cloudevents.Platform(), media: "application/cloudevents+json", bodies: workload.Events(people)},
	}
	for i := range list[1:] {
		list[1+i].path = platform.Address(list[1+i].name)
	}
	return list
}

func mapping(r workload.Record) (rules []payload.Rule) {
	for _, p := range r.Paths() {
		r := payload.Rule{Field: p[0], From: []string{p[1]}}
		if p[0] == "data.purchases" {
			r.As = payload.AsJSON
		}
		rules = append(rules, r)
	}
	return rules
}

// site is a receiver of all contenders, on the workload that speed is measured on, at
// the time that it is meant for: later nobody in it is written to.
func site(t testing.TB) fasthttp.RequestHandler {
	t.Helper()
	g, err := gate.New(gate.Options{Clock: workload.Now, Deadline: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, g.Close()) })
	require.NoError(t, g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\n" + workload.Rules())}}))
	var list []receiver.Source
	for _, c := range contenders()[1:] {
		s, err := platform.NewSource(c.platform, platform.Options{Name: c.name, Mapping: c.mapping}, g)
		require.NoError(t, err)
		list = append(list, s)
	}
	hook, err := receiver.New(g, receiver.Options{Sources: list})
	require.NoError(t, err)
	return hook.App().Handler()
}

func (c contender) asker(handler fasthttp.RequestHandler) func(i int) *fasthttp.Response {
	ctx := &fasthttp.RequestCtx{}
	ctx.Request.Header.SetMethod(fasthttp.MethodPost)
	ctx.Request.SetRequestURI(c.path)
	ctx.Request.Header.SetContentType(c.media)
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
				if status := ask(i).StatusCode(); status != 200 && status != 404 { // Iterable's word for who is left out
					b.Fatal("refused", status)
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

// What is compared is the same work: a platform comes to send to whom the
// decision on the body sends.
func TestAllAreDecidedOnAsTheirBodies(t *testing.T) {
	handler, list := site(t), contenders()
	for _, c := range list[1:] {
		t.Run(c.name, func(t *testing.T) {
			direct, source := list[0].asker(handler), c.asker(handler)
			then := map[platform.Then]int{}
			for i := range c.bodies {
				answer := platform.Answer{JSON: slices.Clone(direct(i).Body())}
				r := source(i)
				reply := platform.Reply{Status: r.StatusCode(), Body: r.Body()}
				want := platform.HoldsBack
				if answer.Send() {
					want = platform.Sends
				}
				require.Equal(t, want, c.platform.Reacts(&reply).Then, "%s for %s", r.Body(), c.bodies[i])
				then[want]++
				if c.name == "hubspot" {
					sameTexts(t, flat(t, &answer), payload.Get(r.Body(), "outputFields"))
				}
			}
			require.Len(t, then, 2)
		})
	}
}

// sameTexts compares all but the id, which each decision has its own of.
func sameTexts(t *testing.T, want map[string]string, got []byte) {
	t.Helper()
	for name, value := range want {
		if name != "winnow_decision_id" {
			require.Equal(t, value, payload.Text(payload.Get(got, name)), name)
		}
	}
}
