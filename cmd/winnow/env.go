package main

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// The exit codes are part of the interface: scripts branch on them.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitInvalid  = 3 // the bundle does not compile
	exitTests    = 4 // the bundle's tests failed
	exitCoverage = 5 // the tests cover less than --min-cover
	exitFlips    = 6 // more flips than --max-flip
	exitStays    = 7 // the contact may not move to the stage
)

// env is all that a verb knows of the world. Tests give it buffers and a
// standing clock.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	colour         bool // on stdout
	now            func() time.Time
}

// exitError ends the process with a code. A nil err ends it without a word:
// the verb has said all there is to say.
type exitError struct {
	code int
	err  error
}

// Error gives the message of the cause.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// Unwrap gives the cause.
func (e *exitError) Unwrap() error { return e.err }

// hintError is an error in two lines: what happened, and what to do.
type hintError struct {
	err  error
	hint string
}

// Error gives what happened.
func (e *hintError) Error() string { return e.err.Error() }

// Unwrap gives the cause.
func (e *hintError) Unwrap() error { return e.err }

// withHint says what to do about an error.
func withHint(err error, hint string) error { return &hintError{err, hint} }

// failure is an error with an exit code and what to do about it.
func failure(code int, hint, format string, args ...any) error {
	return &exitError{code, withHint(fmt.Errorf(format, args...), hint)}
}

// exitCode is the code that an error ends the process with.
func exitCode(err error) int {
	var e *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.code
	default:
		return exitFailed
	}
}

// complain writes an error as the user reads it.
func complain(w io.Writer, err error) {
	var e *exitError
	if err == nil || errors.As(err, &e) && e.err == nil {
		return
	}
	fmt.Fprintf(w, "winnow: %v\n", err)
	var h *hintError
	if errors.As(err, &h) {
		fmt.Fprintf(w, "  %s\n", h.hint)
	}
}
