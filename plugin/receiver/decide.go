package receiver

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
)

const jsonType = "application/json"

// decide answers POST /v1/decide.
func (r *Receiver) decide(c *fiber.Ctx, who caller) error {
	if err := r.spend(c, who, 1); err != nil {
		return err
	}
	buf := r.getBuffer()
	defer r.putBuffer(buf)
	req := gate.Request{Caller: who.id}
	var err error
	if req.Body, err = r.body(c, buf, r.opts.MaxBody); err != nil {
		return err
	}
	if req.Key, err = idempotencyKey(c); err != nil {
		return err
	}
	// The answer is written where the response keeps its body, not copied there.
	res := c.Response()
	answer, err := r.gate.Decide(res.SwapBody(nil)[:0], req)
	res.SwapBody(answer)
	if err != nil {
		return err
	}
	res.Header.SetContentType(jsonType)
	return nil
}

// batch answers POST /v1/decide/batch.
func (r *Receiver) batch(c *fiber.Ctx, who caller) error {
	buf := r.getBuffer()
	defer r.putBuffer(buf)
	req := gate.Request{Caller: who.id}
	var err error
	if req.Body, err = r.body(c, buf, r.opts.MaxBatchBody); err != nil {
		return err
	}
	if req.Key, err = idempotencyKey(c); err != nil {
		return err
	}
	if buf.items, err = gate.Split(buf.items[:0], req.Body, r.opts.MaxBatch); err != nil {
		return err
	}
	if err := r.spend(c, who, len(buf.items)); err != nil {
		return err
	}
	out := append(buf.answer[:0], '[')
	err = r.gate.Batch(req, buf.items, func(i int, answer []byte, err error) {
		if i > 0 {
			out = append(out, ',')
		}
		if err != nil {
			answer = r.itemProblem(i, err)
		}
		out = append(out, answer...)
	})
	if buf.answer = append(out, ']'); err != nil {
		return err
	}
	c.Response().Header.SetContentType(jsonType)
	c.Response().SetBody(buf.answer)
	return nil
}

// itemProblem is what stands in a batch's answer for an item that is bad.
func (r *Receiver) itemProblem(i int, err error) []byte {
	p := problemOf(err)
	p.Index, p.Instance = &i, "/v1/decide/batch"
	out, err := json.Marshal(p)
	if err != nil {
		return []byte("null") // never: it is all plain data
	}
	return out
}

// explain answers POST /v1/explain.
func (r *Receiver) explain(c *fiber.Ctx, who caller) error {
	return r.ask(c, who, func(body []byte) (any, error) { return r.gate.Explain(body) })
}

// pass answers POST /v1/gate: whether a contact may move to a stage.
func (r *Receiver) pass(c *fiber.Ctx, who caller) error {
	return r.ask(c, who, func(body []byte) (any, error) { return r.gate.Pass(body) })
}

// ask answers a question about one contact, of which nothing is recorded.
func (r *Receiver) ask(c *fiber.Ctx, who caller, answer func(body []byte) (any, error)) error {
	if err := r.spend(c, who, 1); err != nil {
		return err
	}
	buf := r.getBuffer()
	defer r.putBuffer(buf)
	body, err := r.body(c, buf, r.opts.MaxBody)
	if err != nil {
		return err
	}
	v, err := answer(body)
	if err != nil {
		return err
	}
	return sendJSON(c, fiber.StatusOK, v)
}

func sendJSON(c *fiber.Ctx, status int, v any) error {
	out, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.Response().Header.SetContentType(jsonType)
	c.Response().SetStatusCode(status)
	c.Response().SetBody(out)
	return nil
}
