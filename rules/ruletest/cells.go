package ruletest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// expectCell reads an expectation from a table: the same as a block would say,
// from one value. null expects nothing.
func (r *reader) expectCell(what string, column format.Text, v format.Value, now time.Time) []expectation {
	if string(v.JSON) == "null" {
		return nil
	}
	x := &Expect{At: v.At}
	texts, isTexts := textsOf(v)
	one := &format.Text{Value: unquoted(v.JSON), At: v.At}
	if slot, ok := strings.CutPrefix(what, "variants."); ok {
		return []expectation{r.wantVariant(format.Text{Value: slot, At: column.At}, *one)}
	}
	switch what {
	case "send", "holdout":
		var b bool
		if json.Unmarshal(v.JSON, &b) != nil {
			r.fail(v.At, diag.WrongType, what+" must be true or false", "write true or false, without quotes")
			return nil
		}
		return []expectation{wantBool(what, format.Bool{Value: b, At: v.At})}
	case "action":
		if !slices.Contains(actions(), one.Value) {
			r.fail(v.At, diag.NotAllowed, fmt.Sprintf("action cannot be %q", one.Value), orHint(one.Value, actions(), "one of: "+strings.Join(actions(), ", ")))
		}
		x.Action = one
	case "hold_until":
		x.HoldUntil = one
	case "review_by":
		x.ReviewBy = one
	case "personas", "personas_include", "personas_exclude", "reasons", "reasons_exclude", "ask", "route":
		if !isTexts {
			r.fail(v.At, diag.WrongType, what+" must be a list of names", "write [] for none")
			return nil
		}
		return []expectation{r.wantList(what, texts, v.At)}
	default:
		known := append(expectKeys(), "variants."+strings.Join(r.slots, ", variants."))
		r.fail(column.At, diag.UnknownKey, fmt.Sprintf("%q is nothing to expect", what), orHint(what, known, "known: "+strings.Join(known, ", ")))
		return nil
	}
	return r.expected(x, now)
}

func actions() []string {
	return []string{"send", "gate", "suppress", "hold", "reroute", "cap", "ask", "pin"}
}

func expectKeys() []string {
	return []string{
		"send", "action", "personas", "personas_include", "personas_exclude", "reasons", "reasons_exclude",
		"ask", "route", "hold_until", "review_by", "holdout",
	}
}

// textsOf reads a list of texts, or one text as a list of it.
func textsOf(v format.Value) ([]format.Text, bool) {
	var items []string
	if json.Unmarshal(v.JSON, &items) != nil {
		var one string
		if json.Unmarshal(v.JSON, &one) != nil {
			return nil, false
		}
		items = []string{one}
	}
	out := make([]format.Text, len(items))
	for i, s := range items {
		out[i] = format.Text{Value: s, At: v.At}
	}
	return out, true
}
