// Package store keeps the decision log: every answer winnow gave, durable
// before it left, and the little state that rules may read from it (what a
// contact was sent, which personas are active). It exists so that "recorded
// before answered" costs a few microseconds and not a disk flush a decision:
// callers hand in records and wait while one goroutine writes whatever has
// gathered in one transaction.
//
// It stores plain values and knows nothing of rules, platforms or HTTP.
//
// Three habits make it fast. Records are copied into a batch's own memory when
// they are submitted, so nothing is allocated a record and no buffer of the
// caller is kept. The transaction writes the log only, in the order of the ids;
// what finds records by contact or key follows in bulk, from memory. And the
// writer reads its parameters in place, see internal/lite.
//
// One process writes a database; others may open it with Options.ReadOnly.
package store
