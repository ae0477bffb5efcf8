package screen

import (
	"strconv"
	"time"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/rules"
)

// rowWriter appends one decision.
type rowWriter func(dst []byte, line int64, in *rules.Input, d *rules.Decision) []byte

func newRowWriter(o *Options) rowWriter {
	if o.CSV {
		return (&csvWriter{slots: len(o.Bundle.Slots())}).append
	}
	return appendJSON
}

// appendJSON writes the decision as the webhook answers it, byte for byte, with
// the line of the row and the contact's name in front.
func appendJSON(dst []byte, line int64, in *rules.Input, d *rules.Decision) []byte {
	dst = strconv.AppendInt(append(dst, `{"line":`...), line, 10)
	dst = audience.AppendString(append(dst, `,"contact":`...), nameOf(in))
	brace := len(dst)
	dst = d.AppendJSON(dst)
	dst[brace] = ','
	return append(dst, '\n')
}

func nameOf(in *rules.Input) string {
	if id := in.ContactID(); id != "" {
		return id
	}
	return in.Email()
}

// Header is the first line of decisions as CSV: a column for each slot stands
// where {slots} does in line,contact,send,action,{slots},personas,reasons,
// hold_until,route,ask,review_by,holdout,degraded. Lists are joined by "|".
func Header(b *rules.Bundle) []byte {
	out := []byte("line,contact,send,action")
	for _, s := range b.Slots() {
		out = append(append(out, ",slot."...), s.Slot...)
	}
	return append(out, ",personas,reasons,hold_until,route,ask,review_by,holdout,degraded\n"...)
}

// csvWriter writes decisions as rows of CSV.
type csvWriter struct{ slots int }

func (w *csvWriter) append(dst []byte, line int64, in *rules.Input, d *rules.Decision) []byte {
	dst = append(strconv.AppendInt(dst, line, 10), ',')
	dst = audience.AppendCell(dst, nameOf(in))
	dst = strconv.AppendBool(append(dst, ','), d.Send)
	dst = append(append(dst, ','), d.Action...)
	for i := range w.slots {
		if dst = append(dst, ','); i < len(d.Variants) {
			dst = audience.AppendCell(dst, d.Variants[i].Variant)
		}
	}
	dst = appendList(append(dst, ','), d.Personas)
	dst = append(dst, ',')
	for i := range d.Reasons {
		r := &d.Reasons[i]
		if i > 0 {
			dst = append(dst, '|')
		}
		if dst = append(dst, r.Code...); r.Rule != "" {
			dst = append(append(dst, ':'), r.Rule...)
		}
	}
	return appendEnd(dst, d)
}

// appendEnd appends the cells behind the reasons. Most decisions leave them empty.
func appendEnd(dst []byte, d *rules.Decision) []byte {
	if d.HoldUntil.IsZero() && d.ReviewBy.IsZero() && len(d.Route)+len(d.Ask) == 0 && !d.Holdout && !d.Degraded {
		return append(dst, ",,,,,false,false\n"...)
	}
	dst = appendTime(append(dst, ','), d.HoldUntil)
	dst = appendList(append(dst, ','), d.Route)
	dst = appendList(append(dst, ','), d.Ask)
	dst = appendTime(append(dst, ','), d.ReviewBy)
	dst = strconv.AppendBool(append(dst, ','), d.Holdout)
	return append(strconv.AppendBool(append(dst, ','), d.Degraded), '\n')
}

func appendList(dst []byte, names []string) []byte {
	for i, n := range names {
		if i > 0 {
			dst = append(dst, '|')
		}
		dst = append(dst, n...)
	}
	return dst
}

func appendTime(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return t.UTC().AppendFormat(dst, time.RFC3339)
}
