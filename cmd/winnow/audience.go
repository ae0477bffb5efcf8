package main

import (
	"context"
	"slices"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/field"
)

// openAudience opens a file of contacts for one bundle or several; "-" is standard
// input. Verbs that go through a whole audience share it.
func (e *env) openAudience(ctx context.Context, name string, flags readingFlags, bundles ...*rules.Bundle) (*audience.Reader, error) {
	o, err := flags.options()
	if err != nil {
		return nil, err
	}
	o.Nameless = flags.nameless
	for _, b := range bundles {
		if b != nil {
			o.Fields = joinFields(o.Fields, b.Schema().Fields())
		}
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

// joinFields adds the fields that are new.
func joinFields(fields, more []field.Field) []field.Field {
	if len(fields) == 0 {
		return more
	}
	out := slices.Clone(fields)
	for _, f := range more {
		if !slices.ContainsFunc(fields, func(x field.Field) bool { return x.Path == f.Path }) {
			out = append(out, f)
		}
	}
	return out
}
