package sources_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/rules/diag"
)

const withRelay = `winnow_sources: 1
sources:
  - name: lists
    platform: listmonk
    secrets: env:SHOP_USER
    settings: {root_url: https://lists.shop.example, tests: ["@shop.example"]}
relay:
  smtp: mail.shop.example:587
  user: winnow
  password: file:shop.secret
  return_path: bounces@shop.example
  at_once: 8
  domains: {gmail.com: {at_once: 4, rate: 20}, others: {at_once: 2}}
  first_retry: 10s
  give_up: 12h
  unsure: resend
`

func relayOptions() sources.Options {
	o := options()
	getenv := o.Getenv
	o.Getenv = func(name string) string {
		if name == "SHOP_USER" {
			return "listmonk:listmonk-secret-0001"
		}
		return getenv(name)
	}
	return o
}

func TestRelaySection(t *testing.T) {
	r := sources.Load("sources.yaml", []byte(withRelay), relayOptions())
	require.Empty(t, r.List)
	require.Equal(t, &relay.SMTPOptions{
		Addr: "mail.shop.example:587", User: "winnow", Password: "shop-secret-0001", ReturnPath: "bounces@shop.example",
	}, r.Relay.SMTP)
	require.Equal(t, relay.Options{
		Workers: 8, Resend: true, FirstRetry: 10 * time.Second, GiveUp: 12 * time.Hour,
		Limits: map[string]relay.Limit{"gmail.com": {AtOnce: 4, Rate: 20}, "": {AtOnce: 2}},
	}, r.Relay.Options)
	c, err := r.Relay.Carrier()
	require.NoError(t, err)
	require.IsType(t, &relay.SMTP{}, c)

	src := strings.Replace(withRelay, "smtp: mail.shop.example:587", "forward: https://other.example/post", 1)
	r = sources.Load("sources.yaml", []byte(src), relayOptions())
	require.Empty(t, r.List)
	c, err = r.Relay.Carrier()
	require.NoError(t, err)
	require.IsType(t, &relay.HTTP{}, c)
}

func TestMistakesOfTheRelaySection(t *testing.T) {
	section := withRelay[strings.Index(withRelay, "relay:"):]
	for _, c := range []struct{ name, old, now, code, message string }{
		{"no relay", section, "", diag.MissingKey, "listmonk hands messages over for good"},
		{"nowhere to", "  smtp: mail.shop.example:587\n", "", diag.MissingKey, "either smtp or forward"},
		{"no port", ":587", "", diag.BadSetting, `"mail.shop.example" is no mail server`},
		{"bad address", "smtp: mail.shop.example:587", "forward: other.example", diag.BadURL, "no"},
		{"literal password", "file:shop.secret", "hunter2hunter2", diag.SecretLiteral, "a secret stands in the file"},
		{"no password", "  password: file:shop.secret\n", "", diag.MissingKey, "no password"},
		{"no user", "  user: winnow\n", "", diag.MissingKey, "no user"},
		{"security", "at_once: 8", "security: ssl", diag.NotAllowed, "security"},
		{"clear", "at_once: 8", "security: none", diag.OpenSource, "in the clear"},
		{"domain", "gmail.com:", "gmail:", diag.BadName, `"gmail" is no domain`},
		{"rate", "rate: 20", "rate: 0", diag.BadNumber, "out of bounds"},
		{"unknown key", "first_retry", "first_rety", diag.UnknownKey, "first_rety"},
		{"return path", "bounces@shop.example", "Bounces", diag.BadSetting, "bare address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, withRelay, c.old)
			r := sources.Load("sources.yaml", []byte(strings.Replace(withRelay, c.old, c.now, 1)), relayOptions())
			require.NotEmpty(t, r.List)
			require.Equal(t, c.code, r.List[0].Code, "%+v", r.List)
			require.Contains(t, r.List[0].Message, c.message)
			require.Positive(t, r.List[0].Line)
			var out bytes.Buffer
			require.NoError(t, diag.WriteText(&out, r.List, func(string) ([]byte, bool) { return r.Shown, true }, false))
			require.NotContains(t, out.String(), "hunter2")
		})
	}
	lone := strings.Replace(withRelay, "platform: listmonk", "platform: generic", 1)
	lone = strings.Replace(lone, "    settings: {root_url: https://lists.shop.example, tests: [\"@shop.example\"]}\n", "", 1)
	r := sources.Load("sources.yaml", []byte(lone), relayOptions())
	require.False(t, r.List.HasErrors(), "%+v", r.List)
	require.Contains(t, r.List[0].Message, "nothing to deliver")
}
