package platform

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// Decider decides: a *gate.Gate does.
type Decider interface {
	Decide(dst []byte, req gate.Request) ([]byte, error)
	Batch(req gate.Request, items [][]byte, yield func(i int, answer []byte, err error)) error
}

// Options are the configuration of one source.
type Options struct {
	// Name is what the source is called, in its address and in metrics.
	Name string
	// Scheme verifies its calls; nil lets everybody in, which only loopback
	// addresses and tests should.
	Scheme *verify.Scheme
	// PublicURL is where platforms reach this server, without /v1/in/….
	PublicURL string
	// Mapping is laid over the platform's own, field by field.
	Mapping []payload.Rule
	// Settings are the platform's.
	Settings Settings
	// Deadline is the hard stop of a decision; 0 is the gate's.
	Deadline time.Duration
	// MaxBody is the size in bytes of a call, before and after unpacking; 0 is the
	// platform's.
	MaxBody int
	// Posture is what the owner wants in trouble.
	Posture Posture
	// OneByOne decides on contacts that come together one after the other, so that
	// tests see one order.
	OneByOne bool
	// Outbox takes the decisions of a platform that reads no answers; nil drops
	// them.
	Outbox Outbox
	// Inbox takes the events of a platform that tells what happened after a send.
	Inbox Inbox
	// Log gets what operators should know, without values of contacts; nil
	// discards it.
	Log *slog.Logger
}

// Source is one place that calls come from: a platform, how it signs, and what
// the owner wants of it. It is safe for concurrent use.
type Source struct {
	opts     Options
	platform Platform
	adapter  Adapter
	greeter  Greeter  // nil when the adapter is none
	writer   Writer   // nil when the platform reads answers
	listener Listener // nil when the platform asks for decisions
	decider  Decider
	caller   string
	isSent   func(class string) bool // sends, as a value that is made once
	counts   counters
	works    sync.Pool // of *work
}

// defaultMaxBody is what most platforms' calls stay below.
const defaultMaxBody = 256 << 10

// NewSource makes a source of a platform. It fails when the options make no
// sense for the platform.
func NewSource(p Platform, o Options, d Decider) (*Source, error) {
	if o.MaxBody <= 0 {
		if o.MaxBody = p.MaxBody; o.MaxBody <= 0 {
			o.MaxBody = defaultMaxBody
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if err := check(p, o); err != nil {
		return nil, fmt.Errorf("source %s: %w", o.Name, err)
	}
	m, err := payload.Compile(Overlay(p.Mapping, o.Mapping), payload.Options{Keep: p.Keep, Beside: p.Beside})
	if err != nil {
		return nil, fmt.Errorf("source %s: mapping: %w", o.Name, err)
	}
	s := &Source{opts: o, platform: p, decider: d, caller: "source " + o.Name}
	settings, err := complete(p.Settings, o.Settings)
	if err == nil {
		s.adapter, err = p.New(Setup{
			Name: o.Name, PublicURL: s.URL(), Mapping: m, Settings: settings, Posture: o.Posture,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", o.Name, err)
	}
	s.isSent = s.sends
	s.greeter, _ = s.adapter.(Greeter)
	s.writer, _ = s.adapter.(Writer)
	s.listener, _ = s.adapter.(Listener)
	return s, nil
}

func check(p Platform, o Options) error {
	switch {
	case o.Name == "":
		return fmt.Errorf("a source needs a name")
	case o.Scheme != nil && !slices.Contains(p.Schemes, o.Scheme.Info().ID):
		return fmt.Errorf("%s does not sign with %s; it has %v", p.Name, o.Scheme.Info().ID, p.Schemes)
	case p.Patience > 0 && o.Deadline >= p.Patience:
		return fmt.Errorf("the deadline %v is not below the %v that %s waits", o.Deadline, p.Patience, p.Name)
	case !p.AsksAgain && o.Posture.retries():
		return fmt.Errorf("on_trouble can't be retry: %s does not ask again", p.Name)
	}
	return nil
}

// Overlay lays rules over others: of two for one field, the one in over counts.
func Overlay(under, over []payload.Rule) []payload.Rule {
	var out []payload.Rule
	for _, u := range under {
		i := slices.IndexFunc(over, func(r payload.Rule) bool { return r.Field == u.Field })
		if i < 0 {
			out = append(out, u)
			continue
		}
		if o := over[i]; o.From == nil && o.Value == nil {
			u.Default = o.Default // it adds a default and leaves where the field comes from
			out, over = append(out, u), slices.Delete(slices.Clone(over), i, i+1)
		}
	}
	return append(out, over...)
}

// Name is the source's name.
func (s *Source) Name() string { return s.opts.Name }

// Info describes the source's platform.
func (s *Source) Info() Info { return s.platform.Info }

// MaxBody is the size in bytes that a call may have.
func (s *Source) MaxBody() int { return s.opts.MaxBody }

// Reacts says what the platform does with a reply.
func (s *Source) Reacts(r *Reply) Reaction { return s.platform.Reacts(r) }

// Scheme verifies the source's calls; nil for none.
func (s *Source) Scheme() *verify.Scheme { return s.opts.Scheme }

// Standing is what a call shows of its sender before its body has come.
type Standing int

// The standings.
const (
	// Unproven: a signature needs the body, or there is no scheme.
	Unproven Standing = iota
	// Proven: the sender has shown the secret itself.
	Proven
	// Stranger: the sender has not, and will be refused.
	Stranger
)

// Standing tells what is known of a call's sender before its body has come: so
// that nobody who can't show the secret has a server hold megabytes for them.
func (s *Source) Standing(c *Call) Standing {
	if s.opts.Scheme == nil || !s.opts.Scheme.Shown() {
		return Unproven
	}
	if s.opts.Scheme.Verify(c.Request()) != nil {
		return Stranger
	}
	return Proven
}

// Roots are the addresses besides its own that the source answers below, as its
// platform insists on them; none as a rule.
func (s *Source) Roots() []string {
	r, ok := s.adapter.(Rooted)
	if !ok {
		return nil
	}
	return r.Roots()
}

// Address is the path of a source, below which it answers too.
func Address(name string) string { return "/v1/in/" + name }

// Listens reports whether the source is one of events, and not of decisions.
func (s *Source) Listens() bool { return s.listener != nil }

// URL is where the platform reaches the source.
func (s *Source) URL() string { return s.opts.PublicURL + Address(s.opts.Name) }
