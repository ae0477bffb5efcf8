package store

import "fmt"

// run is a row of the table of that name.
type run struct{ id, level, shift, links, into int64 }

// merge is one under way: where it stands is in memory only, since what it has
// moved is no longer in the sources.
type merge struct {
	sources []run
	target  run
	group   int64 // next prefix of the hash to move
	groups  int64
	shift   int64 // hash >> shift = group
}

// untidy says that a merge is under way that can go on.
func (w *writer) untidy() bool { return w.merging != nil && !w.down }

// tidy does a bounded piece of work on the index. Its failure concerns nobody
// who waits: the log is complete without it, and it is tried again later.
func (w *writer) tidy() {
	var err error
	if w.s.tail.len() >= w.lag {
		err = w.flush()
	} else if w.merging != nil {
		err = w.mergeStep()
	}
	if err == nil && w.merging == nil {
		err = w.planMerge()
	}
	w.down = err != nil
	w.lag = w.s.opts.index.flush
	if w.down {
		w.lag = w.s.tail.len() + w.s.opts.index.flush/8 + 1
	}
}

func (w *writer) runs() (list []run, err error) {
	st, err := w.c.Prepare("SELECT id, level, shift, links, into_ FROM run ORDER BY level, id")
	if err != nil {
		return nil, err
	}
	defer st.Close()
	for {
		row, err := st.Step()
		if !row {
			return list, err
		}
		list = append(list, run{st.ColInt(0), st.ColInt(1), st.ColInt(2), st.ColInt(3), st.ColInt(4)})
	}
}

// planMerge goes on with a merge that was cut short, or starts one if a level
// is full.
func (w *writer) planMerge() error {
	list, err := w.runs()
	if err != nil {
		return err
	}
	byID := make(map[int64]run)
	levels := make(map[int64][]run)
	var begun []run
	for _, r := range list {
		byID[r.id] = r
		if r.into != 0 {
			begun = append(begun, r)
			continue
		}
		levels[r.level] = append(levels[r.level], r)
	}
	if len(begun) > 0 {
		w.merging = newMerge(begun, byID[begun[0].into])
		return nil
	}
	for _, r := range list {
		if l := levels[r.level]; len(l) >= fanout {
			return w.startMerge(l[:fanout])
		}
	}
	return nil
}

func newMerge(sources []run, target run) *merge {
	m := &merge{sources: sources, target: target}
	for _, s := range append([]run{target}, sources...) {
		m.shift = max(m.shift, s.shift)
	}
	m.groups = 1 << (63 - m.shift)
	return m
}

func (w *writer) startMerge(sources []run) error {
	target := run{level: sources[0].level + 1}
	for _, s := range sources {
		target.links += s.links
	}
	target.shift = int64(w.shiftFor(target.links))
	err := w.tx(func() (err error) {
		target.id, err = w.c.Number("SELECT max(id) + 1 FROM run")
		if err != nil {
			return err
		}
		err = w.exec("INSERT INTO run VALUES (?, ?, ?, ?, 0)", target.id, target.level, target.shift, target.links)
		for _, s := range sources {
			if err == nil {
				err = w.exec("UPDATE run SET into_ = ? WHERE id = ?", target.id, s.id)
			}
		}
		return err
	})
	if err == nil {
		w.merging = newMerge(sources, target)
	}
	return err
}

// mergeStep moves the next groups, and ends the merge after the last one.
func (w *writer) mergeStep() error {
	m := w.merging
	perGroup := int64(1) << (m.shift - m.target.shift)
	end := min(m.groups, m.group+max(1, stepChunks/perGroup))
	err := w.tx(func() error {
		// Links of records that have expired go no further.
		oldest, err := w.c.Number("SELECT coalesce(min(id), 0) FROM decision")
		for g := m.group; err == nil && g < end; g++ {
			err = w.moveGroup(m, g, oldest)
		}
		if err != nil || end < m.groups {
			return err
		}
		return w.exec("DELETE FROM run WHERE into_ = ?", m.target.id)
	})
	if err != nil {
		return err
	}
	if m.group = end; end == m.groups {
		w.merging = nil
	}
	return nil
}

func (w *writer) moveGroup(m *merge, group, oldest int64) error {
	buckets := make([][]link, 1<<(m.shift-m.target.shift))
	first := group << (m.shift - m.target.shift)
	for _, s := range m.sources {
		n := int64(1) << (m.shift - s.shift)
		for i := range n {
			id := s.id<<chunkBits | (group*n + i)
			data, ok, err := bytesOf(w.q.getChunk, id)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			eachLink(data, func(l link) {
				if l.id >= oldest {
					b := l.hash>>m.target.shift - first
					buckets[b] = append(buckets[b], l)
				}
			})
			w.q.dropChunk.Int(1, id)
			if err := w.q.dropChunk.Run(); err != nil {
				return err
			}
		}
	}
	for i, b := range buckets {
		if err := w.addChunk(m.target.id<<chunkBits|(first+int64(i)), b); err != nil {
			return fmt.Errorf("merge into run %d: %w", m.target.id, err)
		}
	}
	return nil
}
