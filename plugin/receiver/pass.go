package receiver

import "github.com/gofiber/fiber/v2"

// pass answers POST /v1/gate: whether a contact may move to a stage.
func (r *Receiver) pass(c *fiber.Ctx, who caller) error {
	if err := r.spend(c, who, 1); err != nil {
		return err
	}
	buf := r.getBuffer()
	defer r.putBuffer(buf)
	body, err := r.body(c, buf, r.opts.MaxBody)
	if err != nil {
		return err
	}
	p, err := r.gate.Pass(body)
	if err != nil {
		return err
	}
	return sendJSON(c, fiber.StatusOK, p)
}
