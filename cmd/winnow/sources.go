package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// loadSources reads a file of sources; mistakes and warnings are shown on
// stderr. bundle may be nil: then any path may be a field.
func (e *env) loadSources(file string, bundle *rules.Bundle) ([]sources.Config, error) {
	r, err := e.readSources(file, bundle)
	return r.Configs, err
}

// readSources is loadSources with all that the file says.
func (e *env) readSources(file string, bundle *rules.Bundle) (r sources.Result, err error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return r, failure(exitFailed, "winnow connect PLATFORM shows what such a file holds", "can't read the sources: %v", err)
	}
	o := sources.Options{Platforms: platforms.All(), ReadFile: besides(file), Getenv: os.Getenv}
	if bundle != nil {
		o.Fields = bundle.Schema().Paths()
	}
	r = sources.Load(file, src, o)
	if err := diag.WriteText(e.stderr, r.List, func(string) ([]byte, bool) { return r.Shown, true }, e.colour); err != nil {
		return r, err
	}
	if r.List.HasErrors() {
		return r, failure(exitInvalid, "mend what stands above; winnow help CODE says more", "the sources in %s are invalid", file)
	}
	return r, nil
}

// besides reads files whose paths are relative to another file.
func besides(file string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(file), path)
		}
		return os.ReadFile(path)
	}
}

// served is what a server answers for: rules that hold and sources that can be made.
type served struct{ sources sources.Result }

// readServed reads and checks all that is to be served, before anything is made.
// file may be "": then there are no sources.
func (e *env) readServed(dir, file string) (w *served, err error) {
	b, err := e.loadBundle(dir)
	if err != nil {
		return nil, err
	}
	defer b.bundle.Close()
	if failed := ruletest.Failures(b.bundle); len(failed) > 0 {
		for _, line := range failed {
			fmt.Fprintln(e.stderr, line)
		}
		return nil, failure(exitTests, "winnow test "+dir+" shows more", "the tests of the bundle in %s fail", dir)
	}
	w = new(served)
	if file == "" {
		return w, nil
	}
	if w.sources, err = e.readSources(file, b.bundle); err != nil {
		return nil, err
	}
	return w, tryOutAll(file, w.sources.Configs, b.bundle)
}

// telling are the sources that tell of events.
func (w *served) telling() []string {
	names := []string{}
	for _, c := range w.sources.Configs {
		if c.Platform.Tells {
			names = append(names, c.Options.Name)
		}
	}
	return names
}

// hosts are the names by which platforms reach this server, through a proxy.
func (w *served) hosts() (names []string) {
	for _, c := range w.sources.Configs {
		if u, err := url.Parse(c.Options.PublicURL); err == nil && u.Host != "" {
			names = append(names, strings.ToLower(u.Hostname()))
		}
	}
	return names
}

// warnOfDeadlines tells of sources that the server's own deadline is too long for:
// those that set one were checked with their file.
func (e *env) warnOfDeadlines(w *served, deadline time.Duration) {
	for _, c := range w.sources.Configs {
		if p := c.Platform; c.Options.Deadline == 0 && p.Patience > 0 && deadline >= p.Patience {
			fmt.Fprintf(e.stderr, "winnow: %s gives up after %v, and --deadline is %v: give the source %s a deadline of its own\n",
				p.Title, p.Patience, deadline, c.Options.Name)
		}
	}
}

// openSources makes the sources for the receiver, and the outlets that some of them
// need, with their files beside db; no sources, no outlets.
func (e *env) openSources(w *served, db string, g *gate.Gate, events *ledger.Ledger, logger *slog.Logger) (_ []receiver.Source, o *outlets, err error) {
	if len(w.sources.Configs) == 0 {
		return nil, nil, nil
	}
	o = &outlets{}
	if o.letters, err = e.openRelay(&w.sources, db, g, logger); err != nil {
		return nil, nil, err
	}
	if o.handed, err = e.openHanded(&w.sources, db, logger); err != nil {
		return nil, nil, errors.Join(err, o.close(context.Background()))
	}
	list, err := sources.Open(w.sources.Configs, g, func(so *platform.Options) {
		so.Log, so.Outbox = logger, o
		if events != nil {
			so.Inbox = events
		}
	})
	if err == nil {
		err = o.writeBack(list, db, logger)
	}
	if err != nil {
		return nil, nil, errors.Join(err, o.close(context.Background()))
	}
	out := make([]receiver.Source, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out, o, nil
}
