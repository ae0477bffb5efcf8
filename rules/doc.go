// Package rules decides: a bundle of rule files in, decisions out.
//
// Bundle.Decide is a pure and total function of a contact, a message, what is
// remembered of the contact, and the time. It never fails: a rule that can't be
// evaluated is a reason in the answer. So deciding without a server, testing
// rules, replaying a log against tomorrow's rules and explaining an answer are
// one call.
//
//	bundle, err := rules.Load(os.DirFS("shop"), rules.Options{})
//	in, err := bundle.Input(body, time.Now())
//	decision := bundle.Decide(in)
//
// The package does no I/O but through the fs.FS it compiles from, and knows
// neither clock, network nor goroutine.
package rules
