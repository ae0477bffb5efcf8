// Command refresh makes the vendored lists of package lists anew from the
// packages that their keepers publish.
//
// Run it from the top of the module:
//
//	go run ./rules/lists/internal/refresh
//
// It asks the npm client for the newest version of each package, reads the
// lists out of the archives, merges them by the rules in merge.go, checks the
// result and only then writes data/. The same versions give the same files,
// byte for byte, and the date of a source changes only with its version.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, time.Now()); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer, now time.Time) error {
	flags := flag.NewFlagSet("refresh", flag.ContinueOnError)
	dir := flags.String("data", "rules/lists/data", "folder of the vendored lists")
	if err := flags.Parse(args); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "lists")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fetched := map[string]*archive{}
	for _, s := range sources {
		if fetched[s.name], err = pack(ctx, work, s.name); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	raw, err := readAll(fetched)
	if err != nil {
		return err
	}
	made := merge(raw)
	if err := made.check(); err != nil {
		return err
	}
	if err := write(*dir, made, fetched, now); err != nil {
		return err
	}
	made.report(out)
	return nil
}
