package platform

import (
	"math"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules"
)

// FlatName is the name that a slot's variant has in AppendFlat.
func FlatName(slot string) string { return "winnow_" + strings.ReplaceAll(slot, "-", "_") }

// outlined is the outline of the answer. One that was given before is read for it,
// no further than it takes, and relying on the order in which the gate writes.
func (a *Answer) outlined() rules.Outline {
	if a.outline.Action != "" {
		return a.outline
	}
	o := rules.Outline{Degraded: a.isDegraded()}
	for key, v := range payload.Members(a.JSON) {
		switch key {
		case "decision_id":
			o.ID = payload.View(v)
		case "send":
			o.Send = v[0] == 't'
		case "action":
			o.Action = rules.Action(payload.View(v))
		case "variants":
			to := cap(a.JSON) - cap(v) + len(v)
			if o.Variants = [2]int{to - len(v), to}; o.Send {
				return o // there are no reasons for who is sent to
			}
		case "reasons":
			o.Code, o.Rule = keptBack(v)
			return o
		}
	}
	return o
}

// keptBack reads the first of some reasons that keeps a message back.
func keptBack(reasons []byte) (code rules.Code, rule string) {
	for reason := range payload.Items(reasons) {
		if code = rules.Code(payload.View(payload.First(reason, "code"))); code.KeepsBack() {
			return code, payload.View(payload.First(reason, "rule"))
		}
	}
	return "", ""
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
	o := a.outlined()
	dst = strconv.AppendBool(append(dst, `"winnow_send":"`...), o.Send)
	dst = append(append(dst, `","winnow_action":"`...), o.Action...)
	dst = appendWhy(append(dst, `","winnow_reason":"`...), &o)
	dst = append(append(dst, `","winnow_decision_id":"`...), o.ID...)
	dst = strconv.AppendBool(append(dst, `","winnow_degraded":"`...), o.Degraded)
	dst = append(dst, '"')
	for slot, v := range payload.Members(a.JSON[o.Variants[0]:o.Variants[1]]) {
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
	o := a.outlined()
	return append(appendWhy(append(dst, '"'), &o), '"')
}

// appendWhy appends [Decision.Why].
func appendWhy(dst []byte, o *rules.Outline) []byte {
	switch {
	case o.Send:
		return dst
	case o.Code == "":
		return append(dst, o.Action...)
	case o.Rule == "":
		return append(dst, o.Code...)
	}
	return append(append(append(dst, o.Code...), ' '), o.Rule...)
}
