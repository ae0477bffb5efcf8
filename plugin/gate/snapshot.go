package gate

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/winnow-gate/winnow/rules"
)

// snapshot is a bundle in use. A decision works on one snapshot from beginning
// to end, so no answer mixes two bundles.
type snapshot struct {
	bundle   *rules.Bundle
	loaded   time.Time
	tags     int                       // slot of message.tags, -1 when the bundle does not read it
	heard    []heard                   // fields that events can fill in
	created  int                       // slot of contact.created_at, -1 when the bundle does not read it
	unknowns map[string]*atomic.Uint64 // by path; never written to

	users atomic.Int64 // decisions under way, and one for being current
	once  sync.Once
	done  func(*rules.Bundle)
}

// current is the snapshot that new decisions take.
type current struct{ at atomic.Pointer[snapshot] }

// acquire takes the current snapshot into use; nil when there is none. Release
// it.
func (c *current) acquire() *snapshot {
	for {
		s := c.at.Load()
		if s == nil {
			return nil
		}
		s.users.Add(1)
		if c.at.Load() == s {
			return s
		}
		s.release() // it was swapped out in between, and may be done with
	}
}

func (s *snapshot) release() {
	if s.users.Add(-1) == 0 {
		s.once.Do(func() { s.done(s.bundle) })
	}
}

// swap makes s the current one; nil leaves none.
func (c *current) swap(s *snapshot) {
	if s != nil {
		s.users.Add(1)
	}
	if old := c.at.Swap(s); old != nil {
		old.release()
	}
}

// noteUnknowns counts the fields that left rules without an answer.
func (s *snapshot) noteUnknowns(d *rules.Decision) {
	for i := range d.Reasons {
		for _, path := range d.Reasons[i].Fields {
			if n := s.unknowns[path]; n != nil {
				n.Add(1)
			}
		}
	}
}
