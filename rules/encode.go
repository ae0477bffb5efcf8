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
	dst = appendText(append(dst, `{"decision_id":`...), d.ID)
	dst = strconv.AppendBool(append(dst, `,"send":`...), d.Send)
	dst = append(append(append(dst, `,"action":"`...), d.Action...), '"')
	dst = append(append(append(dst, `,"by":"`...), d.By...), '"')
	dst = append(dst, `,"variants":{`...)
	for i, c := range d.Variants {
		dst = appendKey(dst, i, c.Slot)
		dst = append(append(append(dst, '"'), c.Variant...), '"')
	}
	dst = append(dst, `},"content":{`...)
	for i, c := range d.Variants {
		dst = append(appendKey(dst, i, c.Slot), c.Content...)
	}
	dst = appendNames(append(dst, `},"personas":`...), d.Personas)
	dst = append(dst, `,"reasons":[`...)
	for i := range d.Reasons {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = d.Reasons[i].appendJSON(dst)
	}
	dst = appendMoment(append(dst, `],"hold_until":`...), d.HoldUntil)
	dst = appendNames(append(dst, `,"route":`...), d.Route)
	dst = appendNames(append(dst, `,"ask":`...), d.Ask)
	dst = appendMoment(append(dst, `,"review_by":`...), d.ReviewBy)
	dst = strconv.AppendBool(append(dst, `,"holdout":`...), d.Holdout)
	dst = strconv.AppendBool(append(dst, `,"degraded":`...), d.Degraded)
	return append(append(append(dst, `,"bundle":"`...), d.Bundle...), `"}`...)
}

// MarshalJSON implements json.Marshaler.
func (d *Decision) MarshalJSON() ([]byte, error) { return d.AppendJSON(nil), nil }

// appendKey appends a slot's name, which the compiler keeps free of characters
// that JSON escapes.
func appendKey(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	dst = append(append(dst, '"'), name...)
	return append(dst, `":`...)
}

func (r *Reason) appendJSON(dst []byte) []byte {
	dst = append(append(append(dst, `{"code":"`...), r.Code...), '"')
	if r.Rule != "" {
		dst = append(append(append(dst, `,"rule":"`...), r.Rule...), '"')
	}
	if r.Slot != "" {
		dst = append(append(append(dst, `,"slot":"`...), r.Slot...), '"')
	}
	if len(r.Fields) > 0 {
		dst = appendNames(append(dst, `,"fields":`...), r.Fields)
	}
	if r.Detail != "" {
		dst = appendText(append(dst, `,"detail":`...), r.Detail)
	}
	if r.Would != "" {
		dst = append(append(append(dst, `,"would":"`...), r.Would...), '"')
	}
	return append(dst, '}')
}

// appendNames appends a list of names that need no escapes.
func appendNames(dst []byte, names []string) []byte {
	dst = append(dst, '[')
	for i, n := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, n)
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
