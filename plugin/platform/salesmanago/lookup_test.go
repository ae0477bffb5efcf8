package salesmanago_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/salesmanago"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

const lookRules = `winnow: 1
gates:
  - {id: consent, require: consent.marketing, classes: [marketing]}
personas:
  - id: reseller
    kind: negative
    name: Buys to sell on
    when: '"RESELLER" in contact.tags'
    action: suppress
slots:
  hero:
    default: plain
    variants: {plain: {}, vip: {}}
    rules: [{when: orders.count >= 5, use: vip}]
`

// account is a loopback server with three contacts; its first lookup fails.
type account struct {
	mu      sync.Mutex
	looked  int
	written map[string]map[string]string
	tags    map[string][]string
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in struct {
		ContactID  []string
		Contact    struct{ Email string }
		Properties map[string]string
		Tags       []string
	}
	_ = json.Unmarshal(body, &in)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r.URL.Path {
	case "/api/contact/listById":
		if a.looked++; a.looked == 1 {
			w.WriteHeader(500)
			return
		}
		fmt.Fprintf(w, `{"success":true,"message":[],"contacts":[%s]}`, map[string]string{
			"sm-1": `{"id":"sm-1","email":"ada@example.test","optedOut":false,"score":12,"contactTags":[{"tag":"vip","tagName":"VIP"}],"properties":[{"name":"orders","value":"7"}]}`,
			"sm-2": `{"id":"sm-2","email":"bo@example.test","optedOut":false,"contactTags":[{"tag":"reseller"}],"properties":[]}`,
			"sm-3": `{"id":"sm-3","email":"cy@example.test","optedOut":true,"contactTags":[],"properties":[]}`,
		}[in.ContactID[0]])
	case "/api/contact/upsert":
		a.written[in.Contact.Email], a.tags[in.Contact.Email] = in.Properties, in.Tags
		fmt.Fprint(w, `{"success":true,"message":[],"contactId":"x"}`)
	case "/api/contact/batchupsert":
		var batch struct {
			UpsertDetails []struct {
				Contact    struct{ Email string }
				Properties map[string]string
				Tags       []string
			}
		}
		_ = json.Unmarshal(body, &batch)
		for _, d := range batch.UpsertDetails {
			a.written[d.Contact.Email], a.tags[d.Contact.Email] = d.Properties, d.Tags
		}
		fmt.Fprint(w, `{"success":true,"message":[]}`)
	}
}

// From the rule's call to the contact's details: answered at once, looked up,
// decided, written.
func TestLookUpEndToEnd(t *testing.T) {
	a := &account{written: map[string]map[string]string{}, tags: map[string][]string{}}
	server := httptest.NewServer(a)
	defer server.Close()
	g, err := gate.New(gate.Options{Deadline: time.Minute})
	require.NoError(t, err)
	defer func() { require.NoError(t, g.Close()) }()
	require.NoError(t, g.Reload(t.Context(), fstest.MapFS{"r.yaml": {Data: []byte(lookRules)}}))
	q, err := writeback.OpenQueue(t.TempDir()+"/q.db", nil)
	require.NoError(t, err)
	var e *writeback.Engine
	o := platform.Options{
		Name: "sm", Outbox: outbox(func(ctx context.Context, ws ...writeback.Write) error { return e.Put(ctx, ws...) }),
		Mapping:  []payload.Rule{{Field: "orders.count", From: []string{"details.orders"}}},
		Settings: platform.Settings{"api_url": server.URL, "client_id": "c", "api_secret": "s", "owner": "anna@shop.example"},
	}
	s, err := platform.NewSource(salesmanago.Platform(), o, g)
	require.NoError(t, err)
	e, err = writeback.New(writeback.Options{Queue: q, Targets: []writeback.Target{{Name: "sm", Platform: s.Target(), Decide: s.DecideLater}}})
	require.NoError(t, err)
	for i, email := range []string{"ada", "bo", "cy"} {
		var r platform.Reply
		s.Serve(&platform.Call{
			Method: "POST", Path: "/v1/in/sm", Received: time.Now(), Header: verify.Header{{Name: "Content-Type", Value: "application/json"}},
			Body: fmt.Appendf(nil, `{"id":"r1","name":"october","contactId":"sm-%d","description":"","email":"%s@example.test","phone":"","company":""}`, i+1, email),
		}, &r)
		require.Equal(t, 200, r.Status)
	}
	require.Eventually(t, func() bool {
		list, err := q.List(t.Context(), writeback.Filter{})
		return err == nil && len(list) == 0
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, e.Close(t.Context()))
	require.NoError(t, q.Close())
	for email, want := range map[string][4]string{
		"ada@example.test": {"true", "vip", "none", "WINNOW_SEND"},
		"bo@example.test":  {"false", "plain", "persona_match:reseller", "WINNOW_HOLD"},
		"cy@example.test":  {"false", "plain", "gate_closed:consent", "WINNOW_HOLD"},
	} {
		got := a.written[email]
		require.Equal(t, want, [4]string{got["winnow_send"], got["winnow_hero"], got["winnow_reason"], a.tags[email][0]}, email)
		require.Equal(t, "october", got["winnow_for"])
	}
}

type outbox func(context.Context, ...writeback.Write) error

func (o outbox) Put(ctx context.Context, ws ...writeback.Write) error { return o(ctx, ws...) }
