package main

import (
	"log/slog"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// gateOptions reads the flags that are the gate's.
func (f *serveFlags) gateOptions(logger *slog.Logger) (o gate.Options, err error) {
	o = gate.Options{Deadline: f.deadline, Rules: compileOptions(), RunTests: ruletest.Failures, Log: logger}
	o.Rules.LoadModule = (&moduleLoader{loaded: func(spec rules.ModuleSpec) {
		if why := mayOutlast(spec, f.deadline); why != "" {
			logger.Warn(why, "module", spec.ID)
		}
	}}).load
	if o.Retention, err = parseRetention("--retention", f.retention); err != nil {
		return o, err
	}
	if _, err := parseRetention("--events-retention", f.eventsRetention); err != nil {
		return o, err
	}
	switch f.ack {
	case "commit":
	case "buffered":
		o.Ack = gate.AckBuffered
	default:
		return o, failure(exitUsage, "use commit or buffered", "--ack cannot be %q", f.ack)
	}
	switch f.onTrouble {
	case "default":
	case "hold":
		o.OnTrouble = gate.HoldBack
	default:
		return o, failure(exitUsage, "use default or hold", "--on-trouble cannot be %q", f.onTrouble)
	}
	if f.log != "on" && f.log != "off" {
		return o, failure(exitUsage, "use on or off", "--log cannot be %q", f.log)
	}
	return o, nil
}

// openForServing opens the log and its hash keys into the options.
func (e *env) openForServing(o *gate.Options, f serveFlags) (*store.SQLite, error) {
	if err := mayWrite(f.db); err != nil {
		return nil, err
	}
	keys, made, err := hashKeys(f.db, f.hashKeys, true)
	if err != nil {
		return nil, err
	}
	e.tellMade(made)
	// Who does not wait for the disk gains nothing from flushing it each time.
	log, err := store.Open(f.db, store.Options{Relaxed: f.ack == "buffered"})
	if err != nil {
		return nil, logError(f.db, err)
	}
	o.Store, o.Keys = gate.SQLite(log), keys
	return log, nil
}

// parseRetention reads 90d, any Go duration, or forever.
func parseRetention(flag, text string) (time.Duration, error) {
	if text == "forever" {
		return -1, nil
	}
	d, err := parseSpan(text)
	if err != nil || d < time.Hour {
		return 0, failure(exitUsage, "as in 90d, 720h or forever; at least an hour", "%s cannot be %q", flag, text)
	}
	return d, nil
}
