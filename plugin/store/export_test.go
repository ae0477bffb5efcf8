package store

// WithIndex makes the sizes of the index small, so that a test sees all of it.
func (o Options) WithIndex(flush, chunk int) Options {
	o.index = indexSizes{flush, chunk}
	return o
}
