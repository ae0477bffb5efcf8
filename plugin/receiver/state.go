package receiver

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// bundleView is GET /v1/bundle.
type bundleView struct {
	Digest    string       `json:"digest"`
	LoadedAt  *time.Time   `json:"loaded_at"`
	CheckedAt *time.Time   `json:"checked_at"`
	Stale     bool         `json:"stale"`
	Failed    string       `json:"failed"`
	Problems  []diagnostic `json:"problems"`
	Failures  []string     `json:"failures"`
	Warnings  []diagnostic `json:"warnings"`
}

type diagnostic struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

func diagnostics(list diag.List) []diagnostic {
	out := make([]diagnostic, len(list))
	for i, d := range list {
		out[i] = diagnostic{d.File, d.Line, d.Column, d.Severity.String(), d.Code, d.Message, d.Hint}
	}
	return out
}

// bundle answers GET /v1/bundle.
func (r *Receiver) bundle(c *fiber.Ctx, _ caller) error {
	s := r.gate.Status()
	v := bundleView{
		Digest: s.Digest, LoadedAt: moment(s.LoadedAt), CheckedAt: moment(s.CheckedAt), Stale: s.Stale, Failed: s.Failed,
		Problems: diagnostics(s.Problems), Failures: append([]string{}, s.Failures...), Warnings: diagnostics(s.Warnings),
	}
	return sendJSON(c, fiber.StatusOK, &v)
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// reasons answers GET /v1/reasons, with ?lang= in another language.
func (r *Receiver) reasons(c *fiber.Ctx, _ caller) error {
	list, language := rules.ReasonsIn(c.Query("lang"))
	return sendJSON(c, fiber.StatusOK, map[string]any{"language": language, "reasons": list})
}

// livez answers GET /livez: the process runs.
func (r *Receiver) livez(c *fiber.Ctx, _ caller) error {
	return sendJSON(c, fiber.StatusOK, map[string]string{"status": "alive"})
}

// readiness is GET /readyz.
type readiness struct {
	Status string `json:"status"` // ready or not_ready
	Bundle string `json:"bundle"`
	Stale  bool   `json:"stale"`
	Checks struct {
		Bundle  string `json:"bundle"`
		Log     string `json:"log"`
		Serving string `json:"serving"`
	} `json:"checks"`
}

// readyz answers GET /readyz: 503 before the first good bundle, while shutting
// down, and while decisions can't be recorded. A stale bundle decides well, so
// it is only reported.
func (r *Receiver) readyz(c *fiber.Ctx, _ caller) error {
	s := r.gate.Status()
	out := readiness{Status: "ready", Bundle: s.Digest, Stale: s.Stale}
	out.Checks.Bundle, out.Checks.Log, out.Checks.Serving = "ok", "ok", "ok"
	status := fiber.StatusOK
	fail := func(check *string, word string) {
		*check, out.Status, status = word, "not_ready", fiber.StatusServiceUnavailable
	}
	switch {
	case s.Digest == "":
		fail(&out.Checks.Bundle, "none was loaded yet")
	case s.Stale:
		out.Checks.Bundle = "stale: the last good one decides; /v1/bundle says why"
	}
	if err := r.probe.check(r.gate.Check); err != nil {
		fail(&out.Checks.Log, "decisions can't be recorded")
	}
	if r.closing.Load() {
		fail(&out.Checks.Serving, "shutting down")
	}
	return sendJSON(c, status, &out)
}

// probe asks the log at most once a second, however often it is asked itself.
type probe struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

func (p *probe) check(ask func(context.Context) error) error {
	const every, patience = time.Second, time.Second
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.Sub(p.at) >= every {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		p.err, p.at = ask(ctx), now
	}
	return p.err
}
