package receiver

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/store"
)

const problemType = "application/problem+json"

// problem is an error as clients get it: RFC 9457 problem details. It says what
// is wrong and what to do, and holds no values that came in.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance,omitempty"`
	Field    string `json:"field,omitempty"`
	Offset   *int   `json:"offset,omitempty"`
	Index    *int   `json:"index,omitempty"`

	header [2]string // to set besides; may be empty
}

// Error gives the detail.
func (p *problem) Error() string { return p.Detail }

// fault makes a problem. Its type is a name that stays the same whatever the
// texts become.
func fault(status int, name, title, detail string) *problem {
	return &problem{Type: "urn:winnow:problem:" + name, Title: title, Status: status, Detail: detail}
}

func (p *problem) with(name, value string) *problem {
	p.header = [2]string{name, value}
	return p
}

// problemOf makes a problem of any error.
func problemOf(err error) *problem {
	var p *problem
	var body *gate.BodyError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &body):
		return badBody(body)
	case errors.Is(err, gate.ErrNoBundle):
		return fault(503, "no-bundle", "No bundle", "winnow has no good bundle yet: see /readyz").with(fiber.HeaderRetryAfter, "5")
	case errors.Is(err, gate.ErrKeyReused):
		return fault(409, "key-reused", "Idempotency key reused", gate.ErrKeyReused.Error())
	case errors.Is(err, gate.ErrTooMany):
		return fault(413, "batch-too-large", "Too many items", "the batch has too many items: send it in parts")
	case errors.Is(err, gate.ErrNoLog):
		return fault(404, "no-log", "No decision log", gate.ErrNoLog.Error())
	case errors.Is(err, gate.ErrBadID):
		return fault(400, "bad-id", "Bad decision id", gate.ErrBadID.Error())
	case errors.Is(err, store.ErrLocked):
		return fault(503, "log-busy", "Decision log busy", "another process reads the decision log: try again").with(fiber.HeaderRetryAfter, "1")
	}
	return fault(500, "internal", "Internal error", "something went wrong here; the server's log says what")
}

func badBody(e *gate.BodyError) *problem {
	detail := e.Msg
	if e.Fix != "" {
		detail += "; " + e.Fix
	}
	p := fault(400, "bad-body", "The body can't be used", detail)
	p.Field = e.Field
	if e.Offset >= 0 {
		p.Offset = &e.Offset
	}
	return p
}

func tooLarge(limit int) *problem {
	return fault(413, "body-too-large", "Body too large", fmt.Sprintf("a body has at most %d bytes here", limit))
}

// send answers with a problem.
func (r *Receiver) send(c *fiber.Ctx, p *problem) error {
	r.problems.count(p.Status)
	if p.header[0] != "" {
		c.Set(p.header[0], p.header[1])
	}
	out, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Response().Header.SetContentType(problemType)
	c.Response().SetStatusCode(p.Status)
	c.Response().SetBody(out)
	return nil
}

// onError is the error handler of an app of our own: what Fiber and fasthttp
// refuse before a handler sees it.
func (r *Receiver) onError(c *fiber.Ctx, err error) error {
	var f *fiber.Error
	if !errors.As(err, &f) {
		return r.send(c, problemOf(err))
	}
	switch f.Code {
	case fiber.StatusNotFound:
		return r.send(c, notFound())
	case fiber.StatusRequestEntityTooLarge:
		drain(c.Context().Conn())
		return r.send(c, tooLarge(r.limitOf(c.Request().RequestURI())))
	case fiber.StatusRequestHeaderFieldsTooLarge:
		drain(c.Context().Conn())
		return r.send(c, fault(431, "headers-too-large", "Headers too large", "the request's headers have at most "+strconv.Itoa(headerLimit)+" bytes"))
	case fiber.StatusRequestTimeout:
		return r.send(c, fault(408, "timeout", "Request timeout", "the request took too long to arrive"))
	case fiber.StatusMethodNotAllowed:
		return r.send(c, fault(405, "method", "Method not allowed", "this address does not answer that method"))
	default:
		return r.send(c, fault(400, "bad-request", "Bad request", "the request can't be read as HTTP"))
	}
}

func notFound() *problem {
	return fault(404, "not-found", "Not found", "there is nothing at this address: /openapi.json lists what there is")
}
