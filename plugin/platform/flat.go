package platform

import (
	"math"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// FlatName is the name that a slot's variant has in AppendFlat.
func FlatName(slot string) string { return "winnow_" + strings.ReplaceAll(slot, "-", "_") }

// glance is what most projections need of an answer, as it stands there.
type glance struct {
	id, action, variants, reasons []byte
	send                          bool
}

var noText = []byte(`""`)

// glance reads no more than it takes, and relies on the order in which the gate
// writes. There are no reasons for who is sent to.
func (a *Answer) glance() glance {
	g := glance{id: noText, action: noText}
	for key, v := range payload.Members(a.JSON) {
		switch key {
		case "decision_id":
			g.id = v
		case "send":
			g.send = v[0] == 't'
		case "action":
			g.action = v
		case "variants":
			if g.variants = v; g.send {
				return g
			}
		case "reasons":
			g.reasons = v
			return g
		}
	}
	return g
}

const (
	// FlatFields is how many members of AppendFlat are not about a slot.
	FlatFields = 5
	// AllSlots is as many slots as there are.
	AllSlots = math.MaxInt
)

// AppendFlat appends the decision for platforms that keep named texts, as the
// members of a JSON object without its braces: winnow_send (true or false),
// winnow_action, winnow_reason ([Decision.Why]), winnow_decision_id,
// winnow_degraded, and for each of the first so many slots its [FlatName] with the
// variant.
func (a *Answer) AppendFlat(dst []byte, slots int) []byte {
	g := a.glance()
	dst = strconv.AppendBool(append(dst, `"winnow_send":"`...), g.send)
	dst = append(append(dst, `","winnow_action":`...), g.action...)
	dst = g.appendWhy(append(dst, `,"winnow_reason":`...))
	dst = append(append(dst, `,"winnow_decision_id":`...), g.id...)
	dst = strconv.AppendBool(append(dst, `,"winnow_degraded":"`...), degraded(a.JSON))
	dst = append(dst, '"')
	for slot, v := range payload.Members(g.variants) {
		if slots--; slots < 0 {
			break
		}
		from := len(dst) + len(`,"winnow_`)
		dst = append(append(dst, `,"winnow_`...), slot...)
		for i := from; i < len(dst); i++ {
			if dst[i] == '-' {
				dst[i] = '_'
			}
		}
		dst = append(append(dst, `":`...), v...)
	}
	return dst
}

// AppendReason appends [Decision.Why] as a JSON text.
func (a *Answer) AppendReason(dst []byte) []byte {
	g := a.glance()
	return g.appendWhy(dst)
}

func (g *glance) appendWhy(dst []byte) []byte {
	if g.send {
		return append(dst, noText...)
	}
	for reason := range payload.Items(g.reasons) {
		code := payload.First(reason, "code")
		if !keepsBack(payload.View(code)) {
			continue
		}
		rule := payload.First(reason, "rule")
		if len(rule) <= len(`""`) {
			return append(dst, code...)
		}
		dst = append(append(dst, code[:len(code)-1]...), ' ')
		return append(dst, rule[1:]...)
	}
	return append(dst, g.action...)
}
