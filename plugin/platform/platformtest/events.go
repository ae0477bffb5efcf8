package platformtest

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// EventKit is what the kit must know of a platform that tells of events.
type EventKit struct {
	Platform platform.Platform
	// Call is a good call, as the platform makes it, before it is signed. Path is
	// set by the kit.
	Call platform.Call
	// Want are the events of Call, without their Source.
	Want []ledger.Event
	// Options are added to those of the source.
	Options platform.Options
	// SchemeOptions are those of its schemes.
	SchemeOptions verify.Options
}

// RunEvents runs the kit of platforms that tell of events.
func RunEvents(t *testing.T, k EventKit) {
	k.Call.Path = platform.Address("kit")
	k.Call.Method = "POST"
	for _, part := range []struct {
		name string
		test func(*testing.T, EventKit)
	}{
		{"description", func(t *testing.T, k EventKit) {
			described(t, Kit{Platform: k.Platform})
			require.True(t, k.Platform.Tells)
			require.True(t, k.Platform.AsksAgain, "what can't be kept must be sent again")
		}},
		{"recipe", func(t *testing.T, k EventKit) {
			text := k.Platform.Recipe(platform.Recipe{URL: "https://winnow.shop.example/v1/in/autumn", Source: "autumn"})
			require.Contains(t, text, "https://winnow.shop.example/v1/in/autumn")
			require.NotContains(t, text, "template:", "the recipe can't be filled")
		}},
		{"events", told},
		{"signatures", eventSignatures},
		{"repeats", eventRepeats},
		{"trouble", eventTrouble},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, k) })
	}
}

// inbox notes events, or fails.
type inbox struct {
	events []ledger.Event
	err    error
}

func (b *inbox) Put(_ context.Context, events ...ledger.Event) error {
	if b.err == nil {
		b.events = append(b.events, events...)
	}
	return b.err
}

// eventSource is a source with a scheme; signer signs for it.
func eventSource(t testing.TB, k EventKit, id verify.ID, to platform.Inbox) (s *platform.Source, signer *verify.Scheme) {
	t.Helper()
	o := k.Options
	o.Name, o.PublicURL, o.Inbox = "kit", PublicURL, to
	if id != "" {
		signs, shown := Secrets(id)
		var err error
		signer, err = verify.New(id, signs[:1], k.SchemeOptions)
		require.NoError(t, err)
		o.Scheme, err = verify.New(id, shown[:1], k.SchemeOptions)
		require.NoError(t, err)
	}
	s, err := platform.NewSource(k.Platform, o, nil)
	require.NoError(t, err)
	require.True(t, s.Listens())
	return s, signer
}

func hear(t testing.TB, s *platform.Source, c platform.Call) *platform.Reply {
	t.Helper()
	c.Header, c.Body = slices.Clone(c.Header), bytes.Clone(c.Body)
	if c.Received.IsZero() {
		c.Received = Now()
	}
	r := &platform.Reply{}
	s.Serve(&c, r)
	clear(c.Body) // nothing of it may be kept
	require.Zero(t, s.Metrics().Calls["broken"], "the adapter broke: %s", r.Body)
	return r
}

// told wants the events as they were sent, plain and packed.
func told(t *testing.T, k EventKit) {
	require.NotEmpty(t, k.Want)
	for _, c := range []platform.Call{k.Call, packed(t, k.Call)} {
		var b inbox
		s, _ := eventSource(t, k, "", &b)
		r := hear(t, s, c)
		require.Equal(t, 200, r.Status, string(r.Body))
		for i := range b.events {
			require.Equal(t, "kit", b.events[i].Source)
			require.NotEmpty(t, b.events[i].ID)
			if b.events[i].Source = ""; i < len(k.Want) && k.Want[i].ID == "" {
				b.events[i].ID = "" // any will do
			}
		}
		require.Equal(t, k.Want, b.events)
	}
}

func eventSignatures(t *testing.T, k EventKit) {
	for _, id := range k.Platform.Schemes {
		t.Run(string(id), func(t *testing.T) {
			var b inbox
			s, signer := eventSource(t, k, id, &b)
			good := Sign(t, signer, k.Call, Now())
			require.Equal(t, 200, hear(t, s, good).Status)
			require.Len(t, b.events, len(k.Want))
			info, _ := verify.Describe(id)
			forged := flipped(good, info)
			forged["not signed"] = withReceived(k.Call)
			forged["signed by a stranger"] = byStranger(t, Kit{Call: k.Call, SchemeOptions: k.SchemeOptions}, id)
			if info.Time {
				forged["stale"], forged["from the future"] = at(good, 6*time.Minute), at(good, -6*time.Minute)
			}
			for why, c := range forged {
				require.Equal(t, 401, hear(t, s, c).Status, why)
			}
			require.Len(t, b.events, len(k.Want), "a forged call was taken")
		})
	}
}

// eventRepeats wants a call that comes twice to count once, after a restart too.
func eventRepeats(t *testing.T, k EventKit) {
	path := filepath.Join(t.TempDir(), "events")
	total := func() (n uint64) {
		l, err := ledger.Open(path, ledger.Options{
			Names: gate.Names([]gate.HashKey{{Version: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}}), Clock: Now,
		})
		require.NoError(t, err)
		s, _ := eventSource(t, k, "", l)
		require.Equal(t, 200, hear(t, s, k.Call).Status)
		require.Equal(t, 200, hear(t, s, k.Call).Status)
		for _, m := range l.Metrics().Events {
			n += m
		}
		require.NoError(t, l.Close())
		return n
	}
	require.NotZero(t, total())
	require.Zero(t, total(), "a repeat counted after a restart")
}

// eventTrouble wants what can't be kept to be sent again, and what can't be read
// not to look like that.
func eventTrouble(t *testing.T, k EventKit) {
	b := inbox{err: errors.New("disk full")}
	s, _ := eventSource(t, k, "", &b)
	r := hear(t, s, k.Call)
	require.Equal(t, 503, r.Status, string(r.Body))
	require.Equal(t, platform.AsksAgain, s.Reacts(r).Then)
	require.Contains(t, string(r.Body), "can't keep the events", "nothing was to be decided")
	b.err = nil
	require.Equal(t, 200, hear(t, s, k.Call).Status)
	require.Len(t, b.events, len(k.Want))

	for _, body := range []string{"{", `[1]`, "\x00", `"x"`, ""} {
		c := k.Call
		c.Body = []byte(body)
		r := hear(t, s, c)
		require.Equal(t, 4, r.Status/100, "%q: %s", body, r.Body)
	}
	none, _ := eventSource(t, k, "", nil)
	r = hear(t, none, k.Call)
	require.Equal(t, 503, r.Status, "without a ledger nothing may be acknowledged")
	require.Contains(t, string(r.Body), "can't keep the events")
	get := k.Call
	get.Method, get.Body, get.Query = "GET", nil, "a=b"
	require.Equal(t, 4, hear(t, s, get).Status/100)
}

// FuzzEvents feeds bodies to the decoder: none may break it, and none may make an
// event that the ledger would refuse.
func FuzzEvents(f *testing.F, k EventKit, bodies ...string) {
	f.Add(k.Call.Body)
	for _, b := range bodies {
		f.Add([]byte(b))
	}
	k.Call.Path, k.Call.Method = platform.Address("kit"), "POST"
	f.Fuzz(func(t *testing.T, body []byte) {
		var b inbox
		s, _ := eventSource(t, k, "", &b)
		c := k.Call
		c.Body = body
		r := hear(t, s, c)
		require.Contains(t, []int{200, 400, 406, 413, 415}, r.Status)
		for _, e := range b.events {
			require.NoError(t, e.Check())
		}
	})
}

// Moment is a time as events have it.
func Moment(unix int64) time.Time { return time.Unix(unix, 0).UTC() }
