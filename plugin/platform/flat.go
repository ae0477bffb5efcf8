package platform

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// Named is one value of a decision under the name that platforms with flat
// fields know it by.
type Named struct{ Name, Value string }

// Flat is the decision for platforms that keep named texts: winnow_send (true or
// false), winnow_action, winnow_reason, winnow_decision_id, winnow_degraded, and
// for each slot winnow_ and its name with the variant. Hyphens become
// underscores.
func (d *Decision) Flat() []Named {
	list := []Named{
		{"winnow_send", strconv.FormatBool(d.Send)},
		{"winnow_action", d.Action},
		{"winnow_reason", d.Why()},
		{"winnow_decision_id", d.ID},
		{"winnow_degraded", strconv.FormatBool(d.Degraded)},
	}
	for _, v := range d.Variants {
		list = append(list, Named{FlatName(v.Slot), v.Variant})
	}
	return list
}

// FlatName is the name that a slot's variant has in Flat.
func FlatName(slot string) string { return "winnow_" + strings.ReplaceAll(slot, "-", "_") }

// AppendFlat appends names and values as a JSON object.
func AppendFlat(dst []byte, list []Named) []byte {
	dst = append(dst, '{')
	for i, f := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), f.Name...), `":`...)
		dst = appendText(dst, f.Value)
	}
	return append(dst, '}')
}

// AppendFlat appends Flat as the members of a JSON object, without its
// braces. It reads no more of the decision than that takes, and relies on the
// order in which the gate writes it.
func (a *Answer) AppendFlat(dst []byte) []byte {
	var id, action, variants, reasons []byte
	send := false
	for key, v := range payload.Members(a.JSON) {
		switch key {
		case "decision_id":
			id = v
		case "send":
			send = v[0] == 't'
		case "action":
			action = v
		case "variants":
			variants = v
		case "reasons":
			reasons = v
		}
		if reasons != nil || send && variants != nil {
			break
		}
	}
	dst = strconv.AppendBool(append(dst, `"winnow_send":"`...), send)
	dst = append(append(dst, `","winnow_action":`...), action...)
	dst = append(dst, `,"winnow_reason":`...)
	if send {
		dst = append(dst, `""`...)
	} else {
		dst = appendWhy(dst, reasons, action)
	}
	dst = append(append(dst, `,"winnow_decision_id":`...), id...)
	dst = strconv.AppendBool(append(dst, `,"winnow_degraded":"`...), degraded(a.JSON))
	dst = append(dst, '"')
	for slot, v := range payload.Members(variants) {
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

// appendWhy is Decision.Why for a decision that does not send.
func appendWhy(dst, reasons, action []byte) []byte {
	for reason := range payload.Items(reasons) {
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
	return append(dst, action...)
}

func appendText(dst []byte, s string) []byte {
	if isPlain(s) {
		return append(append(append(dst, '"'), s...), '"')
	}
	text, err := json.Marshal(s)
	if err != nil {
		text = []byte(`""`) // never: it is a text
	}
	return append(dst, text...)
}

// isPlain tells whether a text needs no escapes, not even within a page.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}
