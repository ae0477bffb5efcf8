// Package relay delivers mail for platforms that hand over finished messages
// and never ask again. It exists because of listmonk's HTTP messenger: an answer
// other than 200 loses that recipient for good, so winnow has to take the
// message durably, answer, and see to the rest itself.
//
//	r, err := relay.Open("relay.db", relay.Options{Gate: g, Carriers: map[string]relay.Carrier{"lists": smtp}})
//	receipt, err := r.Accept(ctx, &relay.Letter{Source: "lists", …})   // durable when err is nil
//
// A letter passes these states, each kept in SQLite:
//
//	waiting → sending → sent       delivered
//	waiting → withheld             the gate said no, or the contact objected while it waited
//	waiting, sending → waiting     for now it failed; it is tried again
//	waiting, sending → dead        it can't be delivered, or not in time: a person has to look
//	sending → unsure               nobody knows whether it was delivered
//	waiting, dead, unsure → dropped   a person gave it up
//
// A letter is sending only from the moment before its last byte leaves until the
// other side's answer is recorded. Whoever is killed in between, or loses the
// connection, can't know whether the letter was taken; at most one letter for
// each connection can be in that state. Such a letter is unsure: it is not sent
// again, it is listed, and a person may have it sent again. It would carry the
// same Message-ID, so that a mailbox that has it already can tell. Options.Resend
// chooses the other risk.
//
// What was accepted, and how it ended, is remembered for as long as
// Options.Remember says, so that a platform that posts a letter twice has it
// delivered once. The letter itself is removed when it is sent, withheld or
// dropped.
package relay
