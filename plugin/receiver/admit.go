package receiver

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// caller is who sent a request.
type caller struct {
	id    string
	index int // of the key
}

// admit checks the request's key.
func (r *Receiver) admit(c *fiber.Ctx, scope Scope) (caller, error) {
	switch {
	case scope == 0:
		return caller{}, nil
	case r.keys == nil:
		return caller{}, r.fromHere(c.Request())
	}
	key := token(&c.Request().Header)
	if len(key) == 0 {
		return caller{}, unauthorized("send the API key as Authorization: Bearer KEY, or as X-API-Key")
	}
	i := r.keys.find(key)
	if i < 0 {
		return caller{}, unauthorized("the API key is not known here")
	}
	if k := &r.keys.list[i]; k.scopes&scope == 0 {
		return caller{}, fault(403, "scope", "Not allowed", "the API key "+k.id+" lacks the scope "+scope.String())
	}
	return caller{r.keys.list[i].id, i}, nil
}

func unauthorized(detail string) *problem {
	return fault(401, "key", "API key needed", detail).with(fiber.HeaderWWWAuthenticate, "Bearer")
}

// token is the API key of a request, empty without one.
func token(h *fasthttp.RequestHeader) []byte {
	if key := h.Peek("X-API-Key"); len(key) > 0 {
		return key
	}
	return bearer(h.Peek(fiber.HeaderAuthorization))
}

// bearer cuts the token out of an Authorization header.
func bearer(h []byte) []byte {
	const scheme = "bearer "
	if len(h) <= len(scheme) || !bytes.EqualFold(h[:len(scheme)], []byte(scheme)) {
		return nil
	}
	return bytes.TrimSpace(h[len(scheme):])
}

// String is the word of a single scope.
func (s Scope) String() string {
	for i, name := range scopeNames() {
		if s == 1<<i {
			return name
		}
	}
	return "none"
}

// spend takes n contacts off what the caller may send now.
func (r *Receiver) spend(c *fiber.Ctx, who caller, n int) error {
	if len(r.limits) == 0 || n == 0 {
		return nil
	}
	now := c.Context().Time()
	res := r.limits[who.index].ReserveN(now, n)
	wait := res.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	res.CancelAt(now)
	return tooMany(wait)
}

// pace keeps to what the caller may send: who is too fast is slowed down. Before it
// waits it flushes what is ready: who waits has it, and who has gone is noticed.
func (r *Receiver) pace(ctx context.Context, who caller, flush func() error) func(n int) error {
	if len(r.limits) == 0 {
		return nil
	}
	limit := r.limits[who.index]
	return func(n int) error {
		if limit.AllowN(time.Now(), n) {
			return nil
		}
		if err := flush(); err != nil {
			return err
		}
		return limit.WaitN(ctx, n)
	}
}

func tooMany(wait time.Duration) *problem {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	return fault(429, "rate", "Too many contacts", "the API key sends more contacts a second than it may: wait, then go on").
		with(fiber.HeaderRetryAfter, strconv.Itoa(seconds))
}
