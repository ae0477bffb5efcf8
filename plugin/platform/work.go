package platform

// work is the memory of one call.
type work struct {
	asks     Asks
	bodies   [][]byte
	answers  []Answer
	room     []byte // of the answers
	ends     []int
	document []byte
}

func (s *Source) getWork() *work {
	if w, _ := s.works.Get().(*work); w != nil {
		return w
	}
	return &work{}
}

// putWork gives the memory back, but not what a huge call made of it.
func (s *Source) putWork(w *work, c *Call) {
	const keep = 1 << 20
	if cap(c.document) > cap(w.document) && len(c.document) > 0 && (len(c.Body) == 0 || &c.document[0] != &c.Body[0]) {
		w.document = c.document[:0]
	}
	c.room, c.document, c.plain, c.unpacked = nil, nil, nil, false
	w.asks.reset()
	clear(w.bodies)
	clear(w.answers)
	w.bodies, w.answers = w.bodies[:0], w.answers[:0]
	if cap(w.room) > keep || cap(w.asks.room) > keep || cap(w.document) > keep {
		return
	}
	s.works.Put(w)
}
