// Winnow is the last gate before a marketing send: it checks, tests, explains
// and serves bundles of rules.
//
// The command exists so that one set of rules can be written on a laptop,
// checked in a pull request and served next to a platform, by the same code.
// It holds the verbs, one file each, and the wiring; everything that decides
// lives in package rules and below.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(mainCode()) }

// mainCode ends verbs cleanly on the signals that ask a process to stop; the second
// one ends it at once, whatever the verb is doing.
func mainCode() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
