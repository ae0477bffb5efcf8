package verify

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// DefaultTolerance is how far a call's time may be from ours, before and after.
const DefaultTolerance = 5 * time.Minute

// Options are a scheme's settings. The zero value works.
type Options struct {
	// Tolerance is how far the call's time may be from Request.Received, either
	// way. 0 is DefaultTolerance.
	Tolerance time.Duration
	// Memory tells repeated calls. nil means that they are not looked for, which
	// is right when a repeat gets its recorded answer anyway. Schemes whose Info
	// says so can have one.
	Memory Memory
	// Source keeps apart the calls of sources that share a Memory.
	Source string
	// Name is the header of StaticHeader ("X-Winnow-Key" by default) or the
	// parameter of SecretQuery ("key" by default).
	Name string
}

// Scheme is one way of signing with the secrets of one source. New makes one;
// the zero value refuses every call. It is safe for concurrent use.
type Scheme struct {
	info  Info
	proto protocol
	keys  []key
	opts  Options
	first *firstBodies // nil: the signature covers the body, or tells no calls apart
}

// protocol is what makes a scheme different from the others.
type protocol interface {
	// key parses a secret that is not empty.
	key(Secret) (key, *Error)
	// claim reads what a request says about itself. Nothing of it is proved yet.
	claim(*Request, Options) (claim, *Error)
	// sign adds to a request what claim reads.
	sign(*Request, Options, key) *Error
}

// message is what is signed, in parts that are joined without separators.
type message [][]byte

func (m message) join() []byte { return bytes.Join(m, nil) }

// claim is what a request says about itself.
type claim struct {
	messages    []message // what may have been signed; the first is what we'd sign
	tags        [][]byte  // the signatures, any of which may be right
	plain       bool      // HubSpot: a hash over secret and message instead of a MAC
	from, until time.Time // within which the call is good; zero: no limit
	once        message   // what tells this call from others; nil: nothing does
}

// around sets the window about the call's own time.
func (c *claim) around(at time.Time, tolerance time.Duration) {
	c.from, c.until = at.Add(-tolerance), at.Add(tolerance)
}

// New makes a scheme. Several secrets are for rotation: any of them verifies,
// the first one signs. It fails when there are none, or one of them is empty or
// can't be a secret of this scheme.
func New(id ID, secrets []Secret, o Options) (*Scheme, error) {
	e, ok := find(id)
	if !ok {
		return nil, fmt.Errorf("verify: there is no scheme %q; there are %v", id, IDs())
	}
	s := &Scheme{info: e.info, proto: e.proto, opts: o}
	if err := s.prepare(secrets); err != nil {
		err.Scheme = id
		return nil, err
	}
	if !s.info.Body && s.info.Repeats {
		s.first = newFirstBodies()
	}
	return s, nil
}

func (s *Scheme) prepare(secrets []Secret) *Error {
	switch o := &s.opts; {
	case o.Tolerance < 0:
		return refuse(Malformed, "the tolerance is negative")
	case o.Tolerance == 0:
		o.Tolerance = DefaultTolerance
	}
	if s.opts.Memory != nil && !s.info.Repeats {
		return refuse(Malformed, "nothing in such a call tells it from the next one, so that it can't have a memory")
	}
	if s.opts.Name != "" && !isToken(s.opts.Name) {
		return refuse(Malformed, "the name has characters that a header or parameter can't have")
	}
	if len(secrets) == 0 {
		return refuse(NoSecret, "no secret is configured")
	}
	for i, secret := range secrets {
		err := secret.check()
		var k key
		if err == nil {
			k, err = s.proto.key(secret)
		}
		if err != nil {
			err.Detail = fmt.Sprintf("secret %d of %d: %s", i+1, len(secrets), err.Detail)
			return err
		}
		s.keys = append(s.keys, k)
	}
	return nil
}

// Info describes the scheme.
func (s *Scheme) Info() Info { return s.info }

// Shown reports whether calls show the secret itself, so that Verify needs no body.
func (s *Scheme) Shown() bool {
	_, ok := s.proto.(shown)
	return ok
}

// Challenge is the WWW-Authenticate field of a refusal, without which a client that
// waits to be asked never shows its password (RFC 9110 §11.6.1).
func (s *Scheme) Challenge() string {
	switch s.info.ID {
	case Basic:
		return `Basic realm="winnow", charset="UTF-8"`
	case CloudEvents:
		return `Bearer realm="winnow"`
	}
	return string(s.info.ID) + ` realm="winnow"`
}

// Verify reports whether the call is authentic, timely and new. The error is an
// *Error.
func (s *Scheme) Verify(r Request) error {
	if s == nil || len(s.keys) == 0 {
		return refuse(NoSecret, "no secret is configured")
	}
	if err := s.verify(&r); err != nil {
		err.Scheme = s.info.ID
		return err
	}
	return nil
}

// verify proves the call before it looks at the time: a stale call is then known
// to be the platform's, which is what somebody who looks for the cause must know.
func (s *Scheme) verify(r *Request) *Error {
	c, err := s.proto.claim(r, s.opts)
	if err != nil {
		return err
	}
	found := false
	for _, k := range s.keys { // all of them: which one fits must not show in the time
		found = k.verify(&c) || found
	}
	if !found {
		return refuse(Mismatch, "no secret makes this signature for this call")
	}
	if !c.until.IsZero() && !r.Received.Before(c.until) {
		return refuse(Stale, "the call is too old (tolerance %s)", s.opts.Tolerance)
	}
	if !c.from.IsZero() && !r.Received.After(c.from) {
		return refuse(Future, "the call is dated ahead of our clock (tolerance %s)", s.opts.Tolerance)
	}
	if s.first != nil && !s.first.holds(s.fingerprint(append(c.once, c.tags...)), r.Body) {
		return refuse(Reused, "the signature came before with another body")
	}
	if s.opts.Memory != nil && c.once != nil && s.opts.Memory.Seen(s.fingerprint(c.once)) {
		return refuse(Replayed, "this call came before")
	}
	return nil
}

// Once is a name for a call that Verify has let pass, made of what its signature
// covers: equal calls have the same, others another. ok is false when nothing
// in such a call tells it from the next one.
func (s *Scheme) Once(r Request) (name [32]byte, ok bool) {
	if s == nil || len(s.keys) == 0 || !s.info.Repeats {
		return name, false
	}
	c, err := s.proto.claim(&r, s.opts)
	if err != nil || c.once == nil {
		return name, false
	}
	return s.fingerprint(c.once), true
}

// fingerprint is what is remembered of a call. Each part goes in with its
// length, so that two different calls can't look alike.
func (s *Scheme) fingerprint(m message) [32]byte {
	h := sha256.New()
	for _, part := range slices.Concat(message{[]byte(s.info.ID), []byte(s.opts.Source)}, m) {
		h.Write(binary.AppendUvarint(nil, uint64(len(part))))
		h.Write(part)
	}
	return [32]byte(h.Sum(nil))
}

// Sign gives the request as the platform would have sent it at Request.Received,
// with the first secret. It is for tests and for trying a set-up out. What the
// scheme puts into the body (SFMC, Mailgun) replaces what is there.
func (s *Scheme) Sign(r Request) (Request, error) {
	if s == nil || len(s.keys) == 0 {
		return r, refuse(NoSecret, "no secret is configured")
	}
	if err := s.proto.sign(&r, s.opts, s.keys[0]); err != nil {
		err.Scheme = s.info.ID
		return r, err
	}
	return r, nil
}
