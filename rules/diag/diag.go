// Package diag is what winnow tells the authors of rules: mistakes as data,
// with file, line and column, a stable code and a way to mend it.
//
// All mistakes of a bundle are collected, sorted and shown at once, because an
// author who has to run the checker once per typo stops running it.
package diag

// Severity orders diagnostics: errors refuse the bundle, warnings and hints do not.
type Severity uint8

// Error refuses the bundle; Warn is probably a mistake; Hint is advice.
const (
	Error Severity = iota
	Warn
	Hint
)

// Place is where in a bundle something stands. Lines and columns count from 1;
// columns count runes; EndColumn is exclusive and on the same line (0 when
// unknown). A zero Line means the file as a whole.
type Place struct {
	File      string
	Line      int
	Column    int
	EndColumn int
}

// Diagnostic is one mistake or piece of advice.
type Diagnostic struct {
	Place
	Severity Severity
	// Code is a stable identifier, "WN012", explained by Help(code).
	Code string
	// Message says what is wrong, in one sentence without a full stop.
	Message string
	// Hint says what to do, or is empty.
	Hint string
}
