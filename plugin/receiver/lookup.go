package receiver

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// patience bounds a request to the log. The request's own context would end with
// the server, which lets requests under way finish.
func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

// decision answers GET /v1/decisions/{id}.
func (r *Receiver) decision(c *fiber.Ctx, _ caller) error {
	id, err := gate.ParseID(c.Params("id"))
	if err != nil {
		return err
	}
	ctx, cancel := patience()
	defer cancel()
	rec, ok, err := r.gate.Decision(ctx, id)
	if err != nil {
		return err
	}
	if !ok {
		return fault(404, "no-decision", "No such decision", "there is no decision with this id: it was never made, has expired, or was erased")
	}
	return sendJSON(c, fiber.StatusOK, gate.EntryOf(&rec))
}

// history answers GET /v1/contacts/{id}/decisions.
func (r *Receiver) history(c *fiber.Ctx, _ caller) error {
	const most = 500
	by, name, err := contactOf(c)
	if err != nil {
		return err
	}
	limit := 50
	if text := c.Query("limit"); text != "" {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > most {
			return fault(400, "bad-limit", "Bad limit", "limit is a number from 1 to 500")
		}
	}
	var before int64
	if text := c.Query("before"); text != "" {
		if before, err = gate.ParseID(text); err != nil {
			return err
		}
	}
	ctx, cancel := patience()
	defer cancel()
	list, err := r.gate.History(ctx, by, name, before, limit+1)
	if err != nil {
		return err
	}
	out := struct {
		Decisions []gate.Entry `json:"decisions"`
		Next      *string      `json:"next"`
	}{Decisions: []gate.Entry{}}
	for i := range list[:min(limit, len(list))] {
		out.Decisions = append(out.Decisions, gate.EntryOf(&list[i]))
	}
	if len(list) > limit {
		out.Next = &out.Decisions[limit-1].ID
	}
	return sendJSON(c, fiber.StatusOK, &out)
}

// Eraser keeps something about contacts, such as letters that wait.
type Eraser interface {
	// Erase removes what is kept about a contact, and returns how much that was.
	Erase(ctx context.Context, by gate.By, name string) (n int, err error)
}

// erase answers DELETE /v1/contacts/{id}. It goes on after trouble, so that as
// little as possible is left.
func (r *Receiver) erase(c *fiber.Ctx, _ caller) error {
	by, name, err := contactOf(c)
	if err != nil {
		return err
	}
	ctx, cancel := patience()
	defer cancel()
	n, err := r.gate.Erase(ctx, by, name)
	if errors.Is(err, gate.ErrNoLog) && len(r.opts.Erasers) > 0 {
		err = nil // there is no log to erase from
	}
	for _, e := range r.opts.Erasers {
		more, trouble := e.Erase(ctx, by, name)
		n, err = n+more, errors.Join(err, trouble)
	}
	if err != nil {
		return err
	}
	return sendJSON(c, fiber.StatusOK, map[string]int{"erased": n})
}

// contactOf is the contact that the address names. The name is a copy: Fiber
// uses the memory of its own for the next request.
func contactOf(c *fiber.Ctx) (gate.By, string, error) {
	name, err := url.PathUnescape(c.Params("id"))
	if err != nil || name == "" {
		return 0, "", fault(400, "bad-contact", "Bad contact", "the contact in the address is not percent-encoded as it should be")
	}
	switch c.Query("by") {
	case "", "id":
		return gate.ByID, string([]byte(name)), nil
	case "email":
		return gate.ByEmail, string([]byte(name)), nil
	}
	return 0, "", fault(400, "bad-by", "Bad query", "by is id or email")
}
