package sources_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules/diag"
)

// An address without TLS is warned about, unless it is on a private network.
func TestPublicAddressWithoutTLS(t *testing.T) {
	for host, warned := range map[string]bool{
		"http://winnow.shop.example": true, "http://203.0.113.7:8080": true, "http://[2001:db8::1]": true, "http://winnow.internal.example": true,
		"https://winnow.shop.example": false, "http://localhost:8080": false, "http://127.0.0.1": false, "http://[::1]:8080": false,
		"http://10.1.2.3": false, "http://192.168.0.9": false, "http://winnow:8080": false, "http://gate.internal": false,
	} {
		r := sources.Load("sources.yaml", []byte(strings.Replace(good, "https://winnow.shop.example/", host, 1)), options())
		require.NotNil(t, r.Configs, host)
		codes := []string{}
		for _, d := range r.List {
			if d.Code == diag.PlainAddress {
				require.Equal(t, diag.Warn, d.Severity)
				require.Contains(t, d.Hint, "https://")
				codes = append(codes, d.Code)
			}
		}
		require.Equal(t, warned, len(codes) == 1, host)
	}
}

// What winnow calls with a key of its own is warned about in the same way.
func TestAddressesThatAreCalledWithoutTLS(t *testing.T) {
	const file = `winnow_sources: 1
sources:
  - {name: autumn, platform: mautic, secrets: "file:shop.secret", settings: {api_url: "HOST", api_user: winnow, api_password: "file:shop.secret"}}
  - {name: lists, platform: listmonk, scheme: secret-query, secrets: "file:shop.secret", settings: {root_url: "http://lists.shop.example"}}
relay: {forward: "HOST/post"}
`
	for host, warned := range map[string]bool{
		"http://mautic.shop.example": true, "https://mautic.shop.example": false, "http://mautic": false, "http://10.1.2.3:8080": false,
	} {
		r := sources.Load("sources.yaml", []byte(strings.ReplaceAll(file, "HOST", host)), options())
		require.False(t, r.List.HasErrors(), "%v", r.List)
		var told []string
		for _, d := range r.List {
			require.Equal(t, diag.PlainAddress, d.Code)
			what, _, _ := strings.Cut(d.Message, " ")
			told = append(told, what)
		}
		if warned {
			require.ElementsMatch(t, []string{"api_url", "forward"}, told)
		} else {
			require.Empty(t, told, host)
		}
	}
}

func TestSchemeNoneIsAWarning(t *testing.T) {
	r := sources.Load("s.yaml", []byte("winnow_sources: 1\nsources: [{name: a, platform: generic, scheme: none}]\n"), options())
	require.False(t, r.List.HasErrors())
	require.Equal(t, diag.OpenSource, r.List[0].Code)
	require.Len(t, r.Configs, 1)
}

func TestSecretsThatCanBeGuessedAreWarnedOf(t *testing.T) {
	for secret, want := range map[string]int{
		"static-header fifteen-letters": 1, "static-header sixteen--letters": 0, "cloudevents short": 1,
		"basic somebody-with-a-long-name:short": 1, "basic me:a-password-that-is-long": 0,
		"stdwh-v1 whsec_c2hvcnQ=": 0, // the platform makes these
	} {
		scheme, text, _ := strings.Cut(secret, " ")
		o := options()
		o.Getenv = func(string) string { return text }
		r := sources.Load("s.yaml", []byte("winnow_sources: 1\nsources: [{name: a, platform: cloudevents, scheme: "+scheme+", secrets: [env:S]}]\n"), o)
		codes := 0
		for _, d := range r.List {
			if d.Code == diag.ShortSecret {
				codes++
				require.NotContains(t, d.Message+d.Hint, text)
			}
		}
		require.Equal(t, want, codes, secret)
	}
}
