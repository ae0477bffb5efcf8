package main

import (
	"log/slog"
	"os"
	"path/filepath"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// loadSources reads a file of sources; mistakes and warnings are shown on
// stderr. bundle may be nil: then any path may be a field.
func (e *env) loadSources(file string, bundle *rules.Bundle) ([]sources.Config, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, failure(exitFailed, "winnow connect PLATFORM shows what such a file holds", "can't read the sources: %v", err)
	}
	o := sources.Options{Platforms: platforms.All(), ReadFile: besides(file), Getenv: os.Getenv}
	if bundle != nil {
		o.Fields = bundle.Schema().Paths()
	}
	r := sources.Load(file, src, o)
	if err := diag.WriteText(e.stderr, r.List, func(string) ([]byte, bool) { return r.Shown, true }, e.colour); err != nil {
		return nil, err
	}
	if r.List.HasErrors() {
		return nil, failure(exitInvalid, "mend what stands above; winnow help CODE says more", "the sources in %s are invalid", file)
	}
	return r.Configs, nil
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

// openSources makes the sources of a file for the receiver; no file, no sources.
func (e *env) openSources(file, dir string, g *gate.Gate, logger *slog.Logger) ([]receiver.Source, error) {
	if file == "" {
		return nil, nil
	}
	f, err := e.loadBundle(dir)
	if err != nil {
		return nil, err
	}
	defer f.bundle.Close()
	configs, err := e.loadSources(file, f.bundle)
	if err != nil {
		return nil, err
	}
	list, err := sources.Open(configs, g, func(o *platform.Options) { o.Log = logger })
	if err != nil {
		return nil, err
	}
	out := make([]receiver.Source, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out, nil
}
