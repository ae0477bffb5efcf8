package ghost_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/ghost"
	"github.com/winnow-gate/winnow/plugin/platform/ghost/mailguntest"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const (
	domain   = "mg.example.test"
	messages = "v3/" + domain + "/messages"
	boundary = "winnow-test-boundary"
)

// posted is a form as Ghost posts it: to each of these, with their variables.
func posted(variables string, to ...string) []byte {
	return formOf(append(fields(to), [][2]string{
		{"from", `"Shop" <news@shop.test>`},
		{"h:Reply-To", "news@shop.test"},
		{"subject", "%recipient.winnow_hero_headline%"},
		{"html", "<h1>%recipient.winnow_hero_headline%</h1><!--%recipient.winnow_hero%--><a href=\"%recipient.unsubscribe_url%\">out</a>"},
		{"text", "October %recipient.winnow_nothing%"},
		{"recipient-variables", variables},
		{"h:List-Unsubscribe", "<%recipient.list_unsubscribe%>, <%tag_unsubscribe_email%>"},
		{"v:email-id", "6b03429fd49fc5436f61a230"},
		{"o:tag", "bulk-email"},
		{"o:tag", "ghost-email"},
		{"o:tracking-opens", "yes"},
	}...))
}

func fields(to []string) (list [][2]string) {
	for _, t := range to {
		list = append(list, [2]string{"to", t})
	}
	return list
}

func formOf(list [][2]string) []byte {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	_ = w.SetBoundary(boundary)
	for _, f := range list {
		_ = w.WriteField(f[0], f[1])
	}
	_ = w.Close()
	return out.Bytes()
}

const (
	adasVariables = `"ada@example.test":{"uuid":"ada-1","unsubscribe_url":"https://shop.test/u/ada","consent":true,"country":"PL","orders_count":2}`
	bensVariables = `"ben@example.test":{"uuid":"ben-1","unsubscribe_url":"https://shop.test/u/ben","consent":true,"country":"DE","orders_count":9}`
	cydsVariables = `"cyd@example.test":{"uuid":"cyd-1","consent":true,"country":"DE","orders_count":1}`
)

// wire is Mailgun for tests that have no server: it says what it got.
type wire struct{}

func (wire) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	_, params, _ := strings.Cut(req.Header.Get("Content-Type"), "boundary=")
	got, err := multipart.NewReader(bytes.NewReader(body), params).ReadForm(1 << 20)
	if err != nil {
		return nil, err
	}
	out, err := json.Marshal(map[string]any{"id": "<1@mailgun.test>", "message": "Queued. Thank you.", "got": got.Value})
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(out))}, err
}

// fresh is the platform with a book of its own for each source.
func fresh(t testing.TB, rt http.RoundTripper) platform.Platform {
	p := ghost.Platform(ghost.Options{})
	p.New = func(s platform.Setup) (platform.Adapter, error) {
		l, err := handed.Open(filepath.Join(t.TempDir(), "handed.db"), handed.Options{})
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = l.Close() })
		return ghost.Platform(ghost.Options{Book: l, Transport: rt, Random: func() string { return "winnow-goes-out" }}).New(s)
	}
	return p
}

func kit(t testing.TB) platformtest.Kit {
	return platformtest.Kit{
		Platform: fresh(t, wire{}),
		Call: platform.Call{
			Method: "POST", Below: messages, Header: verify.Header{{Name: "Content-Type", Value: "multipart/form-data; boundary=" + boundary}},
			Body: posted("{"+adasVariables+"}", "ada@example.test"),
		},
		Options: platform.Options{Settings: platform.Settings{"domain": domain, "otherwise": []string{"hero_headline=Welcome back"}}},
		Keyed:   true,
	}
}

func TestKit(t *testing.T) { platformtest.Run(t, kit(t)) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(f), []string{"multipart/form-data; boundary=" + boundary, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"},
		"to=ada%40example.test&from=a&text=b", "--x\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\nada@example.test\r\n--x--\r\n",
		string(posted("{"+adasVariables+","+bensVariables+"}", "ada@example.test", "Ben <ben@example.test>")))
}

// world is a source before a Mailgun.
type world struct {
	t      *testing.T
	source *platform.Source
	book   *handed.Book
	server *mailguntest.Server
	file   string
}

type worldOptions struct {
	fail     func() string
	decider  platform.Decider
	settings platform.Settings
	posture  platform.Posture
	book     handed.Options
}

func newWorld(t *testing.T, o worldOptions) *world {
	t.Helper()
	w := &world{t: t, server: mailguntest.Start(o.fail), file: filepath.Join(t.TempDir(), "handed.db")}
	t.Cleanup(w.server.Close)
	var err error
	w.book, err = handed.Open(w.file, o.book)
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.book.Close() })
	settings := platform.Settings{"domain": domain, "url": w.server.URL, "api_key": mailguntest.Key}
	maps.Copy(settings, o.settings)
	if o.decider == nil {
		o.decider = rules{}
	}
	w.source, err = platform.NewSource(ghost.Platform(ghost.Options{Book: w.book}), platform.Options{Name: "ghost", Settings: settings, Posture: o.posture}, o.decider)
	require.NoError(t, err)
	return w
}

func (w *world) call(c platform.Call) *platform.Reply {
	w.t.Helper()
	if c.Path == "" {
		c.Path = "/" + c.Below
	}
	r := &platform.Reply{}
	w.source.Serve(&c, r)
	return r
}

func (w *world) post(body []byte, header ...string) *platform.Reply {
	w.t.Helper()
	h := verify.Header{{Name: "Content-Type", Value: "multipart/form-data; boundary=" + boundary}}
	for i := 0; i+1 < len(header); i += 2 {
		h = h.With(header[i], header[i+1])
	}
	return w.call(platform.Call{Method: "POST", Below: messages, Header: h, Body: body})
}

// rules decide: who has nine orders is held back, who is in PL gets vip.
type rules struct{ err error }

func (d rules) Decide(dst []byte, q gate.Request) ([]byte, error) {
	if d.err != nil {
		return nil, d.err
	}
	send, variant, content := true, "generic", `{}`
	if bytes.Contains(q.Body, []byte(`"count":9`)) {
		send = false
	}
	if bytes.Contains(q.Body, []byte(`"PL"`)) {
		variant, content = "vip", `{"headline":"For\r\nyou","box_html":"<p>\n</p>","cta":{"url":"https://shop.test"},"n":3,"list":[1]}`
	}
	return fmt.Appendf(dst, `{"decision_id":"D","send":%t,"variants":{"hero":%q},"content":{"hero":%s},"degraded":false}`, send, variant, content), nil
}

func (d rules) Batch(q gate.Request, items [][]byte, yield func(int, []byte, error)) error {
	if d.err != nil {
		return d.err
	}
	for i, item := range items {
		q.Body = item
		out, err := d.Decide(nil, q)
		yield(i, out, err)
	}
	return nil
}

func three() []byte {
	return posted("{"+adasVariables+","+bensVariables+","+cydsVariables+"}", "cyd@example.test", "ben@example.test", "Ada L <ada@example.test>")
}

func TestABatchLosesThoseWhoAreHeldBack(t *testing.T) {
	w := newWorld(t, worldOptions{settings: platform.Settings{"otherwise": []string{"hero_headline=Welcome back"}}})
	r := w.post(three())
	require.Equal(t, 200, r.Status, string(r.Body))
	require.JSONEq(t, `{"id":"<1@mailgun.test>","message":"Queued. Thank you."}`, string(r.Body), "Mailgun's own answer")
	require.Equal(t, "2", r.Get("X-Winnow-Sent"))
	require.Equal(t, "1", r.Get("X-Winnow-Held"))
	m := w.server.Messages()[0]
	require.ElementsMatch(t, []string{"ada@example.test", "cyd@example.test"}, m.To)
	require.Equal(t, map[string]map[string]any{
		"ada@example.test": {
			"uuid": "ada-1", "unsubscribe_url": "https://shop.test/u/ada", "consent": true, "country": "PL", "orders_count": 2.0,
			"winnow_hero": "vip", "winnow_hero_headline": "For you", "winnow_hero_box_html": "<p>\n</p>", "winnow_hero_cta_url": "https://shop.test", "winnow_hero_n": "3", "winnow_nothing": "",
		},
		"cyd@example.test": {
			"uuid": "cyd-1", "consent": true, "country": "DE", "orders_count": 1.0,
			"winnow_hero": "generic", "winnow_hero_headline": "Welcome back", "winnow_nothing": "",
		},
	}, m.Variables)
	require.Equal(t, []string{"bulk-email", "ghost-email"}, m.Form["o:tag"])
	require.Equal(t, []string{"<%recipient.list_unsubscribe%>, <%tag_unsubscribe_email%>"}, m.Form["h:List-Unsubscribe"])
	require.Contains(t, m.Form["to"], "Ada L <ada@example.test>")
}

func TestWhenEverybodyIsHeldBackMailgunIsNotAsked(t *testing.T) {
	w := newWorld(t, worldOptions{})
	r := w.post(posted("{"+bensVariables+"}", "ben@example.test"))
	require.Equal(t, 200, r.Status)
	require.Regexp(t, `"id":"<winnow\.[0-9a-f]{20}@mg\.example\.test>"`, string(r.Body), "Ghost wants an id")
	require.Empty(t, w.server.Asked())
}

// Ghost posts a batch again, perhaps in another order, perhaps with others.
func TestNobodyIsSentToTwice(t *testing.T) {
	w := newWorld(t, worldOptions{})
	first := w.post(three())
	again := w.post(posted("{"+adasVariables+","+bensVariables+","+cydsVariables+"}", "ada@example.test", "CYD@example.test", "ben@example.test"))
	require.Equal(t, first.Status, again.Status)
	require.Equal(t, string(first.Body), string(again.Body))
	require.Len(t, w.server.Messages(), 1)
	dan := `"dan@example.test":{"uuid":"dan-1","consent":true}`
	require.Equal(t, 200, w.post(posted("{"+adasVariables+","+dan+"}", "ada@example.test", "dan@example.test")).Status)
	require.Equal(t, map[string]int{"ada@example.test": 1, "cyd@example.test": 1, "dan@example.test": 1}, w.server.Counts())
	// After a restart it is still known.
	require.NoError(t, w.book.Close())
	l, err := handed.Open(w.file, handed.Options{})
	require.NoError(t, err)
	defer l.Close()
	s, err := platform.NewSource(ghost.Platform(ghost.Options{Book: l}), platform.Options{Name: "ghost", Settings: platform.Settings{"domain": domain, "url": w.server.URL, "api_key": mailguntest.Key}}, rules{})
	require.NoError(t, err)
	w.source = s
	require.Equal(t, string(first.Body), string(w.post(three()).Body))
	require.Len(t, w.server.Messages(), 2)
}

func TestMessagesWithoutAnIDAreNeverRepeats(t *testing.T) {
	w := newWorld(t, worldOptions{})
	body := bytes.Replace(three(), []byte("v:email-id"), []byte("v:other-id"), 1)
	w.post(body)
	w.post(body)
	require.Len(t, w.server.Messages(), 2)
	w.post(body, "Idempotency-Key", "k1")
	w.post(body, "Idempotency-Key", "k1")
	require.Len(t, w.server.Messages(), 3)
}

// What Mailgun is in trouble with, and what comes of a retry once it is well.
func TestTroubleOfMailgun(t *testing.T) {
	for mode, want := range map[string]struct {
		status, again, sent int // of the first, of the second, how often ada is sent to after both
		text                string
	}{
		"400":         {400, 200, 1, "this is a 400"},
		"401":         {401, 200, 1, "this is a 401"},
		"413":         {413, 200, 1, "this is a 413"},
		"429":         {429, 200, 1, "this is a 429"},
		"500":         {500, 200, 1, "this is a 500"},
		"503":         {503, 200, 1, "this is a 503"},
		"redirect":    {503, 200, 1, "nobody was sent to"},
		"reset":       {502, 409, 1, "nobody knows"},
		"slow":        {502, 409, 1, "nobody knows"},
		"late 502":    {502, 409, 1, "nobody knows"},
		"no id":       {200, 200, 1, `{"id":"<winnow.`},
		"early reset": {502, 409, 0, "nobody knows"},
	} {
		t.Run(mode, func(t *testing.T) {
			n, settings := 0, platform.Settings{}
			if mode == "slow" { // yet Mailgun has time to take the batch
				settings["timeout"] = 3 * time.Second
			}
			w := newWorld(t, worldOptions{settings: settings, fail: func() string {
				if n++; n == 1 {
					return mode
				}
				return ""
			}})
			r := w.post(three())
			require.Equal(t, want.status, r.Status, string(r.Body))
			require.Contains(t, string(r.Body), want.text)
			if mode == "429" {
				require.Equal(t, "7", r.Get("Retry-After"))
			}
			require.Equal(t, want.again, w.post(three()).Status)
			require.Equal(t, want.sent, w.server.Counts()["ada@example.test"])
		})
	}
}
