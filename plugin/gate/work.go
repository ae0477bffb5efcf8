package gate

import (
	"context"
	"time"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
	"github.com/winnow-gate/winnow/rules"
)

// work is the memory of one decision, used again by later ones. Everything that
// came from a contact is overwritten or cut before it is read: see identify,
// remember and record.
type work struct {
	hashers []*hasher // by the order of Options.Keys
	contact contactKey
	known   bool // the contact has a key
	state   memory
	rec     store.Record
	facts   []byte
	tags    []string
	answers []byte // of a batch
	items   []item
	names   []ledger.Key // of the contact, in the ledger of events
	view    ledger.View
}

func (g *Gate) getWork() *work {
	if w, _ := g.works.Get().(*work); w != nil {
		return w
	}
	w := &work{}
	for _, k := range g.opts.Keys {
		w.hashers = append(w.hashers, newHasher(k))
	}
	return w
}

// putWork gives the memory back, but not what a huge request made of it.
func (g *Gate) putWork(w *work) {
	const keep = 1 << 20
	if cap(w.facts) > keep || cap(w.answers) > 4*keep {
		return
	}
	clear(w.items)
	clear(w.tags)
	w.rec, w.items, w.answers = store.Record{}, w.items[:0], w.answers[:0]
	w.state.clear()
	g.works.Put(w)
}

// run is one decision on its way.
type run struct {
	*work // nil while it waits for the log
	s     *snapshot
	ctx   context.Context // ends at the deadline
	now   time.Time       // the decision's clock
	key   *keyed          // nil without an idempotency key
	in    *rules.Input
	id    int64

	values Values                  // instead of a body; may be nil
	loose  bool                    // strings are read as what their field holds
	sends  func(class string) bool // nil: the gate's own choice
	again  bool                    // a default answer does not use up the key

	outline *rules.Outline // to be made of the answer; may be nil
}

// keyed is an idempotency key, the fingerprint of the body sent under it, and
// whom the record that has it is about.
type keyed struct {
	key, body fingerprint
	contact   contactKey
}

// identify sets the contact's key, if the contact has a name.
func (r *run) identify() {
	by, name := nameOf(r.in)
	r.known = name != "" && len(r.hashers) > 0
	if r.known {
		r.contact = r.hashers[0].contact(by, name)
	}
}

// nameOf is what a contact is known by.
func nameOf(in *rules.Input) (By, string) {
	if id := in.ContactID(); id != "" {
		return ByID, id
	}
	return ByEmail, in.Email()
}
