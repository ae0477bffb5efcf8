package ghost_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/ghost"
	"github.com/winnow-gate/winnow/plugin/platform/ghost/mailguntest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

func TestTroubleOfTheGateIsAsTheOwnerChose(t *testing.T) {
	for choice, want := range map[platform.OnTrouble]struct{ status, sent int }{
		platform.SendDefault: {200, 3}, platform.HoldBack: {200, 0}, platform.Retry: {503, 0},
	} {
		w := newWorld(t, worldOptions{
			decider: rules{err: gate.ErrNoBundle}, posture: platform.Posture{Marketing: choice},
			settings: platform.Settings{"otherwise": []string{"hero_headline=Welcome back"}},
		})
		r := w.post(three())
		require.Equal(t, want.status, r.Status, choice)
		require.Len(t, w.server.Counts(), want.sent, choice)
		if want.sent > 0 {
			v := w.server.Messages()[0].Variables["ada@example.test"]
			require.Equal(t, "Welcome back", v["winnow_hero_headline"], "no mark reaches a reader")
			require.Equal(t, "", v["winnow_hero"])
		}
	}
}

// lost is a book that can't be written.
type lost struct{}

func (lost) Begin(context.Context, string, string, []string) (*handed.Handover, error) {
	return nil, errors.New("no space left on device")
}

func TestWhatCannotBeNotedIsNotSentUnlessItMayNotWait(t *testing.T) {
	w := newWorld(t, worldOptions{})
	s, err := platform.NewSource(ghost.Platform(ghost.Options{Book: lost{}}), platform.Options{Name: "ghost", Settings: platform.Settings{"domain": domain, "url": w.server.URL, "api_key": mailguntest.Key}}, rules{})
	require.NoError(t, err)
	w.source = s
	r := w.post(three())
	require.Equal(t, 503, r.Status)
	require.NotContains(t, string(r.Body), "device")
	require.Empty(t, w.server.Messages())
	service := bytes.Replace(three(), []byte("\r\n--"+boundary+"--"), []byte("\r\n--"+boundary+"\r\nContent-Disposition: form-data; name=\"v:winnow-class\"\r\n\r\nservice\r\n--"+boundary+"--"), 1)
	require.Equal(t, 200, w.post(service).Status)
	require.Len(t, w.server.Messages(), 1)
}

func TestMailgunAway(t *testing.T) {
	w := newWorld(t, worldOptions{})
	w.server.Close()
	r := w.post(three())
	require.Equal(t, 503, r.Status)
	require.Equal(t, "10", r.Get("Retry-After"))
	list, err := w.book.Unsure(t.Context())
	require.NoError(t, err)
	require.Empty(t, list, "nothing was sent, so nothing is in doubt")
}

func TestADoubtIsSettledByHand(t *testing.T) {
	for _, taken := range []bool{true, false} {
		n := 0
		w := newWorld(t, worldOptions{fail: func() string {
			if n++; n == 1 {
				return "reset"
			}
			return ""
		}})
		require.Equal(t, 502, w.post(three()).Status)
		list, err := w.book.Unsure(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, 2, list[0].People)
		require.NoError(t, w.book.Settle(t.Context(), list[0].ID, taken))
		r := w.post(three())
		require.Equal(t, 200, r.Status)
		require.Contains(t, string(r.Body), `"id":"<`)
		require.Equal(t, map[bool]int{true: 1, false: 2}[taken], w.server.Counts()["ada@example.test"])
	}
}

// The caller's own credentials go on when the source has none, and nothing else
// of its headers does.
func TestCredentials(t *testing.T) {
	w := newWorld(t, worldOptions{settings: platform.Settings{"api_key": ""}})
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("api:"+mailguntest.Key))
	require.Equal(t, 401, w.post(three()).Status)
	require.Equal(t, 200, w.post(three(), "Authorization", basic, "Transfer-Encoding", "chunked", "Connection", "close, X-Evil", "X-Forwarded-Host", "evil.test").Status)
	own := newWorld(t, worldOptions{})
	require.Equal(t, 200, own.post(three(), "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("api:ghost-and-winnow"))).Status, "the source's own key")
}

func TestWhatGhostReadsBesidesIsPassedThrough(t *testing.T) {
	w := newWorld(t, worldOptions{})
	for _, c := range []struct {
		method, below, query string
		status               int
	}{
		{"GET", "events", "limit=300&event=delivered%20OR%20opened", 200},
		{"GET", "events/W3siYSI6IHsiY-_=", "", 200},
		{"DELETE", "bounces/ada%40example.test", "", 200},
		{"DELETE", "unsubscribes/ada@example.test", "", 200},
		{"DELETE", "unsubscribes", "", 405},
		{"POST", "unsubscribes", "", 405},
		{"GET", "messages", "", 405},
		{"GET", "../../v4/domains", "", 404},
		{"GET", "events/../../../v4/domains", "", 404},
		{"GET", "events/%2e%2e/%2E%2e/domains", "", 404},
		{"GET", "events/..%2f..%2fdomains", "", 404},
		{"GET", "events//x", "", 404},
		{"GET", "events/a?b#c", "", 404},
		{"GET", "events/\r\nX: y", "", 404},
		{"GET", "credentials", "", 404},
		{"GET", "", "", 404},
	} {
		before := len(w.server.Asked())
		r := w.call(platform.Call{Method: c.method, Below: "v3/" + domain + "/" + c.below, Query: c.query})
		require.Equal(t, c.status, r.Status, "%s %s: %s", c.method, c.below, r.Body)
		if c.status != 200 {
			require.Len(t, w.server.Asked(), before, c.below)
			continue
		}
		asked := w.server.Asked()
		want := c.method + " /v3/" + domain + "/" + c.below
		if c.query != "" {
			want += "?" + c.query
		}
		require.Equal(t, want, asked[len(asked)-1])
	}
	for _, below := range []string{"v3/other.test/messages", "v3/" + domain, "messages", "v3/MG.example.test/messages", "x/v3/" + domain + "/messages"} {
		require.Equal(t, 404, w.call(platform.Call{Method: "POST", Below: below, Body: three()}).Status, below)
	}
}

// A form of ours goes out, so nothing in the caller's can mean another thing to
// Mailgun than it did here.
func TestFormsAreWrittenAnew(t *testing.T) {
	hidden := "\r\n--" + boundary + "x\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\neve@example.test\r\n--other\r\nContent-Disposition: form-data; name=\"bcc\"\r\n\r\neve@example.test"
	list := [][2]string{
		{"to", "ada@example.test, Cyd <cyd@example.test>, ben@example.test"},
		{"cc", "ben@example.test"},
		{"bcc", "zoe@example.test"},
		{"from", "news@shop.test"},
		{"text", "a" + strings.ReplaceAll(hidden, boundary+"x", "other")},
		{"v:email-id", "m2"},
		{"recipient-variables", "{" + adasVariables + "," + bensVariables + "," + cydsVariables + "}"},
	}
	file := "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"attachment\"; filename=\"a \\\"b\\\".txt\"\r\nContent-Type: text/plain\r\n\r\nfile\r\n\r\nbytes\x00\r\n--" + boundary + "--"
	body := bytes.Replace(formOf(list), []byte("\r\n--"+boundary+"--"), []byte(file), 1)
	w := newWorld(t, worldOptions{})
	r := w.post(append([]byte("a preamble\r\n"), body...))
	require.Equal(t, 200, r.Status, string(r.Body))
	m := w.server.Messages()[0]
	require.ElementsMatch(t, []string{"ada@example.test", "cyd@example.test"}, m.To)
	require.Equal(t, []string{"zoe@example.test"}, m.Form["bcc"])
	require.Empty(t, m.Form["cc"])
	require.Equal(t, map[string]string{`a "b".txt`: "file\r\n\r\nbytes\x00"}, m.Files)
	require.Equal(t, list[4][1], m.Form["text"][0])
}

func TestEncodedFormsAndSingleMails(t *testing.T) {
	w := newWorld(t, worldOptions{})
	form := url.Values{"to": {"ada@example.test"}, "from": {"news@shop.test"}, "text": {"%recipient.winnow_hero%"}}
	r := w.call(platform.Call{Method: "POST", Below: messages, Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(form.Encode())})
	require.Equal(t, 200, r.Status, string(r.Body))
	require.Equal(t, "generic", w.server.Messages()[0].Variables["ada@example.test"]["winnow_hero"])

	form["to"] = []string{"ada@example.test", "cyd@example.test"}
	shared := func() *platform.Reply {
		return w.call(platform.Call{Method: "POST", Below: messages, Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(form.Encode())})
	}
	r = shared()
	require.Equal(t, 400, r.Status)
	require.Contains(t, string(r.Body), "see each other")
	form["text"] = []string{"plain"}
	require.Equal(t, 200, shared().Status)
	require.Nil(t, w.server.Messages()[1].Variables, "people who see each other still do")
}

func TestWhatIsNoMessageIsRefused(t *testing.T) {
	w := newWorld(t, worldOptions{})
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprintf("a%d@example.test", i)
	}
	good := posted("{"+adasVariables+"}", "ada@example.test")
	for name, body := range map[string][]byte{
		"too many":            posted("{}", many...),
		"nobody":              posted("{}"),
		"no address":          posted("{}", "ada"),
		"a line break":        posted("{}", "ada@example.test\r\nBcc: eve@example.test"),
		"a hidden list":       posted("{}", "ada@example.test;eve@example.test"),
		"variables twice":     bytes.Replace(good, []byte("v:email-id"), []byte("recipient-variables"), 1),
		"variables are none":  posted("[]", "ada@example.test"),
		"variables of a text": posted(`{"ada@example.test":"x"}`, "ada@example.test"),
		"variables by case":   posted(`{"ada@example.test":{},"ADA@example.test":{}}`, "ada@example.test"),
		"cut short":           good[:len(good)-20],
		"a name with a break": bytes.Replace(good, []byte(`"subject"`), []byte("\"sub\\\"; filename=x\""), 1),
		"encoded":             bytes.Replace(good, []byte("name=\"subject\"\r\n"), []byte("name=\"subject\"\r\nContent-Transfer-Encoding: base64\r\n"), 1),
		"two dispositions":    bytes.Replace(good, []byte("name=\"subject\"\r\n"), []byte("name=\"subject\"\r\nContent-Disposition: form-data; name=\"bcc\"\r\n"), 1),
	} {
		r := w.post(body)
		require.Equal(t, 400, r.Status, "%s: %s", name, r.Body)
		require.Contains(t, string(r.Body), `{"message":"`, name)
		require.NotContains(t, string(r.Body), "example.test", name)
	}
	require.Empty(t, w.server.Asked())
	thousand := w.post(posted("{}", many[:1000]...))
	require.Equal(t, 200, thousand.Status, string(thousand.Body))
	require.Len(t, w.server.Counts(), 1000)
}

func TestSettings(t *testing.T) {
	l := &handed.Book{}
	for want, s := range map[string]platform.Settings{
		"domain is missing":   {},
		"domain is no domain": {"domain": "mg.shop.example/../x"},
		"in the clear":        {"domain": domain, "url": "http://api.mailgun.net"},
		"not the address":     {"domain": domain, "url": "https://api.mailgun.net/v3?x=1"},
		"hero_headline":       {"domain": domain, "otherwise": []string{"hero headline"}},
	} {
		_, err := platform.NewSource(ghost.Platform(ghost.Options{Book: l}), platform.Options{Name: "g", Settings: s}, rules{})
		require.ErrorContains(t, err, want)
	}
	_, err := platform.NewSource(ghost.Platform(ghost.Options{}), platform.Options{Name: "g", Settings: platform.Settings{"domain": domain}}, rules{})
	require.ErrorContains(t, err, "book of what was sent")
}
