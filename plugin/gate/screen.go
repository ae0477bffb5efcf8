package gate

import "time"

// Screening decides on the contacts of a whole audience: all with one bundle and
// one clock, whatever is reloaded meanwhile. It records nothing, so its decisions
// have no id and count as no send; what the log remembers of a contact is read,
// so that an answer is what Decide would have given. It serves one goroutine at a
// time. Close it.
type Screening struct {
	g *Gate
	r run
}

// Screen begins a screening. A zero now is the gate's clock. It fails with
// ErrNoBundle.
func (g *Gate) Screen(now time.Time) (*Screening, error) {
	clock, _ := g.times()
	if now.IsZero() {
		now = clock
	}
	s := g.current.acquire()
	if s == nil {
		return nil, ErrNoBundle
	}
	return &Screening{g, run{work: g.getWork(), s: s, now: now}}, nil
}

// Bundle is the digest of the bundle that decides.
func (s *Screening) Bundle() string { return s.r.s.bundle.Digest() }

// Decide appends the decision on a body to dst. Errors: a *BodyError, and those
// of reading the log.
func (s *Screening) Decide(dst, body []byte) ([]byte, error) {
	_, start := s.g.times()
	s.r.ctx = s.g.deadlines.from(start)
	if err := s.g.read(&s.r, body, 0); err != nil {
		return dst, err
	}
	defer s.r.in.Release()
	if s.g.store != nil {
		if err := s.g.remember(&s.r); err != nil {
			return dst, err
		}
	}
	s.r.in.ID = ""
	return s.r.s.bundle.Decide(s.r.in).AppendJSON(dst), nil
}

// Close ends the screening.
func (s *Screening) Close() {
	s.g.putWork(s.r.work)
	s.r.s.release()
}
