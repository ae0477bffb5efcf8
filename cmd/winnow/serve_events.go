package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// listPoll is how often a server looks whether another process has changed the
// legal suppression list.
const listPoll = time.Second

// openEvents opens the ledger of events beside the decision log into the
// options; nil when there is no log, no source that tells, and no ledger yet.
func (e *env) openEvents(o *gate.Options, f serveFlags, telling []string, logger *slog.Logger) (*ledger.Ledger, error) {
	if _, err := os.Stat(f.db + ".events"); f.log == "off" && len(telling) == 0 && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	retention, err := parseRetention("--events-retention", f.eventsRetention)
	if err != nil {
		return nil, err
	}
	if o.Keys == nil { // nothing is logged
		var made string
		if o.Keys, made, err = hashKeys(f.db, f.hashKeys, true); err != nil {
			return nil, err
		}
		e.tellMade(made)
	}
	l, err := ledger.Open(f.db+".events", ledger.Options{
		Names: gate.Names(o.Keys), Sources: telling, Retention: retention, Poll: listPoll, Log: logger,
	})
	if err != nil {
		return nil, ledgerError(f.db, err)
	}
	o.Events = l
	return l, nil
}

func ledgerError(db string, err error) error {
	hint := "check the file and its folder"
	switch {
	case errors.Is(err, ledger.ErrLostKey), errors.Is(err, ledger.ErrOtherKey):
		hint = "nobody on the list could be known again, so nothing is served"
	case errors.Is(err, ledger.ErrLocked):
		hint = "stop it, or give this server a --db of its own"
	}
	return failure(exitFailed, hint, "can't open the ledger %s.events: %v", db, err)
}

func closeEvents(l *ledger.Ledger) error {
	if l == nil {
		return nil
	}
	return l.Close()
}

// forgetEvents removes what platforms told of a contact, when they told anything.
func forgetEvents(ctx context.Context, db string, keys []gate.HashKey, by gate.By, name string) error {
	if _, err := os.Stat(db + ".events"); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	l, err := ledger.Open(db+".events", ledger.Options{Names: gate.Names(keys)})
	if err != nil {
		return ledgerError(db, err)
	}
	id, email := name, ""
	if by == gate.ByEmail {
		id, email = "", name
	}
	_, err = l.Forget(ctx, id, email)
	if err = errors.Join(err, l.Close()); err != nil {
		return fmt.Errorf("the ledger %s.events: %w", db, err)
	}
	return nil
}

// eventsTroubleText says what an outage does to events.
func eventsTroubleText(p platform.Platform) string {
	return fmt.Sprintf("\n## When winnow is in trouble\n\nEvents that can't be kept are refused with a 503, so that they are sent again: %s.\n",
		strings.TrimSuffix(p.Reacts(nil).Why, "."))
}

// eventMetrics are those of a ledger.
type eventMetrics struct{ l *ledger.Ledger }

func (m *eventMetrics) descs() (events, repeats, listed *prometheus.Desc) {
	return prometheus.NewDesc("winnow_events_total", "Events of platforms that were kept, by kind", []string{"kind"}, nil),
		prometheus.NewDesc("winnow_events_repeated_total", "Events of platforms that had come before", nil, nil),
		prometheus.NewDesc("winnow_legal_suppressions", "Names on the legal suppression list", nil, nil)
}

// Describe implements prometheus.Collector.
func (m *eventMetrics) Describe(to chan<- *prometheus.Desc) {
	a, b, c := m.descs()
	to <- a
	to <- b
	to <- c
}

// Collect implements prometheus.Collector.
func (m *eventMetrics) Collect(to chan<- prometheus.Metric) {
	events, repeats, listed := m.descs()
	x := m.l.Metrics()
	for kind, n := range x.Events {
		to <- prometheus.MustNewConstMetric(events, prometheus.CounterValue, float64(n), kind)
	}
	to <- prometheus.MustNewConstMetric(repeats, prometheus.CounterValue, float64(x.Repeats))
	to <- prometheus.MustNewConstMetric(listed, prometheus.GaugeValue, float64(x.Suppressed))
}
