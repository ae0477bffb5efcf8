package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform/listmonk"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/relay"
)

// relayGrace is how long letters under way may take to be finished when the
// server ends; what waits, waits in the file.
const relayGrace = 20 * time.Second

// openRelay opens the queue beside the decision log, and has the sources that
// hand messages over give them to it; nil when the file of sources has no relay.
func (e *env) openRelay(r *sources.Result, db string, g *gate.Gate, logger *slog.Logger) (*relay.Relay, error) {
	if r.Relay == nil {
		return nil, nil
	}
	carrier, err := r.Relay.Carrier()
	if err != nil {
		return nil, err
	}
	o := r.Relay.Options
	o.Gate, o.Log, o.Carriers = g, logger, map[string]relay.Carrier{}
	for _, c := range r.Configs {
		if c.Platform.HandsOver {
			o.Carriers[c.Options.Name] = carrier
		}
	}
	letters, err := relay.Open(db+".relay", o)
	if errors.Is(err, relay.ErrLocked) {
		return nil, failure(exitFailed, "stop it, or give this server a --db of its own", "can't open the queue %s.relay: %v", db, err)
	}
	if err != nil {
		return nil, failure(exitFailed, "check the file and its folder", "can't open the queue %s.relay: %v", db, err)
	}
	for i := range r.Configs {
		handOver(&r.Configs[i], letters)
	}
	return letters, nil
}

// handOver has a source give its messages, if it hands any over, to whoever
// takes them.
func handOver(c *sources.Config, to listmonk.Accepter) {
	if c.Platform.Name == listmonk.Name {
		c.Platform = listmonk.Platform(to)
	}
}

// closeRelay lets letters under way be finished.
func closeRelay(ctx context.Context, letters *relay.Relay) error {
	if letters == nil {
		return nil
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), relayGrace)
	defer cancel()
	return letters.Close(last)
}
