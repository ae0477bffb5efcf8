package main

import (
	"context"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
)

// openAudience opens a file of contacts for a bundle; "-" is standard input.
// Verbs that go through a whole audience share it.
func (e *env) openAudience(ctx context.Context, name string, flags readingFlags, b *rules.Bundle) (*audience.Reader, error) {
	o, err := flags.options()
	if err != nil {
		return nil, err
	}
	o.Nameless = flags.nameless
	if b != nil {
		o.Fields = b.Schema().Fields()
	}
	if name != "-" {
		r, err := audience.Open(name, o)
		if err != nil {
			return nil, audienceFailure(name, err)
		}
		return r, nil
	}
	r, err := audience.New(untilDone(ctx, e.stdin), o)
	if err != nil {
		return nil, audienceFailure("standard input", err)
	}
	return r, nil
}
