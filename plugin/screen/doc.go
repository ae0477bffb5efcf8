// Package screen decides on a whole audience: a file of contacts in, a decision
// for each out, in the file's order.
//
// It exists because senders screen lists of millions before a campaign, and must
// be able to trust that what the list says is what the webhook would answer. So
// it decides with the same call on the same bodies; what it adds is only that
// many rows are under way at once, in bounded memory, and that a run which was
// interrupted can go on where it stopped.
//
// One goroutine reads blocks of whole rows, workers decide and write the answers
// to some blocks, and the caller's sink gets them in order, each with the place
// in the file up to which it is done.
package screen
