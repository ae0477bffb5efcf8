package relay_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// Every fault by which a server says no for now is got over; refusals are dead
// and can be sent again; doubt is reported and not sent again.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault relaytest.Fault
		state relay.State
		taken int
		why   string
	}{
		{relaytest.Busy, relay.Sent, 1, ""},
		{relaytest.BusyAtEnd, relay.Sent, 1, ""},
		{relaytest.Reset, relay.Sent, 1, ""},
		{relaytest.GoingDown, relay.Sent, 1, ""},
		{relaytest.Refuse, relay.Dead, 0, "RCPT: 550 there is nobody called <…>"},
		{relaytest.RefuseAtEnd, relay.Dead, 0, "the message: 554 no"},
		{relaytest.ResetTaken, relay.Unsure, 1, "the connection failed before the server said whether it has the message"},
		{relaytest.ResetNotTaken, relay.Unsure, 0, "the connection failed before the server said whether it has the message"},
	} {
		t.Run(fmt.Sprint(c.fault), func(t *testing.T) {
			t.Parallel()
			s := sink(t, relaytest.Options{Fault: func(n int, _ string) relaytest.Fault {
				if n == 0 {
					return c.fault
				}
				return relaytest.None
			}})
			b := open(t, s, nil)
			l := letter("anna")
			if c.fault == relaytest.Reset {
				// The kernel takes up to 4 MiB that nobody reads; of a letter that it took
				// whole, nobody knows whether it arrived.
				l.Body = strings.Repeat(strings.Repeat("x", 63)+"\n", 6<<20/64)
			}
			b.accept(l)
			b.settled()
			list := b.list()
			require.Len(t, list, 1)
			require.Equal(t, c.state.String(), list[0].State)
			require.Equal(t, c.why, list[0].Why)
			require.Equal(t, c.taken, s.Total())
			if c.state == relay.Sent {
				return
			}
			d, err := relay.OpenDesk(b.path, nil)
			require.NoError(t, err)
			defer d.Close()
			_, l, err = d.Show(t.Context(), list[0].ID)
			require.NoError(t, err)
			require.Equal(t, "anna@example.test", l.To)
			require.NoError(t, d.Retry(t.Context(), list[0].ID))
			require.Eventually(t, func() bool { return s.Total() == c.taken+1 }, waitAtMost, shortly)
			require.Len(t, s.IDs(), 1, "sent again, it has the same Message-ID")
			require.Eventually(t, func() bool { return errors.Is(d.Drop(t.Context(), list[0].ID), relay.ErrState) }, waitAtMost, shortly)
			require.ErrorIs(t, d.Retry(t.Context(), 99), relay.ErrNone)
		})
	}
}

func TestEncryptedAndLoggedIn(t *testing.T) {
	certs := httptest.NewUnstartedServer(nil)
	certs.StartTLS()
	defer certs.Close()
	pool := x509.NewCertPool()
	pool.AddCert(certs.Certificate())
	s := sink(t, relaytest.Options{TLS: &tls.Config{Certificates: certs.TLS.Certificates}, User: "winnow", Password: "secret", Keep: true})
	smtp := func(pass string, ca *x509.CertPool) relay.Carrier {
		c, err := relay.NewSMTP(relay.SMTPOptions{Addr: s.Addr(), User: "winnow", Password: pass, TLS: &tls.Config{RootCAs: ca}})
		require.NoError(t, err)
		return c
	}
	b := open(t, s, func(o *relay.Options) { o.Carriers = map[string]relay.Carrier{"lists": smtp("secret", pool)} })
	b.accept(letter("anna"))
	b.settled()
	require.Equal(t, 1, s.Total())
	require.Equal(t, 1, s.Logins())
	for why, c := range map[string]relay.Carrier{
		"did not let us log in": smtp("wrong", pool),
		"can't be encrypted":    smtp("secret", x509.NewCertPool()),
	} {
		b := open(t, s, func(o *relay.Options) { o.Carriers = map[string]relay.Carrier{"lists": c} })
		b.accept(letter("anna"))
		require.Eventually(t, func() bool { return strings.Contains(b.list()[0].Why, why) }, waitAtMost, shortly, why)
		require.Equal(t, "waiting", b.list()[0].State, "a mistake in the settings costs no letter")
	}
	require.Equal(t, 1, s.Total())
}
