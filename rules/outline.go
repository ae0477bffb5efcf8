package rules

// Outline is what of a decision finds room where a platform takes a few texts, and
// where in the answer the rest stands. Its texts have nothing that JSON escapes.
type Outline struct {
	ID     string
	Send   bool
	Action Action
	// Code and Rule are those of the first reason that keeps the message back, ""
	// for a message that is sent.
	Code Code
	Rule string
	// Variants are where in the answer the object of variants begins and ends.
	Variants [2]int
	Degraded bool
}

// AppendOutlined is AppendJSON, and outlines what it appends.
func (d *Decision) AppendOutlined(dst []byte, o *Outline) []byte {
	start := len(dst)
	dst, from, to := d.append(dst)
	*o = Outline{ID: d.ID, Send: d.Send, Action: d.Action, Variants: [2]int{from - start, to - start}, Degraded: d.Degraded}
	for i := range d.Reasons {
		if r := &d.Reasons[i]; !d.Send && r.Code.KeepsBack() {
			o.Code, o.Rule = r.Code, r.Rule
			break
		}
	}
	return dst
}

// KeepsBack reports whether a message may be kept back for a reason with this code.
func (c Code) KeepsBack() bool {
	switch c {
	case LegalSuppressed, GateClosed, GateUnknown, GateError, FieldMissing, PersonaMatch, PersonaUnknown, PersonaError,
		DeadlineDefault, StoreDefault, InputDefault, BundleDefault:
		return true
	}
	return false
}
