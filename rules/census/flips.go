package census

import (
	"slices"

	"github.com/winnow-gate/winnow/rules"
)

// Flips counts what changes between two answers for the same contact: by two
// bundles, or in a log and by a bundle.
type Flips struct {
	how      Sampling
	n        int64
	changed  int64
	in, out  int64
	rest     int64
	actions  map[[2]string]int64
	causes   map[Cause]*flipCount
	personas map[string]*gainLoss
	reasons  map[ruleCode]*gainLoss
	slots    map[slotMove]*flipCount
}

// Cause is a change of whether a message is sent, and what it is put down to:
// for a message that no longer goes out, what keeps it back now; for one that
// now does, what had kept it back.
type Cause struct {
	Now    bool   `json:"sent_now"`
	Action string `json:"action"`
	Rule   string `json:"rule"`
}

type flipCount struct {
	n       int64
	samples sample
}

type gainLoss struct{ gained, lost flipCount }

type ruleCode struct {
	code       rules.Code
	rule, slot string
}

type slotMove struct{ slot, from, to string }

// NewFlips counts nothing yet.
func NewFlips(how Sampling) *Flips {
	return &Flips{
		how: how, actions: map[[2]string]int64{}, causes: map[Cause]*flipCount{}, personas: map[string]*gainLoss{},
		reasons: map[ruleCode]*gainLoss{}, slots: map[slotMove]*flipCount{},
	}
}

// Add compares two answers for one contact.
func (f *Flips) Add(was, now *Answer) {
	f.n++
	changed := was.Send != now.Send || was.Action != now.Action || was.Holdout != now.Holdout
	if was.Action != now.Action {
		f.actions[[2]string{was.Action, now.Action}]++
	}
	if was.Send != now.Send {
		f.flip(was, now)
	}
	changed = f.ofPersonas(was, now) || changed
	changed = f.ofSlots(was, now) || changed
	changed = f.ofReasons(was, now) || changed
	if !sameRest(was, now) {
		f.rest++
		changed = true
	}
	if changed {
		f.changed++
	}
}

// Same counts a contact whose answers are known to be equal.
func (f *Flips) Same() { f.n++ }

func (f *Flips) flip(was, now *Answer) {
	c := Cause{Now: now.Send, Action: now.Action, Rule: now.By}
	if f.out++; now.Send {
		f.out--
		f.in++
		c.Action, c.Rule = was.Action, was.By
	}
	f.count(at(f.causes, c), now.Contact)
}

// at is the entry of a key, made when there is none.
func at[K comparable, V any](m map[K]*V, k K) *V {
	v := m[k]
	if v == nil {
		v = new(V)
		m[k] = v
	}
	return v
}

func (f *Flips) count(c *flipCount, contact string) {
	c.n++
	c.samples.add(f.how, contact)
}

func (f *Flips) ofPersonas(was, now *Answer) (changed bool) {
	for _, p := range now.Personas {
		if !slices.Contains(was.Personas, p) {
			f.count(&at(f.personas, p).gained, now.Contact)
			changed = true
		}
	}
	for _, p := range was.Personas {
		if !slices.Contains(now.Personas, p) {
			f.count(&at(f.personas, p).lost, now.Contact)
			changed = true
		}
	}
	return changed
}

func (f *Flips) ofSlots(was, now *Answer) (changed bool) {
	for i := range now.Variants {
		v := &now.Variants[i]
		if from := was.variant(v.Slot); from != v.Variant {
			f.count(at(f.slots, slotMove{v.Slot, from, v.Variant}), now.Contact)
			changed = true
		}
	}
	for i := range was.Variants {
		v := &was.Variants[i]
		if now.variant(v.Slot) == "" {
			f.count(at(f.slots, slotMove{v.Slot, v.Variant, ""}), now.Contact)
			changed = true
		}
	}
	return changed
}

func (f *Flips) ofReasons(was, now *Answer) (changed bool) {
	for i := range now.Reasons {
		if x := &now.Reasons[i]; !gives(was.Reasons, x) {
			f.count(&at(f.reasons, codeOf(x)).gained, now.Contact)
			changed = true
		}
	}
	for i := range was.Reasons {
		if x := &was.Reasons[i]; !gives(now.Reasons, x) {
			f.count(&at(f.reasons, codeOf(x)).lost, now.Contact)
			changed = true
		}
	}
	return changed
}

func codeOf(x *rules.Reason) ruleCode { return ruleCode{x.Code, x.Rule, x.Slot} }

// gives reports whether a reason of the same code and rule is among reasons.
func gives(reasons []rules.Reason, x *rules.Reason) bool {
	for i := range reasons {
		if codeOf(&reasons[i]) == codeOf(x) {
			return true
		}
	}
	return false
}

// Merge adds what another counter has counted.
func (f *Flips) Merge(o *Flips) {
	f.n, f.changed, f.in, f.out, f.rest = f.n+o.n, f.changed+o.changed, f.in+o.in, f.out+o.out, f.rest+o.rest
	for k, n := range o.actions {
		f.actions[k] += n
	}
	for k, c := range o.causes {
		at(f.causes, k).merge(f.how, c)
	}
	for k, c := range o.slots {
		at(f.slots, k).merge(f.how, c)
	}
	for k, g := range o.personas {
		at(f.personas, k).merge(f.how, g)
	}
	for k, g := range o.reasons {
		at(f.reasons, k).merge(f.how, g)
	}
}

func (c *flipCount) merge(how Sampling, o *flipCount) {
	c.n += o.n
	c.samples.merge(how, &o.samples)
}

func (g *gainLoss) merge(how Sampling, o *gainLoss) {
	g.gained.merge(how, &o.gained)
	g.lost.merge(how, &o.lost)
}
