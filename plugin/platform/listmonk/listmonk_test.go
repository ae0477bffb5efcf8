package listmonk_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/listmonk"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/relay"
)

// desk takes letters as a relay does, and keeps them.
type desk struct {
	mu      sync.Mutex
	letters []*relay.Letter
	keys    map[string]bool
	err     error
	forgets bool // that it has seen a letter
}

func (d *desk) Accept(_ context.Context, l *relay.Letter) (relay.Receipt, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return relay.Receipt{}, d.err
	}
	if l.Key != "" && d.keys[l.Key] && !d.forgets {
		return relay.Receipt{Repeat: true}, nil
	}
	if d.keys == nil {
		d.keys = map[string]bool{}
	}
	d.keys[l.Key] = true
	d.letters = append(d.letters, l)
	return relay.Receipt{ID: 1, Withheld: strings.Contains(string(l.Answer), `"send":false`)}, nil
}

func (d *desk) PassesOn(string) bool { return false }

const (
	campaignID = "9f1b0000-0000-4000-8000-000000000001"
	adaID      = "5a0c0000-0000-4000-8000-000000000002"
)

// posted is what listmonk posts, with some parts replaced.
func posted(replace ...string) []byte {
	text := `{"subject":"[[winnow:hero.headline|October]]","from_email":"Acme <news@acme.test>","content_type":"html",` +
		`"body":"<p>Hi</p><a href=\"https://lists.acme.test/subscription/` + campaignID + `/` + adaID + `\">out</a>",` +
		`"recipients":[{"uuid":"` + adaID + `","email":"ada@example.test","name":"Ada","attribs":{"country":"PL","consent":{"email":true},"order_count":2},"status":"enabled"}],` +
		`"campaign":{"from_email":"Acme <news@acme.test>","uuid":"` + campaignID + `","name":"October drop","headers":[{"X-Tag":"oct"},{"X-Country":"{{ .Subscriber.Attribs.country }}"},{"List-Unsubscribe":"<mailto:x@acme.test>"}],"tags":["oct"]},` +
		`"attachments":null}`
	return []byte(strings.NewReplacer(replace...).Replace(text))
}

func TestKit(t *testing.T) {
	later := []platform.Then{platform.AsksAgain} // winnow does, from its queue
	platformtest.Run(t, platformtest.Kit{
		Platform: listmonk.Platform(&desk{forgets: true}),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "listmonk"}},
			Body: posted(),
		},
		Keyed:  true,
		Except: map[platform.OnTrouble][]platform.Then{platform.SendDefault: later, platform.HoldBack: later},
	})
}

// decider answers the same to everybody.
type decider struct {
	answer string
	err    error
}

func (d decider) Decide(dst []byte, _ gate.Request) ([]byte, error) {
	return append(dst, d.answer...), d.err
}

func (d decider) Batch(gate.Request, [][]byte, func(int, []byte, error)) error {
	return errors.New("nobody asks for a batch")
}

// counting counts how often it is asked.
type counting struct {
	decider
	n int
}

func (c *counting) Decide(dst []byte, req gate.Request) ([]byte, error) {
	c.n++
	return c.decider.Decide(dst, req)
}

const (
	send     = `{"decision_id":"D","send":true,"variants":{},"content":{},"degraded":false}`
	suppress = `{"decision_id":"D","send":false,"variants":{},"content":{},"degraded":false}`
	fallback = `{"decision_id":"D","send":false,"variants":{},"content":{},"degraded":true}`
	sendAll  = `{"decision_id":"D","send":true,"variants":{},"content":{},"degraded":true}`
)

func call(t *testing.T, d *desk, dec platform.Decider, o platform.Options, query string, body []byte) *platform.Reply {
	t.Helper()
	o.Name = "lists"
	s, err := platform.NewSource(listmonk.Platform(d), o, dec)
	require.NoError(t, err)
	r := &platform.Reply{}
	s.Serve(&platform.Call{
		Method: "POST", Path: platform.Address("lists"), Query: query,
		Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: body,
	}, r)
	return r
}

func TestLetters(t *testing.T) {
	d := &desk{}
	r := call(t, d, decider{answer: send}, platform.Options{}, "", posted())
	require.Equal(t, 200, r.Status)
	require.Equal(t, "queued", r.Get(listmonk.Header))
	l := d.letters[0]
	require.Equal(t, relay.Campaign, l.Kind)
	require.Equal(t, send, string(l.Answer))
	require.True(t, l.HTML)
	require.Equal(t, []relay.Header{
		{Name: "X-Listmonk-Campaign", Value: campaignID},
		{Name: "X-Listmonk-Subscriber", Value: adaID},
		{Name: "List-Unsubscribe", Value: "<https://lists.acme.test/subscription/" + campaignID + "/" + adaID + ">"},
		{Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click"},
		{Name: "X-Tag", Value: "oct"},
	}, l.Headers, "restored, and without the one that listmonk has not filled in")
	require.JSONEq(t, `{"contact":{"id":"`+adaID+`","external_ids":{"listmonk":"`+adaID+`"},"email":"ada@example.test","name":{"full":"Ada"},"country":"PL"},`+
		`"consent":{"marketing":true},"orders":{"count":2},"message":{"class":"marketing","campaign":"`+campaignID+`","channel":"email","tags":["oct"]}}`, string(l.Facts))

	repeat := call(t, d, decider{answer: send}, platform.Options{}, "", posted())
	require.Equal(t, "repeat", repeat.Get(listmonk.Header))
	require.Len(t, d.letters, 1)
	require.Contains(t, listmonk.Platform(nil).Reacts(repeat).Why, "came before", "it is not delivered once more")
}

func TestUnsubscribeLink(t *testing.T) {
	for name, c := range map[string]struct{ root, from, to, want string }{
		"from the settings":    {root: "https://l.test/", want: "<https://l.test/subscription/" + campaignID + "/" + adaID + ">"},
		"of somebody else":     {from: "/" + adaID + `\"`, to: `/0000\"`, want: ""},
		"not a link":           {from: "https://lists.acme.test", to: "x", want: ""},
		"not in one piece":     {from: "https://lists.acme.test", to: `https://a.test\"> `, want: ""},
		"in the message as is": {want: "<https://lists.acme.test/subscription/" + campaignID + "/" + adaID + ">"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			call(t, d, decider{answer: send}, platform.Options{Settings: platform.Settings{"root_url": c.root}}, "", posted(c.from, c.to))
			got := ""
			for _, h := range d.letters[0].Headers {
				if h.Name == "List-Unsubscribe" && !strings.Contains(h.Value, "mailto") {
					got = h.Value
				}
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestKinds(t *testing.T) {
	tx := posted(`"campaign":{"from_email":"Acme <news@acme.test>","uuid":"`+campaignID+`","name":"October drop","headers":[{"X-Tag":"oct"},{"X-Country":"{{ .Subscriber.Attribs.country }}"},{"List-Unsubscribe":"<mailto:x@acme.test>"}],"tags":["oct"]}`, `"campaign":null`)
	stranger := []byte(strings.Replace(string(tx), adaID, "", 1))
	tests := platform.Settings{"tests": []string{"@example.test"}}
	for name, c := range map[string]struct {
		query    string
		body     []byte
		settings platform.Settings
		kind     relay.Kind
		key      string
		class    string
	}{
		"campaign":             {"", posted(), nil, relay.Campaign, campaignID + " " + adaID, "marketing"},
		"transactional":        {"", tx, nil, relay.Transactional, "", "transactional"},
		"to a stranger":        {"", stranger, nil, relay.Transactional, "", "transactional"},
		"service":              {"class=service", posted(), nil, relay.Campaign, campaignID + " " + adaID, "service"},
		"test":                 {"test=1", posted(), nil, relay.Test, "", "marketing"},
		"somebody who tests":   {"", posted(), tests, relay.Campaign, "", "marketing"},
		"nobody who tests":     {"", posted(), platform.Settings{"tests": []string{"da@example.test"}}, relay.Campaign, campaignID + " " + adaID, "marketing"},
		"a file comes with it": {"", posted(`"attachments":null`, `"attachments":[{"name":"a.txt","header":{"Content-Type":["text/plain; name=\"a.txt\""]},"content":"aGk="}]`), nil, relay.Campaign, campaignID + " " + adaID, "marketing"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{}
			r := call(t, d, decider{answer: send}, platform.Options{Settings: c.settings}, c.query, c.body)
			require.Equal(t, 200, r.Status, string(r.Body))
			l := d.letters[0]
			require.Equal(t, c.kind, l.Kind)
			require.Equal(t, c.key, l.Key)
			require.Equal(t, c.class, payload.Text(payload.Get(l.Facts, "message", "class")))
			require.NotEmpty(t, payload.Text(payload.Get(l.Facts, "contact", "id")))
			if strings.Contains(name, "file") {
				require.Equal(t, []relay.Attachment{{Name: "a.txt", Type: "text/plain", Content: []byte("hi")}}, l.Attachments)
			}
		})
	}
}

func TestTroubleOfTheGateTakesTheLetterUndecided(t *testing.T) {
	for name, dec := range map[string]decider{"a default": {answer: fallback}, "no bundle": {err: gate.ErrNoBundle}} {
		for _, choice := range []platform.OnTrouble{platform.SendDefault, platform.HoldBack} {
			t.Run(fmt.Sprint(name, " ", choice), func(t *testing.T) {
				d := &desk{}
				r := call(t, d, dec, platform.Options{Posture: platform.Posture{Marketing: choice}}, "", posted())
				require.Equal(t, 200, r.Status)
				require.Equal(t, "undecided", r.Get(listmonk.Header))
				require.Nil(t, d.letters[0].Answer)
				require.Equal(t, choice == platform.HoldBack, d.letters[0].Hold)
			})
		}
	}
	d := &desk{}
	require.Equal(t, "queued", call(t, d, decider{answer: sendAll}, platform.Options{}, "class=service", posted()).Get(listmonk.Header), "what can't wait goes out")
	d = &desk{}
	require.Equal(t, "withheld", call(t, d, decider{answer: suppress}, platform.Options{}, "", posted()).Get(listmonk.Header))
}

// What the relay did not take must not be answered with 200: listmonk would
// count it as sent.
func TestARelayInTroubleIsToldToListmonk(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
	}{{relay.ErrFull, 507}, {relay.ErrClosed, 503}, {context.DeadlineExceeded, 503}} {
		for name, dec := range map[string]decider{"send": {answer: send}, "suppress": {answer: suppress}, "no bundle": {err: gate.ErrNoBundle}} {
			r := call(t, &desk{err: c.err}, dec, platform.Options{}, "", posted())
			require.Equal(t, c.status, r.Status, "%v, %s", c.err, name)
		}
	}
}

// The letter goes to whom the decision is about. What could be read as two people is
// refused: a name that stands twice, or in other letters, in whatever order.
func TestNobodyIsMeantInTwoWays(t *testing.T) {
	ada, bob := `"email":"ada@example.test"`, `"email":"bob@example.test"`
	Bob := `"Email":"bob@example.test"`
	for name, body := range map[string][]byte{
		"another case behind": posted(ada, ada+","+Bob),
		"another case before": posted(ada, Bob+","+ada),
		"an escaped name":     posted(ada, ada+`,"\u0065mail":"bob@example.test"`),
		"a folded letter":     posted(`"uuid":"`+adaID+`"`, `"uuid":"`+adaID+`","UUID":"x"`),
		"twice":               posted(ada, ada+","+bob),
		"all of them twice":   posted(`"recipients":`, `"recipients":[{"uuid":"b",`+bob+`}],"recipients":`),
		"all in another case": posted(`"recipients":`, `"RECIPIENTS":[{"uuid":"b",`+bob+`}],"recipients":`),
		"alone in its case":   posted(`"recipients":`, `"Recipients":`),
		"a long s":            posted(`"recipients":`, `"recipient\u017f":[{"uuid":"b",`+bob+`}],"recipients":`),
		"the campaign":        posted(`"name":"October drop"`, `"Uuid":"c2"`),
		"the subject":         posted(`"from_email":"Acme <news@acme.test>","content_type"`, `"Subject":"x","content_type"`),
		"the adapter's own":   posted(`"subject"`, `"winnow":{"class":"service","contact":"b"},"subject"`),
	} {
		d := &desk{}
		r := call(t, d, decider{answer: send}, platform.Options{}, "", body)
		require.Equal(t, 400, r.Status, name)
		require.Empty(t, d.letters, name)
		require.NotContains(t, string(r.Body), "example.test")
	}
}

func TestWhatIsNoLetterIsRefused(t *testing.T) {
	for name, body := range map[string][]byte{
		"two recipients":           posted(`"recipients":[`, `"recipients":[{"uuid":"u","email":"b@example.test"},`),
		"no recipient":             posted(`"recipients":[{`, `"recipients":[],"x":[{`),
		"no address":               posted("ada@example.test", "ada"),
		"two addresses":            posted("ada@example.test", "ada@example.test, b@example.test"),
		"no UTF-8":                 posted("ada@example.test", "ad\xffa@example.test"),
		"a line break":             posted("ada@example.test", `ada@example.test\r\nRCPT TO:<b@example.test>`),
		"a file that is no base64": posted(`"attachments":null`, `"attachments":[{"name":"a.txt","content":"?"}]`),
		"a file without a list":    posted(`"attachments":null`, `"attachments":{"name":"a.txt","content":"aGk="}`),
	} {
		asked := &counting{decider: decider{answer: send}}
		r := call(t, &desk{}, asked, platform.Options{}, "", body)
		require.Equal(t, 400, r.Status, name)
		require.NotContains(t, string(r.Body), "example.test")
		require.Zero(t, asked.n, "no decision is recorded of %s", name)
	}
	require.Equal(t, 400, call(t, &desk{}, decider{answer: send}, platform.Options{}, "class=spam", posted()).Status)
	_, err := platform.NewSource(listmonk.Platform(nil), platform.Options{Name: "lists"}, decider{})
	require.ErrorContains(t, err, "relay section")
}

// Whatever comes in, 200 means that there is a letter with one good address, and that
// the facts beside it are about the same one.
func FuzzPost(f *testing.F) {
	f.Add(posted(), "")
	f.Add(posted(`"attachments":null`, `"attachments":[{"name":"a","content":"aGk="}]`), "test=1")
	f.Add(posted(adaID, ""), "class=service")
	f.Add([]byte(`{"recipients":[{"email":"a@b.test"}]}`), "%")
	f.Add([]byte(`[]`), "")
	f.Add(posted(`"email":"ada@example.test"`, `"email":"ada@example.test","Email":"b@b.test"`), "")
	f.Add(posted(`"recipients":`, `"recipients":[],"Recipients":`), "")
	f.Fuzz(func(t *testing.T, body []byte, query string) {
		d := &desk{}
		s, err := platform.NewSource(listmonk.Platform(d), platform.Options{Name: "lists"}, decider{answer: send})
		require.NoError(t, err)
		var r platform.Reply
		s.Serve(&platform.Call{
			Method: "POST", Path: platform.Address("lists"), Query: query,
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: body,
		}, &r)
		if r.Status != 200 {
			require.Empty(t, d.letters)
			return
		}
		require.Len(t, d.letters, 1)
		require.Contains(t, d.letters[0].To, "@")
		require.NotContains(t, d.letters[0].To, "\n")
		require.Equal(t, d.letters[0].To, payload.Text(payload.Get(d.letters[0].Facts, "contact", "email")))
	})
}
