package store

// Queued is how many records, and how many bytes of them, are accepted and not
// yet committed.
func (s *SQLite) Queued() (records, bytes int) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return s.queue.records, s.queue.bytes
}
