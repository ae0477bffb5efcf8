package rules

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the decision as one JSON object. Every key is always
// there, so that a template that reads one never meets a gap; keys and order
// are fixed, so equal decisions are equal bytes.
func (d *Decision) AppendJSON(dst []byte) []byte {
	dst, _, _ = d.append(dst)
	return dst
}

// append also says where the object of variants begins and ends.
func (d *Decision) append(dst []byte) (out []byte, from, to int) {
	dst = appendText(append(dst, `{"decision_id":`...), d.ID)
	if d.Send {
		dst = append(dst, `,"send":true,"action":"`...)
	} else {
		dst = append(dst, `,"send":false,"action":"`...)
	}
	dst = append(append(dst, d.Action...), `","by":"`...)
	dst = append(append(dst, d.By...), `","variants":{`...)
	from = len(dst) - 1
	for i := range d.Variants {
		dst = d.Variants[i].appendName(dst, i)
	}
	to = len(dst) + 1
	dst = append(dst, `},"content":{`...)
	for i := range d.Variants {
		dst = d.Variants[i].appendContent(dst, i)
	}
	dst = appendTexts(append(dst, `},"personas":`...), d.Personas)
	dst = append(dst, `,"reasons":[`...)
	for i := range d.Reasons {
		dst = d.Reasons[i].appendJSON(dst, i)
	}
	dst = d.appendRest(dst)
	return append(append(dst, d.Bundle...), `"}`...), from, to
}

// appendRest appends what stands between the reasons and the bundle's digest.
// Most decisions say nothing there.
func (d *Decision) appendRest(dst []byte) []byte {
	if d.HoldUntil.IsZero() && d.ReviewBy.IsZero() && len(d.Route)+len(d.Ask) == 0 && !d.Holdout && !d.Degraded {
		return append(dst, `],"hold_until":null,"route":[],"ask":[],"review_by":null,"holdout":false,"degraded":false,"bundle":"`...)
	}
	dst = appendMoment(append(dst, `],"hold_until":`...), d.HoldUntil)
	dst = appendTexts(append(dst, `,"route":`...), d.Route)
	dst = appendTexts(append(dst, `,"ask":`...), d.Ask)
	dst = appendMoment(append(dst, `,"review_by":`...), d.ReviewBy)
	dst = strconv.AppendBool(append(dst, `,"holdout":`...), d.Holdout)
	dst = strconv.AppendBool(append(dst, `,"degraded":`...), d.Degraded)
	return append(dst, `,"bundle":"`...)
}

// MarshalJSON implements json.Marshaler.
func (d *Decision) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }

// What a decision says of a rule or a variant is known when the bundle is
// compiled: it is written then, each with a comma in front, and copied from there.

// ready writes a reason.
func ready(r Reason) Reason {
	r.text = string(r.appendJSON(nil, 1))
	return r
}

// readyChoice writes a slot's variant and its content, side by side.
func readyChoice(c Choice) Choice {
	named := c.appendName(nil, 1)
	all := string(c.appendContent(named, 1))
	c.named, c.filled = all[:len(named)], all[len(named):]
	return c
}

// appendName appends the slot with its variant, as member number i.
func (c *Choice) appendName(dst []byte, i int) []byte {
	if c.named != "" {
		return append(dst, c.named[b2i(i == 0):]...)
	}
	dst = append(appendKey(dst, i, c.Slot), '"')
	return append(append(dst, c.Variant...), '"')
}

// appendContent appends the slot with its content, as member number i.
func (c *Choice) appendContent(dst []byte, i int) []byte {
	if c.filled != "" {
		return append(dst, c.filled[b2i(i == 0):]...)
	}
	return append(appendKey(dst, i, c.Slot), c.Content...)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// appendKey appends a slot's name, which the compiler keeps free of characters
// that JSON escapes.
func appendKey(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = append(append(dst, '"'), name...)
	return append(dst, `":`...)
}

// appendJSON appends the reason, as item number i.
func (r *Reason) appendJSON(dst []byte, i int) []byte {
	if r.text != "" {
		return append(dst, r.text[b2i(i == 0):]...)
	}
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = append(append(append(dst, `{"code":"`...), r.Code...), '"')
	if r.Rule != "" {
		dst = append(append(append(dst, `,"rule":"`...), r.Rule...), '"')
	}
	if r.Slot != "" {
		dst = append(append(append(dst, `,"slot":"`...), r.Slot...), '"')
	}
	if len(r.Fields) > 0 {
		dst = appendTexts(append(dst, `,"fields":`...), r.Fields)
	}
	if r.Detail != "" {
		dst = appendText(append(dst, `,"detail":`...), r.Detail)
	}
	if r.Would != "" {
		dst = append(append(append(dst, `,"would":"`...), r.Would...), '"')
	}
	return append(dst, '}')
}

// appendTexts appends a list of texts.
func appendTexts(dst []byte, texts []string) []byte {
	dst = append(dst, '[')
	for i, t := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, t)
	}
	return append(dst, ']')
}

func appendMoment(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	dst = append(dst, '"')
	dst = t.UTC().AppendFormat(dst, time.RFC3339)
	return append(dst, '"')
}

// appendText appends any text as a JSON string.
func appendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c >= utf8.RuneSelf:
		return append(dst, `\ufffd`...)
	default:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}
