// Package intake is what platforms share that tell winnow what happened after a
// send: an order, an open, a complaint. It exists because they differ in names
// only, and agree in what must not go wrong: a call that can't be kept is asked
// for again, one that says nothing about a contact is taken and passed over, and
// what an owner sees of an error holds no address.
package intake
