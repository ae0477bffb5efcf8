package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/store"
)

type serveFlags struct {
	addr, db, ack, onTrouble, retention, log string
	eventsRetention                          string
	keys, hashKeys, sources                  string
	deadline, poll                           time.Duration
	rate                                     float64
	newKey, scopes                           string
}

// usualDeadline is the gate's own.
const usualDeadline = 800 * time.Millisecond

const serveHelp = `Serve compiles the bundle, runs its own tests and answers POST /v1/decide and its
kin over HTTP; /openapi.json describes them all. It looks for changed files every
--poll, and loads them once they stand still from one look to the next, or at once
on SIGHUP; a bundle that does not compile or pass its tests never replaces one that
does. --keys, --sources and the secrets that they name are read once: to change
them, end the server and start it again. SIGTERM lets the requests under way
finish.

Every decision is recorded in --db before it is answered, and kept for --retention;
rules that look back further are warned of each time that the bundle is loaded.
Contacts are kept there under keyed hashes: the keys are in --hash-key-file, which
is made with a new log. Who loses it can't look contacts up any more, nor know who
objected, so nothing is served then. WINNOW_HASH_KEY may hold the text of such a
file instead.

Without --keys anybody may ask, so only loopback addresses can be served.
--new-key NAME prints a new API key and the line for the file of keys, and ends.`

func newServeCmd(e *env) *cobra.Command {
	f := serveFlags{db: "winnow.db", deadline: usualDeadline, poll: 2 * time.Second}
	cmd := &cobra.Command{
		Use: "serve [DIR]", Short: "Answer over HTTP", Long: serveHelp, Args: oneDir(),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.newKey != "" {
				return e.newKey(f.newKey, f.scopes)
			}
			return e.serve(cmd.Context(), dirOf(args), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	fileFlag(cmd, &f.db, "db", "file of the decision log")
	flags.StringVar(&f.log, "log", "on", "on, or off to record nothing: no idempotency, caps or lookups then")
	flags.StringVar(&f.ack, "ack", "commit", "commit answers once a decision is durable, buffered once it is accepted")
	fileFlag(cmd, &f.keys, "keys", "file of API keys, a line each: id, SHA-256 sum, scopes")
	fileFlag(cmd, &f.sources, "sources", "file of sources: where platforms call (winnow connect)")
	fileFlag(cmd, &f.hashKeys, "hash-key-file", "file of hash keys, a line each: version, secret (default: the db's name with .key)")
	durationFlag(cmd, &f.deadline, "deadline", time.Millisecond, "when the default answer goes out instead")
	flags.StringVar(&f.onTrouble, "on-trouble", "default", "marketing without a decision in time: default sends the default variants, hold keeps it back")
	flags.StringVar(&f.retention, "retention", "90d", "how long decisions are kept, and so how far sent() and caps look back: 90d, 720h, or forever")
	flags.StringVar(&f.eventsRetention, "events-retention", "730d", "how long after their last event contacts are kept in the ledger of events (DB.events); the legal list is always kept")
	durationFlag(cmd, &f.poll, "poll", 0, "how often to look for changed files; 0 never")
	numberFlag(cmd, &f.rate, "rate", 1e9, "", "contacts a second that each API key may send; 0 for no limit")
	flags.StringVar(&f.newKey, "new-key", "", "print a new API key with this id, and end")
	flags.StringVar(&f.scopes, "scopes", "decide,read", "scopes of the new key: decide, read, erase")
	return cmd
}

// serve wires the log, the gate and the receiver, and takes them down in turn.
func (e *env) serve(ctx context.Context, dir string, f serveFlags) (err error) {
	logger := slog.New(slog.NewTextHandler(e.stderr, nil))
	opts, err := f.gateOptions(logger)
	if err != nil {
		return err
	}
	keys, err := readKeys(f.keys)
	if err != nil {
		return err
	}
	what, err := e.readServed(dir, f.sources)
	if err != nil {
		return err
	}
	e.warnOfDeadlines(what, f.deadline)
	ln, err := listen(f.addr, keys)
	if err != nil {
		return err
	}
	defer ln.Close()
	if f.log != "off" {
		log, err := e.openForServing(&opts, f)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, cantClose(f.db, closeLog(ctx, log))) }()
	}
	events, err := e.openEvents(&opts, f, what.telling(), logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cantClose(f.db+".events", closeEvents(events))) }()
	g, err := gate.New(opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	files := os.DirFS(dir)
	if f.poll > 0 {
		g.Watch(files, f.poll)
	}
	if err := g.Reload(ctx, files); err != nil {
		return err
	}
	from, out, err := e.openSources(what, f.db, g, events, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cantClose("the queues beside "+f.db, out.close(ctx))) }()
	r, err := receiver.New(g, receiver.Options{Keys: keys, Hosts: what.hosts(), Sources: from, Erasers: out.erasers(), Metrics: serveMetrics(events, out), Rate: f.rate, Version: moduleVersion(), Log: logger})
	if err != nil {
		return err
	}
	defer onHangup(func() { _ = g.Reload(ctx, files) })() // the gate logs how it went
	if err := e.announce(g, ln, dir, f, keys); err != nil {
		return err
	}
	return r.Serve(ctx, ln)
}

// cantClose says which file could not be closed, which may write to it one last
// time, and what to do about it.
func cantClose(file string, err error) error {
	if err == nil {
		return nil
	}
	return failure(exitFailed, "make sure that there is room on its disk, and that winnow may write it", "can't close %s: %w", file, err)
}

// closeLog writes what was handed in, and closes the log.
func closeLog(ctx context.Context, log *store.SQLite) error {
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return log.Close(last)
}

// listen takes the address: calls that come before the bundle is loaded wait.
func listen(addr string, keys *receiver.Keys) (net.Listener, error) {
	ln, err := receiver.Listen(addr, keys)
	if err == nil {
		return ln, nil
	}
	hint := "an address is HOST:PORT, as in --addr 127.0.0.1:8080; port 0 takes a free one"
	switch {
	case errors.Is(err, receiver.ErrOpen):
		hint = "as in --keys FILE, or --addr 127.0.0.1:8080; winnow serve --new-key NAME makes a key"
	case errors.Is(err, syscall.EACCES):
		hint = "ports below 1024 may be kept for the system: choose another --addr, with a proxy in front"
	case errors.Is(err, syscall.EADDRINUSE):
		hint = "another program listens there: end it, or choose another --addr"
	}
	return nil, failure(exitFailed, hint, "can't listen on %s: %v", addr, err)
}

// announce says where winnow listens, and what the owner should know.
func (e *env) announce(g *gate.Gate, ln net.Listener, dir string, f serveFlags, keys *receiver.Keys) error {
	s := g.Status()
	log := "log " + f.db
	if f.log == "off" {
		log = "no log"
	}
	if n := len(s.Warnings); n > 0 {
		kept := " --retention " + f.retention
		if f.log == "off" {
			kept = ""
		}
		fmt.Fprintf(e.stderr, "winnow: the bundle has %d warnings and hints: winnow check %s%s shows them\n", n, dir, kept)
	}
	if keys == nil {
		fmt.Fprintln(e.stderr, "winnow: there are no API keys, so anybody on this machine may ask: --keys FILE")
	}
	if f.log == "off" {
		fmt.Fprintln(e.stderr, "winnow: nothing is recorded: idempotency keys, caps and lookups do not work")
	}
	_, err := fmt.Fprintf(e.stdout, "winnow serves %s (bundle %.12s) on http://%s, %s\n", dir, s.Digest, ln.Addr(), log)
	return err
}

// onHangup calls f on each SIGHUP until stop, which waits for a call under way.
func onHangup(f func()) (stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for range signals {
			f()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-ended
	}
}

// moduleVersion is the program's version, "" when it was not built from one.
func moduleVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return info.Main.Version
}
