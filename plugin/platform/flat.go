package platform

import (
	"encoding/json"
	"strconv"
	"strings"
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

func appendText(dst []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		text = []byte(`""`) // never: it is a text
	}
	return append(dst, text...)
}
