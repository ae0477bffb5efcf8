package relay_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// What a platform hands over can put no header, recipient or line into a mail
// that winnow did not mean to write.
func TestLettersBreakOutOfNothing(t *testing.T) {
	s := sink(t, relaytest.Options{Keep: true})
	b := open(t, s, nil)
	const evil = "x\r\nBcc: eve@example.test\r\n\r\n.\r\nMAIL FROM:<eve@example.test>\r\n"
	b.accept(&relay.Letter{
		Source: "lists", From: `"Shop` + "\t" + `" <news@shop.test>`, To: "ada@example.test", Subject: evil + "Ł", Body: "text\r\n.\r\nRCPT TO:<eve@example.test>\r\n",
		Headers: []relay.Header{
			{Name: "X-Tag", Value: evil},
			{Name: "Bcc", Value: "eve@example.test"},
			{Name: "X-A: b\r\nBcc", Value: "eve@example.test"},
			{Name: "bCC", Value: "eve@example.test"},
			{Name: "Content-Type", Value: "text/html"},
			{Name: "Resent-Bcc", Value: "eve@example.test"},
		},
		Attachments: []relay.Attachment{{Name: "a\"; name=\"b\r\nBcc: eve@example.test", Type: "text/plain\r\nBcc: eve@example.test", Content: []byte("hi")}},
	})
	b.settled()
	require.Equal(t, map[string]int{"ada@example.test": 1}, s.Counts())
	m, err := mail.ReadMessage(bytes.NewReader(s.Messages()[0]))
	require.NoError(t, err)
	require.Empty(t, m.Header["Bcc"])
	require.Empty(t, m.Header["Resent-Bcc"])
	require.Len(t, m.Header["Subject"], 1)
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/mixed", kind)
	parts := multipart.NewReader(m.Body, params["boundary"])
	n := 0
	for ; ; n++ {
		p, err := parts.NextPart()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		require.Empty(t, p.Header.Values("Bcc"))
		_, _ = io.Copy(io.Discard, p)
	}
	require.Equal(t, 2, n)
}

// A quoted local part may hold what ends an address in SMTP.
func TestAddressesStayAddresses(t *testing.T) {
	for _, to := range []string{
		`"victim@bank.test> ORCPT=rfc822;a"@example.test`, `"a b"@example.test`, `"a\"b"@example.test`, "\"a\tb\"@example.test",
	} {
		s := sink(t, relaytest.Options{Keep: true})
		b := open(t, s, nil)
		b.accept(&relay.Letter{Source: "lists", From: "news@shop.test", To: to, Subject: "s", Body: "b"})
		b.accept(&relay.Letter{Source: "lists", From: to, To: "ada@example.test", Subject: "s", Body: "b"})
		b.settled()
		require.Empty(t, s.Counts(), to)
		dead := b.list(relay.Dead)
		require.Len(t, dead, 2)
		require.False(t, strings.Contains(dead[0].Why, "victim"), "a recipient's address in a reason")
	}
}
