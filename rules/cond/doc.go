// Package cond compiles conditions: expr source in, three-valued predicates out.
//
// Plain expr answers a missing value with an error, with false, or with true,
// depending on the operator. Leaving somebody out of a mailing must not hang on
// that, so this package owns the meaning: source is parsed by expr, checked
// against the declared fields, and split at and, or and not into leaf
// predicates. A leaf whose fields are not all known is unknown, and the three
// operators follow Kleene's strong logic. Equal leaves are one leaf for the
// whole bundle and run at most once per contact; simple ones are closures over
// typed slots, and only the rest enters the expr virtual machine, with every
// value already known.
//
// A leaf can also fail (division by zero, a spent step budget). That is the
// fourth value, Error: it behaves as unknown does, and outranks it, so that a
// broken rule is never taken for an answer.
package cond
