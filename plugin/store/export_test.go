package store

import "context"

// WithIndex makes the sizes of the index small, so that a test sees all of it.
func (o Options) WithIndex(flush, chunk int) Options {
	o.index = indexSizes{flush, chunk}
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
