package relay_test

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// A server without SMTPUTF8, as most are to somebody, takes international
// domains in ASCII only, in the envelope and in the headers.
func TestInternationalDomains(t *testing.T) {
	s := sink(t, relaytest.Options{Keep: true})
	b := open(t, s, nil)
	b.accept(&relay.Letter{Source: "lists", From: "Müller <news@MÜLLER.example>", To: "anna@żółw.pl", Subject: "Zażółć", Body: "b"})
	b.accept(&relay.Letter{Source: "lists", From: "news@shop.test", To: "anna@żó łw.pl", Subject: "s", Body: "b"})
	b.accept(&relay.Letter{Source: "lists", From: "news@shop.test", To: "anna@under_score.test", Subject: "s", Body: "b"})
	b.settled()
	require.Equal(t, map[string]int{"anna@xn--w-uga1v8h.pl": 1, "anna@under_score.test": 1}, s.Counts())
	for _, data := range s.Messages() {
		require.True(t, isPlain(data), "%q", data)
		m, err := mail.ReadMessage(bytes.NewReader(data))
		require.NoError(t, err)
		require.Regexp(t, `^<[0-9a-f]{32}@[a-z-]+\.(example|test)>$`, m.Header.Get("Message-Id"))
		_, err = m.Header.AddressList("From")
		require.NoError(t, err)
	}
	require.Len(t, b.list(relay.Dead), 1)
}

func isPlain(data []byte) bool {
	for _, c := range data {
		if c > '~' || c < ' ' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// Mail has lines of 998 bytes. What can't be broken into such is not sent: a
// server on the way would break it anywhere, and what follows the break would be
// another line.
func TestLinesFitIntoMail(t *testing.T) {
	s := sink(t, relaytest.Options{Keep: true})
	b := open(t, s, nil)
	long := strings.Repeat("x", 1200)
	whole := func(change func(*relay.Letter)) {
		l := letter("anna")
		l.Key = ""
		change(l)
		b.accept(l)
	}
	whole(func(l *relay.Letter) { l.Body = long })
	whole(func(l *relay.Letter) { l.Subject = strings.Repeat("ż", 1200) })
	whole(func(l *relay.Letter) { l.Subject = strings.Repeat("many words ", 200) })
	whole(func(l *relay.Letter) {
		l.Attachments = []relay.Attachment{{Name: "a.txt", Content: []byte(long)}}
	})
	b.settled()
	require.Equal(t, 4, s.Total())
	for _, m := range s.Messages() {
		for line := range strings.Lines(string(m)) {
			require.LessOrEqual(t, len(line), 999, "%q", line)
		}
	}
	whole(func(l *relay.Letter) { l.Subject = long })
	whole(func(l *relay.Letter) { l.Headers[0].Value = "<https://l.test/" + long + ">" })
	whole(func(l *relay.Letter) { l.Attachments = []relay.Attachment{{Name: strings.Repeat("ü", 600)}} })
	b.settled()
	require.Equal(t, 4, s.Total())
	dead := b.list(relay.Dead)
	require.Len(t, dead, 3)
	require.Equal(t, "a line of its header has 1201 bytes, and mail takes 998", dead[0].Why)
}
