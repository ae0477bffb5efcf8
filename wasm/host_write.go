package wasm

import (
	"math"
	"unicode/utf8"
)

// result finds a declared output and refuses another kind.
func (c *call) result(h uint64, k Kind) *Result {
	i := int(uint32(h))
	if i >= len(c.mod.outputs) {
		c.fail(failf(ReasonOutput, "output handle %d, declared are %d; check that output() did not return -1", int32(i), len(c.mod.outputs)))
	}
	if d := &c.mod.outputs[i]; d.Kind != k {
		c.fail(failf(ReasonOutput, "output %s is declared as %s, the module sets it as %s", d.Name, d.Kind, k))
	}
	r := &c.out.Results[i]
	r.Kind = k
	return r
}

func hostOutputBool(c *call, s []uint64) {
	v := int64(0)
	if uint32(s[1]) != 0 {
		v = 1
	}
	c.result(s[0], KindBool).Num = v
}

func hostOutputI64(c *call, s []uint64) { c.result(s[0], KindInt).Num = int64(s[1]) }

func hostOutputF64(c *call, s []uint64) {
	f := math.Float64frombits(s[1])
	r := c.result(s[0], KindFloat)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		c.fail(failf(ReasonOutput, "output %s is not a finite number; leave it unset when it is unknown", c.mod.outputs[uint32(s[0])].Name))
	}
	r.Num = int64(s[1])
}

func hostOutputStr(c *call, s []uint64) {
	r := c.result(s[0], KindString)
	r.Str = c.text(s[1], s[2], c.mod.limits.OutputBytes, "output_bytes")
}

// text copies a text out of the guest within the budget of the whole answer.
func (c *call) text(p, n uint64, limit int, name string) []byte {
	if int(uint32(n)) > limit {
		c.fail(failf(ReasonOutput, "text of %d bytes, at most %d (%s)", uint32(n), limit, name))
	}
	if most := c.mod.limits.OutputBytes + c.mod.limits.ReasonBytes; c.texts+int(uint32(n)) > most {
		c.fail(failf(ReasonOutput, "texts of %d bytes in all, at most %d (output_bytes and reason_bytes); set each once", c.texts+int(uint32(n)), most))
	}
	b := c.guest(p, n)
	c.spend(len(b))
	if !utf8.Valid(b) {
		c.fail(failf(ReasonOutput, "text is not UTF-8"))
	}
	c.texts += len(b)
	return c.out.keep(b)
}

func hostVerdict(c *call, s []uint64) {
	v := uint32(s[0])
	if v > 2 {
		c.fail(failf(ReasonOutput, "verdict %d; 0 is no, 1 yes, 2 unknown", int32(v)))
	}
	c.out.Verdict = [...]Verdict{VerdictNo, VerdictYes, VerdictUnknown}[v]
	c.out.Reason = nil
	if uint32(s[2]) > 0 {
		c.out.Reason = c.text(s[1], s[2], c.mod.limits.ReasonBytes, "reason_bytes")
	}
}

func hostVariant(c *call, s []uint64) {
	i := int(uint32(s[0]))
	if i >= len(c.mod.slots) {
		c.fail(failf(ReasonOutput, "slot handle %d, declared are %d; check that slot() did not return -1", int32(i), len(c.mod.slots)))
	}
	name := c.view(s[1], s[2])
	c.spend(16 * len(c.mod.slots[i].Variants))
	for j, v := range c.mod.slots[i].Variants {
		if v == name {
			c.out.Variants[i] = int32(j)
			return
		}
	}
	c.fail(failf(ReasonOutput, "slot %s has no such variant; declared are %q", c.mod.slots[i].Name, c.mod.slots[i].Variants))
}

func hostLog(c *call, s []uint64) {
	level, b := uint8(min(uint32(s[0]), 3)), c.guest(s[1], s[2])
	c.writeLog(level, b, false)
}

func hostLogEnabled(c *call, s []uint64) {
	level := uint32(s[0])
	s[0] = 0
	if c.logged < c.mod.limits.LogBytes && level <= 3 {
		s[0] = 1
	}
}

// writeLog keeps a line, or a piece of one, within the limit of the call.
func (c *call) writeLog(level uint8, b []byte, piece bool) {
	room := c.mod.limits.LogBytes - c.logged
	if len(b) > room {
		b = b[:max(room, 0)]
		c.out.LogCut = true
	}
	c.spend(len(b))
	if len(b) > 0 {
		c.logged += len(b)
		c.out.Logs = append(c.out.Logs, LogLine{level, c.out.keep(b), piece})
	}
}
