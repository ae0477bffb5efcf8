package store

import "context"

// WithIndex makes the sizes of the index small, so that a test sees all of it.
func (o Options) WithIndex(flush, chunk int) Options {
	o.index = indexSizes{flush, chunk}
	return o
}

// WithSync has f called in place of each flush, with the real one.
func (o Options) WithSync(f func(real func() error) error) Options {
	o.sync = f
	return o
}

// Exec runs SQL on the writer's connection, in its turn.
func (s *SQLite) Exec(sql string) error {
	return s.work(context.Background(), func(w *writer) error { return w.c.Exec(sql) })
}

// Number runs a query on the writer's connection, in its turn.
func (s *SQLite) Number(sql string) (n int64, err error) {
	err = s.work(context.Background(), func(w *writer) error {
		n, err = w.c.Number(sql)
		return err
	})
	return n, err
}

// ReadPack reads a block of contents and says how many bytes they had.
func ReadPack(block []byte) (n int, err error) {
	err = eachContent(block, func(_ int, _ bool, _ content, bytes []byte) { n += len(bytes) })
	return n, err
}
