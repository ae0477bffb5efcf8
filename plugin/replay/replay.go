// Package replay decides the recorded decisions of a log again. It exists for two
// questions: does the same bundle still give the same answers, byte for byte; and
// what would another one have done with last week's traffic?
//
// A log keeps hashes of addresses, and what predicates answered about them; it
// drops names, and knows only the fields that its bundle read. So a record is
// decided again only as far as that is sure: when anything the log did not keep
// has a say, the record counts as not reproducible, with the reason, and is never
// guessed.
package replay

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/census"
)

// Log is the decision log as a replay reads it.
type Log interface {
	// Scan calls fn with the records of [from, to), in the order of their ids.
	Scan(ctx context.Context, from, to int64, fn func(*store.Record) error) error
	// Sent lists what a contact was sent at or after a moment.
	Sent(ctx context.Context, contact []byte, since int64) ([]store.Sent, error)
	// ByContact lists a contact's records with ids below before, newest first.
	ByContact(ctx context.Context, contact []byte, before int64, limit int) ([]store.Record, error)
}

// Verdict is what became of a record.
type Verdict string

// The verdicts.
const (
	Identical       Verdict = "identical"
	Changed         Verdict = "changed"
	NotReproducible Verdict = "not_reproducible"
)

// Options of a replay.
type Options struct {
	// Bundles are at hand. Those that made the log are found by their digest.
	Bundles []*rules.Bundle
	// With decides all records, whichever bundle did before; nil lets each be
	// decided by its own bundle.
	With *rules.Bundle
	// From and To bound the time of the records, in Unix milliseconds.
	From, To int64
	Sampling census.Sampling
}

// Player decides records again, one at a time.
type Player struct {
	opts   Options
	log    Log
	by     map[string]*rules.Bundle   // by digest
	unread map[string]map[string]bool // by digest: fields that its records never had
	inputs map[*rules.Bundle]*rules.Input

	pasts    *pasts // while Run goes through the log
	contacts int    // how many it remembers
}

// New prepares a replay of a log.
func New(log Log, o Options) *Player {
	p := &Player{
		opts: o, log: log, contacts: manyContacts, by: map[string]*rules.Bundle{},
		unread: map[string]map[string]bool{}, inputs: map[*rules.Bundle]*rules.Input{},
	}
	for _, b := range o.Bundles {
		p.by[b.Digest()] = b
	}
	if o.With != nil {
		p.by[o.With.Digest()] = o.With
	}
	return p
}

// Close gives back what the replay has taken. The bundles stay open.
func (p *Player) Close() {
	for _, in := range p.inputs {
		in.Release()
	}
	clear(p.inputs)
}

// Run decides all records in time again.
func (p *Player) Run(ctx context.Context) (*Report, error) {
	if err := p.survey(ctx); err != nil {
		return nil, err
	}
	from := p.opts.From
	if sent, held := p.needs(); sent || held { // what came before is remembered too
		p.pasts, from = newPasts(p.contacts, held), 0
		defer func() { p.pasts = nil }()
	}
	sum := newSummary(p.opts.Sampling)
	err := p.log.Scan(ctx, from, p.opts.To, func(r *store.Record) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.At >= p.opts.From {
			o, err := p.Replay(ctx, r)
			if err != nil {
				return err
			}
			sum.add(&o)
		}
		if p.pasts != nil {
			p.pasts.note(r)
		}
		return nil
	})
	return sum.report(), err
}

// needs tells what any of the bundles has to know of a contact's past.
func (p *Player) needs() (sent, held bool) {
	for _, b := range p.by {
		sent, held = sent || b.NeedsSent(), held || b.NeedsHeld()
	}
	return sent, held
}

// Outcome is what became of one record.
type Outcome struct {
	Verdict Verdict
	Why     Why
	About   string // the fields, the bundle, the module
	Record  *store.Record
	// Was and Now are set when both are known.
	Was, Now *census.Answer
}

// Replay decides one record again. Its errors are those of reading the log.
func (p *Player) Replay(ctx context.Context, r *store.Record) (Outcome, error) {
	o := Outcome{Verdict: NotReproducible, Record: r}
	b := p.opts.With
	if b == nil {
		b = p.by[r.Bundle]
	}
	switch {
	case r.Degraded:
		o.Why = NoDecision
		return o, nil
	case b == nil:
		o.Why, o.About = NoBundle, r.Bundle
		return o, nil
	}
	in := p.input(b)
	_, err := b.Layout().DecodeRecord(r.Facts, in.Facts())
	if err != nil {
		o.Why = Damaged
		return o, nil //nolint:nilerr // it is the record's fault, and said so
	}
	in.ID, in.Now, in.Context = gate.FormatID(r.ID), time.UnixMilli(r.At).UTC(), ctx
	if in.State, err = p.remember(ctx, b, r, in.Class()); err != nil {
		return o, err
	}
	lost := p.lost(b, in, r)
	d, sure := b.DecideWithout(in, lost)
	if !sure {
		o.Why, o.About = p.blame(b, in, lost, p.by[r.Bundle] != nil)
		return o, nil
	}
	return p.compare(o, b, d), nil
}

func (p *Player) input(b *rules.Bundle) *rules.Input {
	if p.inputs[b] == nil {
		p.inputs[b] = b.NewInput()
	}
	return p.inputs[b]
}

// compare compares a fresh decision with the recorded answer.
func (p *Player) compare(o Outcome, b *rules.Bundle, d *rules.Decision) Outcome {
	r := o.Record
	same := r.Bundle == b.Digest()
	d.Bundle = r.Bundle // the digest alone is no difference
	if bytes.Equal(d.AppendJSON(nil), r.Answer) {
		o.Verdict = Identical
		return o
	}
	name := gate.FormatID(r.ID)
	was, err := census.ReadAnswer(name, r.Answer)
	if err != nil {
		o.Why = Damaged
		return o
	}
	now := census.AnswerOf(name, d)
	o.Was, o.Now = &was, &now
	switch id := moduleTrouble(&was, &now); {
	case id != "":
		o.Why, o.About = Modules, id
	case same && b.HasModules():
		o.Why, o.About = Modules, strings.Join(b.Modules(), ", ")
	case same && (b.NeedsSent() || b.NeedsHeld()):
		o.Why = Memory
	default:
		o.Verdict = Changed
	}
	return o
}

// moduleTrouble names a module that was not free for either answer: that says
// nothing about the contact.
func moduleTrouble(answers ...*census.Answer) string {
	for _, a := range answers {
		for i := range a.Reasons {
			if a.Reasons[i].Code == rules.ModuleBusy {
				return a.Reasons[i].Rule
			}
		}
	}
	return ""
}

// factsContact is contact.id of a record, "" when it has none.
func factsContact(r *store.Record) string {
	var f struct {
		Contact struct {
			ID any `json:"id"`
		} `json:"contact"`
	}
	if json.Unmarshal(r.Facts, &f) != nil {
		return ""
	}
	id, _ := f.Contact.ID.(string)
	return id
}
