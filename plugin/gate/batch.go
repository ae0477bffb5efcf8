package gate

// item is one body of a batch.
type item struct {
	submission
	id         int64
	start, end int // of its answer, among the work's
	err        error
	was        *answered // nil unless it was answered before
}

// Batch decides on several bodies. All records are handed in before it waits
// for any of them, so a batch costs one wait. When all is known it calls yield
// once for each item, in order, with either its answer, which is good until
// yield returns, or a *BodyError: one bad item spoils only itself.
//
// Of req it uses Key and Caller, and the body as what a repeated key is compared
// by; items are what Split made of it. Errors of the whole: ErrNoBundle and
// ErrKeyReused; then yield was not called.
func (g *Gate) Batch(req Request, items [][]byte, yield func(i int, answer []byte, err error)) error {
	now, start := g.times()
	s := g.current.acquire()
	if s == nil {
		return ErrNoBundle
	}
	defer s.release()
	w := g.getWork()
	defer g.putWork(w)
	r := g.run(s, &req, now, start)
	r.work, r.values = w, nil
	w.items = append(w.items[:0], make([]item, len(items))...)
	w.answers = w.answers[:0]
	defer func() {
		for i := range w.items {
			g.leave(&w.items[i].submission)
		}
	}()
	var key *keyed
	if req.Key != "" && g.store != nil {
		key = &keyed{key: keyOf(ofBatch, req.Caller, req.Key), body: req.bodySum()}
		g.answers.begin(key.key) // what was answered stands in the log, item by item
		defer g.answers.end(key.key, nil)
		if err := g.recallItems(&r, key); err != nil {
			return err
		}
	}
	for i := range items {
		g.handIn(&r, i, items[i], key)
	}
	for i := range items {
		yield(i, g.conclude(&r, i, items[i], key), w.items[i].err)
	}
	g.counts.observe(start)
	return nil
}

// recallItems finds the items that were answered before under the batch's key.
// When the log can't say, they are answered anew.
func (g *Gate) recallItems(r *run, key *keyed) error {
	for i := range r.items {
		was, err := g.recorded(r, itemOf(key.key, i))
		if err != nil {
			g.trouble(r.ctx, err)
			return nil
		}
		if was != nil && was.body != key.body {
			return ErrKeyReused
		}
		r.items[i].was = was
	}
	return nil
}

// keyFor sets the key that the record of an item carries.
func (r *run) keyFor(i int, key *keyed) {
	if r.key = nil; key != nil {
		r.key = &keyed{key: itemOf(key.key, i), body: key.body}
	}
}

// handIn decides on an item and hands in its record.
func (g *Gate) handIn(r *run, i int, body []byte, key *keyed) {
	it := &r.items[i]
	if it.was != nil {
		g.counts.replayed.Add(1)
		return
	}
	it.id = g.newID(r.now)
	if it.err = g.read(r, body, it.id); it.err != nil {
		g.counts.refused.Add(1)
		return
	}
	defer r.in.Release()
	r.keyFor(i, key)
	it.start = len(r.answers)
	r.answers = g.settle(r.answers, r, &it.submission)
	it.end = len(r.answers)
}

// conclude waits for an item's record and returns the answer; nil if there is
// an error instead.
func (g *Gate) conclude(r *run, i int, body []byte, key *keyed) []byte {
	it := &r.items[i]
	switch {
	case it.was != nil:
		return it.was.bytes
	case it.err != nil:
		return nil
	}
	g.confirm(r.ctx, &it.submission)
	if it.trouble == "" {
		it.kind.add(&g.counts)
		return r.answers[it.start:it.end]
	}
	if it.err = g.read(r, body, it.id); it.err != nil {
		return nil // it could be read before, so it can again
	}
	defer r.in.Release()
	r.keyFor(i, key)
	start := len(r.answers)
	r.answers = g.fallBack(r.answers, r, it.trouble)
	return r.answers[start:]
}
