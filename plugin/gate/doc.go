// Package gate joins a bundle to the world: it reads what is remembered of a
// contact, decides, records the decision and answers, within a deadline; and it
// swaps bundles while decisions are under way. It exists so that the promises of
// the service (answer or default in time, recorded before answered, one retry
// one answer, last good bundle) are kept in one place, whatever asks: the
// webhook, a stream consumer, or another Go program.
//
//	g, err := gate.New(gate.Options{Store: gate.SQLite(log), Keys: keys})
//	err = g.Reload(ctx, os.DirFS("shop"))
//	answer, err := g.Decide(nil, gate.Request{Body: body})
//
// A decision passes these steps. The body is decoded into typed facts. The
// contact's line is entered: decisions of one contact go one at a time from
// reading what was sent to handing in the record, so that two concurrent sends
// can't both pass a cap of one. The bundle decides. The record is handed in and,
// unless the owner chose buffered acknowledgement, waited for. When any of that
// takes too long or fails, the default answer goes out and is recorded under the
// same id, so that the log says what was answered.
//
// No HTTP in here, and no values of contacts in errors.
package gate
