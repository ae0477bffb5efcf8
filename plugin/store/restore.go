package store

import "github.com/winnow-gate/winnow/plugin/store/internal/lite"

// unindexed selects the records that no run knows of.
const unindexed = `SELECT id, at, contact, key FROM decision WHERE id >= (SELECT indexed FROM mark)
UNION ALL SELECT d.id, d.at, d.contact, d.key FROM late JOIN decision d ON d.id = late.id`

// restore fills what is kept in memory: words, spans, and the links of records
// that no run has yet (at most a few flushes' worth).
func (w *writer) restore() (err error) {
	t, sp := w.s.tail, w.s.spans
	t.mu.Lock()
	defer t.mu.Unlock()
	sp.mu.Lock()
	defer sp.mu.Unlock()
	if w.mark, err = w.c.Number("SELECT indexed FROM mark"); err != nil {
		return err
	}
	w.last = w.mark - 1
	if w.pack, err = w.c.Number("SELECT coalesce(max(id), 0) FROM pack"); err != nil {
		return err
	}
	err = w.eachRow("SELECT id, text FROM word", func(r *lite.Stmt) {
		w.s.words.stored(string(r.ColBytes(nil, 1)), r.ColInt(0))
	})
	if err != nil {
		return err
	}
	err = w.eachRow("SELECT slot, lo, hi FROM span ORDER BY slot", func(r *lite.Stmt) {
		sp.list = append(sp.list, span{slot: r.ColInt(0), lo: r.ColInt(1), hi: r.ColInt(2)})
	})
	if err != nil {
		return err
	}
	err = w.eachRow(unindexed, func(r *lite.Stmt) {
		id := r.ColInt(0)
		t.addRow(id, r.ColBytes(nil, 2), r.ColBytes(nil, 3))
		sp.add(r.ColInt(1), id)
		w.last = max(w.last, id)
	})
	if err != nil {
		return err
	}
	return w.planMerge()
}

func (w *writer) eachRow(sql string, f func(*lite.Stmt)) error {
	st, err := w.c.Prepare(sql)
	if err != nil {
		return err
	}
	defer st.Close()
	for {
		row, err := st.Step()
		if !row {
			return err
		}
		f(st)
	}
}
