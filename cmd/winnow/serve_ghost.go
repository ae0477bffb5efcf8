package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/handed"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/ghost"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
)

// openHanded opens the book of what was handed to Mailgun, beside the decision
// log, and gives it to the sources that need it; nil when none does.
func (e *env) openHanded(r *sources.Result, db string, logger *slog.Logger) (*handed.Book, error) {
	isOne := func(c sources.Config) bool { return c.Platform.Name == ghost.Name }
	if !slices.ContainsFunc(r.Configs, isOne) {
		return nil, nil
	}
	book, err := handed.Open(db+".handed", handed.Options{Log: logger})
	if errors.Is(err, handed.ErrLocked) {
		return nil, failure(exitFailed, "stop it, or give this server a --db of its own", "can't open the book %s.handed: %v", db, err)
	}
	if err != nil {
		return nil, failure(exitFailed, "check the file and its folder", "can't open the book %s.handed: %v", db, err)
	}
	for i := range r.Configs {
		throughGhost(&r.Configs[i], ghost.Options{Book: book})
	}
	return book, nil
}

// throughGhost has a source, if it stands in Mailgun's place, use these.
func throughGhost(c *sources.Config, o ghost.Options) {
	if c.Platform.Name == ghost.Name {
		c.Platform = ghost.Platform(o)
	}
}

// forGhost is the source in Mailgun's place that a call to Mailgun's own
// address is for, nil for none.
func forGhost(configs []sources.Config, name string, c *platform.Call) *sources.Config {
	for i := range configs {
		o := &configs[i].Options
		if configs[i].Platform.Name == ghost.Name && (name == "" || name == o.Name) && strings.HasPrefix(c.Path, "/v3/"+o.Settings.Text("domain")+"/") {
			c.Below = c.Path[1:]
			return &configs[i]
		}
	}
	return nil
}

// dryGhost takes messages as Mailgun does and throws them away.
func dryGhost() ghost.Options {
	return ghost.Options{Book: handed.Nothing{}, Transport: nowhere{}}
}

// nowhere answers requests without making them.
type nowhere struct{}

// RoundTrip implements http.RoundTripper.
func (nowhere) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return nil, err
		}
	}
	body := fmt.Appendf(nil, `{"id":"<dry-run>","message":"this is where %s would have got %d bytes"}`, req.URL.Host, max(req.ContentLength, 0))
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)), Request: req,
	}, nil
}
