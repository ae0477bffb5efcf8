package receiver

import (
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
)

// Receiver answers HTTP requests for a gate. Its methods may be called from any
// number of goroutines.
type Receiver struct {
	opts     Options
	gate     *gate.Gate
	keys     *Keys
	limits   []*rate.Limiter // by key; one for all without keys
	openapi  []byte
	metrics  *metrics
	problems *problemCounts
	sources  map[string]Source
	roots    map[string]Source // by addresses outside of /v1/in/
	buffers  sync.Pool         // of *buffer
	calls    exchanges
	probe    probe
	closing  atomic.Bool
	local    atomic.Bool // without keys, on a loopback address
	streams  taken
	bodies   bodies
}

// buffer is memory for answers and unpacked bodies.
type buffer struct {
	answer, body []byte
	items        [][]byte
}

// New makes a receiver for a gate.
func New(g *gate.Gate, o Options) (*Receiver, error) {
	o = o.withDefaults()
	doc, err := document(o.Version)
	if err != nil {
		return nil, fmt.Errorf("receiver: the OpenAPI document is broken: %w", err)
	}
	r := &Receiver{opts: o, gate: g, keys: o.Keys, openapi: doc, problems: newProblemCounts(), sources: sourcesByName(o.Sources)}
	if r.roots, err = rootsOf(o.Sources); err != nil {
		return nil, err
	}
	r.bodies.left = o.MaxUnproven
	for _, s := range o.Sources {
		if s.Standing(&platform.Call{}) == platform.Unproven {
			r.bodies.left = max(r.bodies.left, 2*s.MaxBody())
		}
	}
	r.metrics = newMetrics(g, r.problems, o.Version)
	r.metrics.sources = o.Sources
	if o.Rate > 0 {
		n := 1
		if r.keys != nil {
			n = r.keys.Len()
		}
		for range n {
			r.limits = append(r.limits, rate.NewLimiter(rate.Limit(o.Rate), o.Burst))
		}
	}
	return r, nil
}

// route is one method at one address.
type route struct {
	method string
	path   string // as in the OpenAPI document
	scope  Scope  // 0: open to everybody
	handle func(*fiber.Ctx, caller) error
}

// routes lists all there is.
func (r *Receiver) routes() []route {
	return []route{
		{"POST", "/v1/decide", Decide, r.decide},
		{"POST", "/v1/decide/batch", Decide, r.batch},
		{"POST", streamPath, Decide, r.screenWhole},
		{"POST", "/v1/explain", Read, r.explain},
		{"POST", "/v1/gate", Decide, r.pass},
		{"GET", "/v1/decisions/{id}", Read, r.decision},
		{"GET", "/v1/contacts/{id}/decisions", Read, r.history},
		{"DELETE", "/v1/contacts/{id}", Erase, r.erase},
		{"POST", "/v1/in/{source}", 0, r.source},
		{"GET", "/v1/in/{source}", 0, r.source},
		{"GET", "/v1/bundle", Read, r.bundle},
		{"GET", "/v1/reasons", 0, r.reasons},
		{"GET", "/livez", 0, r.livez},
		{"GET", "/readyz", 0, r.readyz},
		{"GET", "/metrics", 0, r.exposeMetrics},
		{"GET", "/openapi.json", 0, r.document},
	}
}

// Mount adds the routes to an app or a group of one.
func (r *Receiver) Mount(router fiber.Router) {
	allowed := map[string][]string{}
	var paths []string
	if len(r.sources) > 0 { // platforms choose their methods, and some have addresses below their own
		router.Use(strings.TrimSuffix(underSources, "/"), r.wrap(route{path: underSources + "{source}", handle: r.source}))
	}
	for root := range r.roots {
		router.Use(strings.TrimSuffix(root, "/"), r.wrap(route{path: root, handle: r.source}))
	}
	for _, rt := range r.routes() {
		path := strings.NewReplacer("{", ":", "}", "").Replace(rt.path)
		router.Add(rt.method, path, r.wrap(rt))
		if allowed[path] == nil {
			paths = append(paths, path)
		}
		allowed[path] = append(allowed[path], rt.method)
		if rt.method == fiber.MethodGet {
			router.Add(fiber.MethodHead, path, r.wrap(rt))
			allowed[path] = append(allowed[path], fiber.MethodHead)
		}
	}
	for _, path := range paths {
		router.All(path, r.otherMethods(strings.Join(append(allowed[path], fiber.MethodOptions), ", ")))
	}
}

// wrap is what all handlers have in common: the key, the rate, and what becomes
// of errors and panics.
func (r *Receiver) wrap(rt route) fiber.Handler {
	return func(c *fiber.Ctx) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				err = r.panicked(c, rt, cause)
			}
		}()
		who, err := r.admit(c, rt.scope)
		if err == nil {
			err = rt.handle(c, who)
		}
		if err == nil {
			return nil
		}
		p := problemOf(err)
		if p.Status == fiber.StatusInternalServerError {
			r.opts.Log.Error("request failed", "route", rt.path, "error", err)
		}
		if p.Instance == "" {
			p.Instance = rt.path
		}
		return r.send(c, p)
	}
}

// panicked answers after a panic and logs where it was. Its cause may hold what
// a contact sent, so only its type is logged.
func (r *Receiver) panicked(c *fiber.Ctx, rt route, cause any) error {
	r.opts.Log.Error("panic", "route", rt.path, "type", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	c.Response().Reset()
	p := problemOf(nil)
	p.Instance = rt.path
	return r.send(c, p)
}

// otherMethods answers the methods that an address does not have.
func (r *Receiver) otherMethods(allow string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderAllow, allow)
		if c.Method() == fiber.MethodOptions {
			return c.SendStatus(fiber.StatusNoContent)
		}
		return r.send(c, fault(405, "method", "Method not allowed", "this address answers "+allow))
	}
}
