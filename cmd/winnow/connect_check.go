package main

import (
	"errors"
	"fmt"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/rules"
)

// checkSources checks a file of sources, as far as serving them would.
func (e *env) checkSources(f connectFlags) error {
	var bundle *rules.Bundle
	if f.bundle != "" {
		b, err := e.loadBundle(f.bundle)
		if err != nil {
			return err
		}
		defer b.bundle.Close()
		bundle = b.bundle
	}
	configs, err := e.loadSources(f.check, bundle)
	if err != nil {
		return err
	}
	if err := tryOutAll(f.check, configs, bundle); err != nil {
		return err
	}
	for _, c := range configs {
		scheme := "none"
		if c.Options.Scheme != nil {
			scheme = string(c.Options.Scheme.Info().ID)
		}
		fmt.Fprintf(e.stdout, "%s: %s, signed with %s, at %s%s\n", c.Options.Name, c.Platform.Title, scheme, c.Options.PublicURL, platform.Address(c.Options.Name))
	}
	return nil
}

// tryOutAll makes the sources of a file as a server would, and none is changed.
func tryOutAll(file string, configs []sources.Config, bundle *rules.Bundle) (err error) {
	for _, c := range configs {
		err = errors.Join(err, tryOut(&c, bundle))
	}
	if err != nil {
		return failure(exitInvalid, "winnow connect PLATFORM tells of its settings", "the sources in %s can't be served: %v", file, err)
	}
	return nil
}

// tryOut makes a source that nothing leaves from. bundle may be nil: then nothing
// is said of its slots.
func tryOut(c *sources.Config, bundle *rules.Bundle) error {
	handOver(c, relay.DryRun{})
	throughGhost(c, dryGhost())
	s, err := platform.NewSource(c.Platform, c.Options, nil)
	if err != nil || bundle == nil {
		return err
	}
	return s.CheckSlots(slotNames(bundle))
}
