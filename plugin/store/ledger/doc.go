// Package ledger keeps what platforms tell about contacts after a send: orders
// and refunds, opens and clicks, bounces, complaints and unsubscribes. It exists
// for two things that a decision needs and a call seldom brings: what contacts
// did, as fields that rules can read, and the legal suppression list, which comes
// before every rule.
//
//	l, err := ledger.Open("winnow.db.events", ledger.Options{Names: gate.Names(keys)})
//	err = l.Put(ctx, ledger.Event{Source: "shop", ID: "order 17", Kind: ledger.Order, Email: "ada@example.test", At: at})
//	marks := l.Barred(key, "email")
//
// What Put has taken is durable, and counts once however often it comes. A count
// is known only when the events of its whole window have come in: that none came
// is no zero as long as nobody was listening (see View).
//
// # The legal suppression list
//
// is held in memory, so that no trouble with a disk can hide it, and read again
// from the file when another process has changed it. Only keyed hashes are kept,
// with reason, channel, date and source: enough to know somebody again and use it
// for nothing else. It never expires, and erasing a contact leaves it: without it
// the next import would write to them again. Every change is noted for good.
package ledger
