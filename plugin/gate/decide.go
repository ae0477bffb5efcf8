package gate

import (
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Request is one body to decide on.
type Request struct {
	// Body is a JSON object of contact and message.
	Body []byte
	// Values are read instead of Body unless they are nil.
	Values Values
	// Caller is who asks, the id of an API key, say. It scopes Key.
	Caller string
	// Key is the idempotency key, "" for none: all requests of a caller under
	// one key get the answer of the first.
	Key string
	// AnyBody lets a repeat under Key have another body: platforms that name
	// their calls put them together anew for each repeat. Otherwise that is
	// ErrKeyReused.
	AnyBody bool
	// Loose reads strings as what their field holds: "42", "true", "a;b".
	Loose bool
	// Within is the hard stop of this decision where it is sooner than
	// Options.Deadline; 0 leaves it at that. A gate keeps few such spans apart,
	// so they are settings and not computed for each call.
	Within time.Duration
	// Sends is who is sent to when no decision can be made in time, by message
	// class; nil is Options.OnTrouble.
	Sends func(class string) bool
	// Outline gets an outline of the answer, unless it is one that was given before.
	Outline *rules.Outline
	// Again says that whoever gets a default answer asks again: it does not use
	// up Key.
	Again bool
}

// Values are a body that is not written out: platforms' records are read without
// making one. They are given up when the call that got them returns.
type Values interface {
	// Fill puts them into facts that have just been reset to the layout, as
	// decoding Body would; ok is false when Body is to be decoded instead.
	Fill(l *facts.Layout, f *facts.Facts) (ok bool)
	// Body writes them out.
	Body() []byte
}

// Text is the body, written out.
func (req *Request) Text() []byte {
	if req.Values != nil {
		return req.Values.Body()
	}
	return req.Body
}

// run is a decision for the request, with what the request wants of it.
func (g *Gate) run(s *snapshot, req *Request, now, start time.Time) run {
	return run{
		s: s, now: now, ctx: g.within(req.Within).from(start),
		values: req.Values, loose: req.Loose, sends: req.Sends, again: req.Again, outline: req.Outline,
	}
}

// write appends the decision, and outlines it for who asked for that.
func (r *run) write(dst []byte, d *rules.Decision) []byte {
	if r.outline == nil {
		return d.AppendJSON(dst)
	}
	return d.AppendOutlined(dst, r.outline)
}

// within are the deadlines of requests with this limit of their own.
func (g *Gate) within(limit time.Duration) *deadlines {
	if limit <= 0 || limit >= g.opts.Deadline {
		return g.deadlines
	}
	if d, ok := g.sooner.Load(limit); ok {
		return d.(*deadlines)
	}
	d, _ := g.sooner.LoadOrStore(limit, newDeadlines(limit))
	return d.(*deadlines)
}

// Decide appends the answer to dst: a decision as JSON, byte for byte what the
// log holds. It keeps nothing of the request, and answers within the deadline.
//
// Errors: a *BodyError, ErrNoBundle, ErrKeyReused. Trouble with the log is not
// an error: then the answer is the default one.
func (g *Gate) Decide(dst []byte, req Request) ([]byte, error) {
	now, start := g.times()
	s := g.current.acquire()
	if s == nil {
		return dst, ErrNoBundle
	}
	defer s.release()
	r := g.run(s, &req, now, start)
	var err error
	if req.Key == "" || g.store == nil {
		dst, err = g.decide(dst, &r, req.Body)
	} else {
		dst, err = g.decideKeyed(dst, &r, req)
	}
	if err != nil {
		g.counts.refused.Add(1)
		return dst, err
	}
	g.counts.observe(start)
	return dst, nil
}

// decide is Decide for a body that was not answered before.
func (g *Gate) decide(dst []byte, r *run, body []byte) ([]byte, error) {
	id, start := g.newID(r.now), len(dst)
	var sub submission
	defer g.leave(&sub)
	dst, err := g.handInOne(dst, r, body, id, &sub)
	if err != nil {
		return dst, err
	}
	g.confirm(r.ctx, &sub)
	if sub.trouble != "" {
		return g.instead(dst[:start], r, body, id, sub.trouble)
	}
	sub.kind.add(&g.counts)
	return dst, nil
}

// handInOne decides and hands in the record, with memory that it gives back:
// what dozens of decisions would keep while they wait for the disk is more than
// a processor's cache holds, and the next decision can have it warm.
func (g *Gate) handInOne(dst []byte, r *run, body []byte, id int64, sub *submission) ([]byte, error) {
	r.work = g.getWork()
	defer g.rest(r)
	if err := g.read(r, body, id); err != nil {
		return dst, err
	}
	defer r.in.Release()
	return g.settle(dst, r, sub), nil
}

// instead appends the default answer to a body that could be read before.
func (g *Gate) instead(dst []byte, r *run, body []byte, id int64, code rules.Code) ([]byte, error) {
	r.work = g.getWork()
	defer g.rest(r)
	if err := g.read(r, body, id); err != nil {
		return dst, err
	}
	defer r.in.Release()
	return g.fallBack(dst, r, code), nil
}

// rest gives a run's memory back.
func (g *Gate) rest(r *run) {
	g.putWork(r.work)
	r.work = nil
}

// read decodes the body into r.in, for a decision with this id.
func (g *Gate) read(r *run, body []byte, id int64) error {
	in := r.s.bundle.NewInput()
	in.Now, in.Context = r.now, r.ctx
	err := r.decode(in, body)
	if err != nil {
		in.Release()
		return err
	}
	if id != 0 { // else it is not recorded
		in.ID = FormatID(id)
	}
	r.in, r.id = in, id
	r.identify()
	if g.opts.Events != nil {
		g.hear(r, body)
	}
	return nil
}

// decode fills the input from the request's values or from a body.
func (r *run) decode(in *rules.Input, body []byte) error {
	if r.values == nil {
		return decodeBody(in, body, r.loose)
	}
	if r.values.Fill(in.Bundle().Layout(), in.Facts()) && isNamed(in) {
		return nil
	}
	return decodeBody(in, r.values.Body(), r.loose)
}
