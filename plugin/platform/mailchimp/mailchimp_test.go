package mailchimp_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/mailchimp"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/writeback"
)

const ada = `type=profile&fired_at=2026-11-22+12%3A00%3A00&data%5Bid%5D=m9&data%5Bemail%5D=ada%40example.test&data%5Blist_id%5D=l1&data%5Bmerges%5D%5BCOUNTRY%5D=PL&data%5Bmerges%5D%5BOPTIN%5D=true&data%5Bmerges%5D%5BORDERS%5D=2`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: mailchimp.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_key": "k-us6", "list": "l1"}, Mapping: []payload.Rule{{Field: "contact.country", From: []string{"data.merges.COUNTRY"}}, {Field: "consent.marketing", From: []string{"data.merges.OPTIN"}}, {Field: "orders.count", From: []string{"data.merges.ORDERS"}}}},
		Keyed:   false,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

type yes struct{}

func (yes) Decide(dst []byte, _ gate.Request) ([]byte, error) {
	return append(dst, `{"decision_id":"D","send":true,"action":"send","by":"","variants":{}}`...), nil
}

func (yes) Batch(gate.Request, [][]byte, func(int, []byte, error)) error { return nil }

type outbox []writeback.Write

func (o *outbox) Put(_ context.Context, ws ...writeback.Write) error {
	*o = append(*o, ws...)
	return nil
}

// A member who changes their address is known by the new one.
func TestAChangedAddress(t *testing.T) {
	var out outbox
	k := kit()
	k.Options.Name, k.Options.Outbox = "autumn", &out
	s, err := platform.NewSource(k.Platform, k.Options, yes{})
	require.NoError(t, err)
	k.Call.Body = []byte("type=upemail&data%5Blist_id%5D=l1&data%5Bnew_id%5D=m10&data%5Bnew_email%5D=new%40example.test&data%5Bold_email%5D=old%40example.test")
	s.Serve(&k.Call, &platform.Reply{})
	require.Len(t, out, 1)
	require.Equal(t, writeback.Contact{ID: "m10", Email: "new@example.test"}, out[0].Contact)
}

// What is about no member is taken, so that Mailchimp keeps the webhook, and neither
// decided on nor written: members go by an address, which it does not have.
func TestWhatIsAboutNoMember(t *testing.T) {
	for name, c := range map[string]platform.Call{
		"a campaign was sent": {
			Method: "POST", Header: kit().Call.Header,
			Body: []byte("type=campaign&fired_at=2026-11-22+12%3A00%3A00&data%5Bid%5D=5aa2102003&data%5Bsubject%5D=October&data%5Bstatus%5D=sent&data%5Breason%5D=&data%5Blist_id%5D=l1"),
		},
		"the address is tried":                {Method: "GET"},
		"the address is tried, with a secret": {Method: "GET", Query: "key=s"},
	} {
		t.Run(name, func(t *testing.T) {
			var out outbox
			k := kit()
			k.Options.Name, k.Options.Outbox, k.Options.Posture = "autumn", &out, platform.Posture{Marketing: platform.Retry}
			s, err := platform.NewSource(k.Platform, k.Options, nobody{t: t})
			require.NoError(t, err)
			var r platform.Reply
			s.Serve(&c, &r)
			require.Equal(t, 200, r.Status, string(r.Body))
			require.JSONEq(t, `{"accepted":true}`, string(r.Body))
			require.Empty(t, out)
		})
	}
}

// nobody is not to be asked.
type nobody struct {
	yes
	t *testing.T
}

func (n nobody) Decide([]byte, gate.Request) ([]byte, error) {
	require.Fail(n.t, "a decision was made")
	return nil, nil
}

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
