// Package handed remembers what was handed over to somebody else's server, so
// that nobody is handed over twice. It exists for platforms that post a whole
// batch again when they miss an answer, as Ghost does: the server behind winnow
// may have taken the batch already, and takes it a second time without a word.
//
//	l, err := handed.Open("winnow.db.handed", handed.Options{})
//	h, err := l.Begin(ctx, "ghost", "mail-1", addresses)   // durable when err is nil
//	…                                                      // hand over h.Fresh
//	err = h.Taken(ctx, answer)                             // or NotTaken, or Doubt
//
// A handover is durable before its first byte leaves, and ends in one of three
// ways: it was taken, it was not (then it may be tried again), or nobody knows,
// since the connection broke or winnow was killed before there was an answer. What
// nobody knows about is not handed over again until a person has looked and
// decided; Options.Resend chooses the other risk.
//
// Addresses are not kept: a person is known by a hash of source, message and
// address.
package handed
