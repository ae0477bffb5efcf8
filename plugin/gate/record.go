package gate

import (
	"slices"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// record fills r.rec, every part of it.
func (g *Gate) record(r *run, d *rules.Decision, answer []byte) {
	rec := &r.rec
	rec.ID, rec.At = r.id, r.now.UnixMilli()
	rec.Contact = nil
	if r.known {
		rec.Contact = r.contact[:]
	}
	rec.Bundle, rec.Class = d.Bundle, classNames[classIndex(r.in.Class())]
	rec.Outcome = outcome(d)
	rec.Send, rec.Degraded = d.Send, d.Degraded
	r.tags = r.tagsOf(r.tags[:0])
	rec.Tags = r.tags
	r.facts, rec.Replayable = r.in.AppendRecord(r.facts[:0], r.hashers[0].field)
	rec.Facts, rec.Answer = r.facts, answer
	rec.Key, rec.KeyBody = nil, nil
	if r.key != nil {
		r.key.contact = r.contact
		rec.Key, rec.KeyBody = r.key.key[:], r.key.body[:]
	}
	rec.Active = r.active(d)
}

// outcome is the word that the log counts decisions by. That an answer was
// degraded is told apart.
func outcome(d *rules.Decision) string {
	if d.Holdout {
		return "holdout"
	}
	return string(d.Action)
}

// tagsOf appends the message's tags.
func (r *run) tagsOf(dst []string) []string {
	if r.s.tags < 0 {
		return dst
	}
	f := r.in.Facts()
	if v := &f.Slots[r.s.tags]; v.State == facts.Known {
		dst = append(dst, f.Strs[v.Int:v.Int+int64(v.N)]...)
	}
	return dst
}

// active lists the personas that hold the contact from now on, nil when that
// has not changed or the decision did not get as far as asking.
func (r *run) active(d *rules.Decision) []string {
	if !r.s.bundle.NeedsHeld() || d.Degraded || r.in.State == nil {
		return nil
	}
	if len(d.Personas) == 0 && slices.ContainsFunc(d.Reasons, closes) {
		return nil // a gate ended it before the personas had their say
	}
	switch {
	case slices.Equal(d.Personas, r.state.held):
		return nil
	case len(d.Personas) > 0:
		return d.Personas
	case len(r.hashers) > 1:
		return []string{nobody} // not empty: it has to outweigh what stands under an older key
	default:
		return []string{}
	}
}

// closes reports whether a reason is a gate's.
func closes(r rules.Reason) bool {
	switch r.Code {
	case rules.LegalSuppressed, rules.GateClosed, rules.GateUnknown, rules.GateError, rules.FieldMissing:
		return true
	}
	return false
}

// fallBack appends the default answer and hands in its record, under the id of
// the decision it stands for. Nobody waits for it: what becomes of it is looked at
// later. What a gate closed stays
// closed: no trouble of ours sends to somebody who did not agree.
func (g *Gate) fallBack(dst []byte, r *run, code rules.Code) []byte {
	r.in.State = nil
	if r.again {
		r.key = nil
	}
	sends := g.sends
	if r.sends != nil {
		sends = r.sends
	}
	d := r.s.bundle.Default(r.in, sends(r.in.Class()), code)
	start := len(dst)
	dst = r.write(dst, d)
	kindOf(d, r.in).add(&g.counts)
	if g.store == nil {
		return dst
	}
	g.record(r, d, dst[start:])
	t, err := g.store.Submit(&r.rec)
	if err != nil {
		g.counts.unrecorded.Add(1)
		return dst
	}
	g.counts.unrecorded.Add(g.unwaited.push(t))
	return dst
}

// sends reports whether a message of this class goes out when winnow is in
// trouble.
func (g *Gate) sends(class string) bool {
	return field.AlwaysSent(class) || g.opts.OnTrouble == SendDefault
}

// Explain decides on a body, records nothing, and says why the decision came
// out as it did. It takes its time. Errors are those of Decide, and those of
// reading the log.
func (g *Gate) Explain(body []byte) (*rules.Explanation, error) {
	return g.ExplainRequest(Request{Body: body})
}

// ExplainRequest is Explain for a body that is read as the request says.
func (g *Gate) ExplainRequest(req Request) (*rules.Explanation, error) {
	now, start := g.times()
	s := g.current.acquire()
	if s == nil {
		return nil, ErrNoBundle
	}
	defer s.release()
	w := g.getWork()
	defer g.putWork(w)
	r := g.run(s, &req, now, start)
	r.work = w
	// No id: a decision that is not recorded could not be found by one.
	if err := g.read(&r, req.Body, 0); err != nil {
		return nil, err
	}
	defer r.in.Release()
	if g.store != nil {
		if err := g.remember(&r); err != nil {
			return nil, err
		}
	}
	return s.bundle.Explain(r.in), nil
}
