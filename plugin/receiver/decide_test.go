package receiver_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
)

func TestDecide(t *testing.T) {
	x := start(t, setup{})
	r := x.do("POST", "/v1/decide", polish)
	require.Equal(t, "application/json", r.header.Get("Content-Type"))
	a := r.answer(t)
	require.True(t, a.Send)
	require.Equal(t, "vip", a.Variants["hero"])

	found := x.do("GET", "/v1/decisions/"+a.ID, "")
	require.Equal(t, 200, found.status)
	var rec gate.Entry
	require.NoError(t, json.Unmarshal(found.body, &rec))
	require.Equal(t, string(r.body), string(rec.Answer), "the log has the answer byte for byte")
	require.NotContains(t, string(rec.Facts), "Anna", "an address is kept as its hash")
	require.Equal(t, 404, x.do("GET", "/v1/decisions/0000000000001", "").status)
	require.Equal(t, 400, x.do("GET", "/v1/decisions/nonsense", "").status)
}

func TestContacts(t *testing.T) {
	x := start(t, setup{})
	var ids []string
	for range 3 {
		ids = append(ids, x.do("POST", "/v1/decide", `{"contact":{"id":"zoë/1 x"}}`).answer(t).ID)
	}
	x.do("POST", "/v1/decide", `{"contact":{"email":"B@shop.example"}}`)
	type page struct {
		Decisions []gate.Entry
		Next      *string
	}
	list := func(path string) (p page) {
		t.Helper()
		r := x.do("GET", path, "")
		require.Equal(t, 200, r.status, string(r.body))
		require.NoError(t, json.Unmarshal(r.body, &p))
		return p
	}
	const zoe = "/v1/contacts/zo%C3%AB%2F1%20x"
	p := list(zoe + "/decisions?limit=2")
	require.Equal(t, []string{ids[2], ids[1]}, []string{p.Decisions[0].ID, p.Decisions[1].ID})
	p = list(zoe + "/decisions?limit=2&before=" + *p.Next)
	require.Equal(t, ids[0], p.Decisions[0].ID)
	require.Nil(t, p.Next)
	require.Len(t, list("/v1/contacts/b@shop.example/decisions?by=email").Decisions, 1)
	require.Empty(t, list("/v1/contacts/nobody/decisions").Decisions)
	for _, query := range []string{"limit=0", "limit=501", "limit=x", "before=x", "by=name"} {
		require.Equal(t, 400, x.do("GET", "/v1/contacts/c1/decisions?"+query, "").status, query)
	}

	require.JSONEq(t, `{"erased":3}`, string(x.do("DELETE", zoe, "").body))
	require.JSONEq(t, `{"erased":0}`, string(x.do("DELETE", zoe, "").body))
	require.JSONEq(t, `{"erased":1}`, string(x.do("DELETE", "/v1/contacts/B@SHOP.example?by=email", "").body))
	require.Empty(t, list(zoe+"/decisions").Decisions)
	require.Equal(t, 400, x.do("DELETE", "/v1/contacts/c1?by=name", "").status)
}

func TestBatch(t *testing.T) {
	x := start(t, setup{options: receiver.Options{MaxBatch: 4}})
	r := x.do("POST", "/v1/decide/batch", `[`+polish+`,{"contact":{"id":"x"},"contact":{}},[],`+polish+`]`)
	require.Equal(t, 200, r.status)
	var items []json.RawMessage
	require.NoError(t, json.Unmarshal(r.body, &items))
	require.Len(t, items, 4)
	for i, raw := range items {
		var p problem
		require.NoError(t, json.Unmarshal(raw, &p))
		if i == 0 || i == 3 {
			require.Equal(t, 200, x.do("GET", "/v1/decisions/"+(&reply{status: 200, body: raw}).answer(t).ID, "").status)
			continue
		}
		require.Equal(t, 400, p.Status)
		require.Equal(t, i, *p.Index)
	}
	require.JSONEq(t, `[]`, string(x.do("POST", "/v1/decide/batch", `[]`).body))
	require.Equal(t, 413, x.do("POST", "/v1/decide/batch", `[1,2,3,4,5]`).status)
	for _, body := range []string{``, `{}`, `[1,`, `[1,]`, `7`, `[]]`} {
		p := x.do("POST", "/v1/decide/batch", body).problem(t)
		require.Equal(t, 400, p.Status, body)
		require.NotNil(t, p.Offset, body)
		require.Contains(t, p.Detail, "array", body)
	}
}

func TestIdempotencyKeys(t *testing.T) {
	x := start(t, setup{})
	for _, path := range []string{"/v1/decide", "/v1/decide/batch"} {
		body := polish
		if strings.HasSuffix(path, "batch") {
			body = "[" + polish + `,{},` + polish + "]"
		}
		first := x.do("POST", path, body, "Idempotency-Key", "k1")
		again := x.do("POST", path, body, "Idempotency-Key", "k1")
		require.Equal(t, 200, first.status)
		require.Equal(t, string(first.body), string(again.body))
		p := x.do("POST", path, strings.Replace(body, "c1", "c2", 1), "Idempotency-Key", "k1").problem(t)
		require.Equal(t, 409, p.Status)
		require.Equal(t, "urn:winnow:problem:key-reused", p.Type)
		other := x.do("POST", path, body, "Idempotency-Key", "k2")
		require.NotEqual(t, string(first.body), string(other.body))
		for _, key := range []string{strings.Repeat("k", 256), "zoë"} {
			require.Equal(t, 400, x.do("POST", path, body, "Idempotency-Key", key).status)
		}
		require.Equal(t, 200, x.do("POST", path, body, "Idempotency-Key", strings.Repeat("k", 255)).status)
	}
}

func TestExplain(t *testing.T) {
	x := start(t, setup{})
	r := x.do("POST", "/v1/explain", polish)
	require.Equal(t, 200, r.status)
	var e rules.Explanation
	require.NoError(t, json.Unmarshal(bytesWithout(r.body, "decision"), &e))
	require.NotEmpty(t, e.Rules)
	require.Contains(t, string(r.body), `"decision":{"decision_id":"",`, "what is in no log has no id")
	require.Equal(t, 400, x.do("POST", "/v1/explain", `[]`).status)
	require.JSONEq(t, `{"decisions":[],"next":null}`, string(x.do("GET", "/v1/contacts/c1/decisions", "").body))
}

// bytesWithout drops a key of an object: a Decision can be written, not read.
func bytesWithout(b []byte, key string) []byte {
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) == nil {
		delete(m, key)
		b, _ = json.Marshal(m)
	}
	return b
}

func TestBundleAndReasons(t *testing.T) {
	x := start(t, setup{})
	type view struct {
		Digest, Failed string
		Stale          bool
		Problems       []struct {
			File, Code string
			Line       int
		}
	}
	get := func() (v view) {
		r := x.do("GET", "/v1/bundle", "")
		require.Equal(t, 200, r.status)
		require.NoError(t, json.Unmarshal(r.body, &v))
		return v
	}
	good := get()
	require.Equal(t, x.gate.Bundle().Digest(), good.Digest)
	require.False(t, good.Stale)
	require.Error(t, x.gate.Reload(context.Background(), files("winnow: 1\nslots: {hero: {defualt: a}}\n")))
	bad := get()
	require.True(t, bad.Stale)
	require.Equal(t, good.Digest, bad.Digest)
	require.NotEmpty(t, bad.Problems)
	require.Equal(t, 2, bad.Problems[0].Line)
	ready := x.do("GET", "/readyz", "")
	require.Equal(t, 200, ready.status, "a stale bundle decides well")
	require.Contains(t, string(ready.body), `"stale":true`)
	require.Contains(t, x.metric(), "winnow_bundle_stale 1")

	var list struct {
		Language string
		Reasons  []rules.ReasonInfo
	}
	for query, language := range map[string]string{"": "en", "?lang=pl": "pl", "?lang=xx": "en"} {
		require.NoError(t, json.Unmarshal(x.do("GET", "/v1/reasons"+query, "").body, &list))
		require.Equal(t, language, list.Language)
		want, _ := rules.ReasonsIn(language)
		require.Equal(t, want, list.Reasons)
	}
}

func (x *site) metric() string { return string(x.do("GET", "/metrics", "").body) }

func TestMetrics(t *testing.T) {
	x := start(t, setup{options: receiver.Options{Version: "v9"}})
	x.do("POST", "/v1/decide", polish)
	x.do("POST", "/v1/decide", `{"contact":{"id":"c2"},"message":{"class":"service"}}`)
	x.do("POST", "/v1/decide", `{}`)
	text := x.metric()
	for _, line := range []string{
		`winnow_decisions_total{class="marketing",outcome="send"} 1`,
		`winnow_decisions_total{class="service",outcome="send"} 1`,
		`winnow_unknown_fields_total{field="contact.country"} 1`,
		`winnow_decision_duration_seconds_count 2`,
		`winnow_bundle_info{digest="` + x.gate.Bundle().Digest() + `"} 1`,
		`winnow_bundle_stale 0`,
		`winnow_bundle_age_seconds `,
		`winnow_log_queue_records `,
		`winnow_http_problems_total{status="400"} 1`,
		`winnow_refused_total 1`,
		`winnow_build_info{version="v9"} 1`,
	} {
		require.Contains(t, text, line)
	}
}

func TestReadiness(t *testing.T) {
	x := start(t, setup{rules: "-"})
	r := x.do("GET", "/readyz", "")
	require.Equal(t, 503, r.status)
	require.Contains(t, string(r.body), "not_ready")
	require.Equal(t, 503, x.do("POST", "/v1/decide", polish).status)
	require.Equal(t, 200, x.do("GET", "/livez", "").status)
	require.NoError(t, x.gate.Reload(context.Background(), files(shop)))
	require.Equal(t, 200, x.do("GET", "/readyz", "").status)
}

func TestABrokenLogIsNotReady(t *testing.T) {
	x := start(t, setup{gate: gate.Options{Retention: -1}})
	require.NoError(t, x.log.Close(context.Background()))
	require.Equal(t, 503, x.do("GET", "/readyz", "").status)
	require.True(t, x.do("POST", "/v1/decide", polish).answer(t).Degraded)
	require.Equal(t, 500, x.do("GET", "/v1/contacts/c1/decisions", "").status)
}

func TestWithinSomebodysApp(t *testing.T) {
	g, err := gate.New(gate.Options{Deadline: time.Minute})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), files(shop)))

	hook, err := receiver.New(g, receiver.Options{MaxBody: 200})
	require.NoError(t, err)
	app := fiber.New()
	hook.Mount(app.Group("/winnow"))

	ask := func(method, path, body string) *http.Response {
		req := httptest.NewRequest(method, path, strings.NewReader(body))
		res, err := app.Test(req, -1)
		require.NoError(t, err)
		return res
	}
	require.Equal(t, 200, ask("POST", "/winnow/v1/decide", polish).StatusCode)
	require.Equal(t, 413, ask("POST", "/winnow/v1/decide", polish+strings.Repeat(" ", 200)).StatusCode)
	require.Equal(t, 405, ask("GET", "/winnow/v1/decide", "").StatusCode)
	require.Equal(t, 404, ask("GET", "/winnow/nothing", "").StatusCode, "the app's own")
	require.Equal(t, 404, ask("GET", "/winnow/v1/decisions/0000000000001", "").StatusCode, "there is no log")
}

// Lines may be packed there, too, and come no faster than they may.
func TestScreenWithinSomebodysApp(t *testing.T) {
	g, err := gate.New(gate.Options{Deadline: time.Minute})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), files(shop)))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err = io.WriteString(z, polish+"\n"+polish)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	for _, rate := range []float64{0, 20} {
		hook, err := receiver.New(g, receiver.Options{Rate: rate, MaxBatch: 1, Burst: 1})
		require.NoError(t, err)
		app := fiber.New()
		hook.Mount(app)
		req := httptest.NewRequest("POST", "/v1/screen", bytes.NewReader(packed.Bytes()))
		req.Header.Set("Content-Encoding", "gzip")
		begun := time.Now()
		res, err := app.Test(req, -1)
		require.NoError(t, err)
		if rate > 0 {
			require.Greater(t, time.Since(begun), time.Second/time.Duration(rate)/2)
		}
		out, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.Equal(t, 200, res.StatusCode, string(out))
		require.Equal(t, 2, bytes.Count(out, []byte(`"send":true`)), string(out))
	}
}

// bomb is a store that panics.
type bomb struct{ gate.Store }

func (bomb) Submit(*store.Record) (gate.Ticket, error) {
	panic("anna@shop.example")
}

func TestAPanicIsAProblem(t *testing.T) {
	var text logged
	x := start(t, setup{options: receiver.Options{Log: text.logger()}})
	g, err := gate.New(gate.Options{
		Store: bomb{gate.SQLite(x.log)}, Retention: -1,
		Keys: []gate.HashKey{{Secret: []byte("0123456789abcdef")}},
	})
	require.NoError(t, err)
	require.NoError(t, g.Reload(context.Background(), files(shop)))
	hook, err := receiver.New(g, receiver.Options{Log: text.logger()})
	require.NoError(t, err)
	x.hook = hook
	x.listen()
	for range 3 { // and it blocks no contact
		p := x.do("POST", "/v1/decide", polish).problem(t)
		require.Equal(t, 500, p.Status)
		require.NotContains(t, p.Detail, "anna")
	}
	require.Equal(t, 500, x.do("POST", "/v1/decide/batch", "["+polish+"]", "Idempotency-Key", "k").status)
	require.Contains(t, text.String(), "panic")
	require.NotContains(t, text.String(), "anna")
	require.Equal(t, 200, x.do("GET", "/livez", "").status)
}
