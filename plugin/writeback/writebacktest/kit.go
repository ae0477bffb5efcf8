// Package writebacktest is the kit that every platform's way of writing back has
// to pass. The real services can't be reached from where winnow is built, so
// each platform's tests bring a server that behaves as its documentation says,
// and the kit puts the same trouble in its way: slow answers, lost answers,
// throttles, resets, a rejected key, contacts that do not exist. It runs real
// HTTP in a bubble of testing/synctest, so that hours of back-off take no time.
package writebacktest

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// timeout is the time-out of requests in the kit.
const timeout = 10 * time.Second

// Base is where a subject's server stands.
const Base = "http://platform.test"

// Subject is one platform's way of writing back.
type Subject struct {
	// New makes the API over the server at Base; optOut has it write opt-outs, for
	// platforms that can.
	New func(optOut bool) writeback.Platform
	// Server answers as the platform's documentation says. It answers a rejected
	// key when the account's is not good.
	Server func(*Account) http.Handler
	// Contact makes the nth contact, and what the platform knows them by.
	Contact func(n int) (c writeback.Contact, name string)
	// Names are the fields that have to be there in the end, of the values send,
	// action, reason, for, hero, at, in this order.
	Names [6]string
	// Forbidden are texts that no request may hold: they would take an opt-out back.
	Forbidden []string
	// CanOptOut says that the platform's API takes opt-outs.
	CanOptOut bool
	// MakesContacts says that writing to an unknown contact makes them.
	MakesContacts bool
}

// Run runs the kit.
func Run(t *testing.T, s Subject) {
	t.Run("explicit values for everybody", func(t *testing.T) { synctest.Test(t, s.explicit) })
	for _, f := range faults() {
		t.Run(string(f), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { s.trouble(t, f) }) })
	}
	t.Run("a rejected key", func(t *testing.T) { synctest.Test(t, s.rejectedKey) })
	t.Run("an unknown contact", func(t *testing.T) { synctest.Test(t, s.unknown) })
	t.Run("the documented limits", func(t *testing.T) { synctest.Test(t, s.limits) })
	t.Run("opt-outs stay", func(t *testing.T) { synctest.Test(t, s.optOutsStay) })
	if s.CanOptOut {
		t.Run("an opt-out that the owner asks for", func(t *testing.T) { synctest.Test(t, s.optOutAsked) })
	}
}

func (s Subject) explicit(t *testing.T) {
	r := s.open(t, 3, false)
	defer r.close()
	r.put(0, true, "vip")
	r.put(1, false, "plain")
	r.put(2, true, "")
	r.settled()
	r.want(0, true, "vip")
	r.want(1, false, "plain")
	r.want(2, true, writeback.None)
	time.Sleep(time.Second)
	r.put(0, false, "plain")
	r.put(1, true, "vip")
	r.settled()
	r.want(0, false, "plain")
	r.want(1, true, "vip")
	require.Equal(t, uint64(5), r.stats().Written)
}

// trouble puts a fault in the way of the first requests; in the end all is as
// decided, the latest decision above all.
func (s Subject) trouble(t *testing.T, f Fault) {
	r := s.open(t, 4, false)
	defer r.close()
	r.account.faults = []Fault{f, f, None, f}
	for n := range 4 {
		r.put(n, false, "plain")
	}
	time.Sleep(3 * time.Second)
	r.put(0, true, "vip")
	r.settled()
	r.want(0, true, "vip")
	for n := 1; n < 4; n++ {
		r.want(n, false, "plain")
	}
	require.Zero(t, r.stats().Dead)
}

func (s Subject) rejectedKey(t *testing.T) {
	r := s.open(t, 20, false)
	defer r.close()
	r.account.mu.Lock()
	r.account.key = false
	r.account.mu.Unlock()
	for n := range 20 {
		r.put(n, true, "vip")
	}
	time.Sleep(time.Hour)
	require.Equal(t, int64(20), r.stats().Waiting, "nobody is lost")
	require.NotEmpty(t, r.stats().Trouble)
	require.Less(t, len(r.account.requests()), 40, "it is asked seldom")
	r.account.mu.Lock()
	r.account.key = true
	r.account.mu.Unlock()
	r.settled()
	for n := range 20 {
		r.want(n, true, "vip")
	}
}

// unknown mixes a contact that the account has not got into others.
func (s Subject) unknown(t *testing.T) {
	if testing.Short() {
		t.Skip("two hours of a bubble's time take seconds; run without -short")
	}
	r := s.open(t, 5, false)
	defer r.close()
	for _, n := range []int{0, 1, 7, 2, 3, 4} {
		r.put(n, true, "vip")
	}
	time.Sleep(2 * time.Hour)
	for n := range 5 {
		r.want(n, true, "vip")
	}
	list, err := r.queue.List(t.Context(), writeback.Filter{})
	require.NoError(t, err)
	if s.MakesContacts {
		require.Empty(t, list)
		return
	}
	require.Len(t, list, 1)
	require.True(t, list[0].Dead)
	require.NotEmpty(t, list[0].Trouble)
	require.NotContains(t, list[0].Trouble, "@", "no address gets into messages")
	_, name := s.Contact(7)
	r.account.mu.Lock()
	r.account.contacts[name] = map[string]string{}
	r.account.mu.Unlock()
	_, err = r.queue.Retry(t.Context(), writeback.Filter{})
	require.NoError(t, err)
	r.settled()
	r.want(7, true, "vip")
}

// limits checks that no span of time holds more requests than the plan says, and
// that a platform with batches gets them.
func (s Subject) limits(t *testing.T) {
	const contacts = 300
	r := s.open(t, contacts, false)
	defer r.close()
	plan := s.New(false).Plan()
	require.NotEmpty(t, plan.Limits)
	require.NotEmpty(t, plan.Source, "who says so?")
	for n := range contacts {
		r.put(n, true, "vip")
	}
	r.settled()
	for n := range contacts {
		r.want(n, true, "vip")
	}
	times := r.account.requests()
	for _, l := range plan.Limits {
		for i := l.N; i < len(times); i++ {
			require.GreaterOrEqual(t, times[i].Sub(times[i-l.N]), l.Per, "%d requests in less than %s", l.N+1, l.Per)
		}
	}
	if plan.Batch > 1 {
		require.Less(t, len(times), contacts)
	}
}

// optOutsStay: whoever has opted out at the platform stays so, whatever is
// written, and a persona's suppression opts nobody out.
func (s Subject) optOutsStay(t *testing.T) {
	r := s.open(t, 3, false)
	defer r.close()
	_, gone := s.Contact(0)
	_, here := s.Contact(1)
	r.account.OptOut(gone, true)
	r.put(0, true, "vip")
	r.put(1, false, "plain")
	r.settled()
	require.True(t, r.account.OptedOut(gone))
	require.False(t, r.account.OptedOut(here))
	s.nothingForbidden(r)
}

func (s Subject) nothingForbidden(r *rig) {
	for _, text := range s.Forbidden {
		require.False(r.t, r.account.sent(text), "a request holds %s", text)
	}
}

func (s Subject) optOutAsked(t *testing.T) {
	r := s.open(t, 2, true)
	defer r.close()
	r.put(0, false, "plain")
	r.put(1, true, "vip")
	r.settled()
	_, suppressed := s.Contact(0)
	_, sent := s.Contact(1)
	require.True(t, r.account.OptedOut(suppressed))
	require.False(t, r.account.OptedOut(sent))
	r.put(0, true, "vip")
	r.settled()
	require.True(t, r.account.OptedOut(suppressed), "nothing takes it back")
	s.nothingForbidden(r)
}

// Trouble hands in decisions about so many contacts and gives what the engine
// says about the target a second later. It is called in a bubble.
func Trouble(t *testing.T, s Subject, contacts int) string {
	r := s.open(t, contacts, false)
	defer r.close()
	for n := range contacts {
		r.put(n, true, "vip")
	}
	time.Sleep(time.Second)
	return r.stats().Trouble
}

// Dead hands in decisions about so many contacts and gives what the dead letters
// say an hour later. It is called in a bubble.
func Dead(t *testing.T, s Subject, contacts int) (texts []string) {
	r := s.open(t, contacts, false)
	defer r.close()
	for n := range contacts {
		r.put(n, true, "vip")
	}
	time.Sleep(time.Hour)
	list, err := r.queue.List(context.Background(), writeback.Filter{Dead: true})
	require.NoError(t, err)
	for _, e := range list {
		texts = append(texts, e.Trouble)
	}
	return texts
}
