package wasm

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// runStdio runs a WASI command: the input as JSON on standard input, the
// answer as JSON on standard output, see ABI.md.
func (i *instance) runStdio(in *Input, out *Output) *Failure {
	c := &i.call
	c.begin(in, out, i.mod.limits.Fuel)
	doc, err := c.encodeInput()
	if err != nil {
		return err
	}
	c.stdin, c.stdout = doc, c.stdout[:0]
	fail := i.exec(i.evals[0], in, out, i.mod.limits.Fuel)
	if fail != nil {
		return fail
	}
	return c.decodeAnswer()
}

// encodeInput writes what a stdio module reads.
func (c *call) encodeInput() (doc []byte, fail *Failure) {
	b := append(c.stdin[:0], `{"now":`...)
	b = strconv.AppendInt(b, c.in.Now, 10)
	b = append(b, `,"fields":{`...)
	unknown := []byte(nil)
	for n, d := range c.mod.fields {
		v := c.in.field(n)
		to := &b
		if !v.Kind.Known() {
			to = &unknown
		}
		if last := len(*to) - 1; last >= 0 && (*to)[last] != '{' {
			*to = append(*to, ',')
		}
		*to = append(appendString(*to, d.Path), ':')
		if to == &unknown {
			unknown = appendString(unknown, v.Kind.String())
			continue
		}
		b = c.appendValue(b, n, v)
	}
	b = append(b, `},"unknown":{`...)
	b = append(append(b, unknown...), '}')
	if json.Valid(c.mod.config) {
		b = append(append(b, `,"config":`...), c.mod.config...)
	}
	if c.in.Contact != nil {
		if raw := c.in.Contact.JSON(); raw != nil {
			b = append(append(b, `,"input":`...), raw...)
		}
	}
	if len(b) > c.mod.limits.InputBytes {
		return nil, failf(ReasonMemory, "input of %d bytes, at most %d; declare fewer fields or raise input_bytes", len(b), c.mod.limits.InputBytes)
	}
	return append(b, '}'), nil
}

func (c *call) appendValue(b []byte, field int, v Value) []byte {
	switch v.Kind {
	case KindBool:
		return strconv.AppendBool(b, v.Num != 0)
	case KindInt, KindTime:
		return strconv.AppendInt(b, v.Num, 10)
	case KindFloat:
		f := math.Float64frombits(uint64(v.Num))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return append(b, "null"...)
		}
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	case KindString:
		return appendString(b, v.Str)
	case KindList:
		b = append(b, '[')
		for j := range v.Num {
			if j > 0 {
				b = append(b, ',')
			}
			b = c.appendValue(b, field, c.in.Fields.Item(field, int(j)))
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

// appendString writes a JSON string.
func appendString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20:
			b = append(b, '\\', 'u', '0', '0', digits[r>>4], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// answer is what a stdio module writes.
type answer struct {
	Verdict  string                     `json:"verdict"`
	Reason   string                     `json:"reason"`
	Outputs  map[string]json.RawMessage `json:"outputs"`
	Variants map[string]string          `json:"variants"`
	Error    string                     `json:"error"`
}

func (c *call) decodeAnswer() *Failure {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(c.stdout))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&a); err != nil {
		return failf(ReasonOutput, "standard output is no answer: %v", err)
	}
	if a.Error != "" {
		return failf(ReasonError, "it reported an error")
	}
	if fail := c.decodeVerdict(a); fail != nil {
		return fail
	}
	for name, raw := range a.Outputs {
		h, ok := c.mod.outputNames[name]
		if !ok {
			return failf(ReasonOutput, "output %q is not declared", name)
		}
		if err := c.setOutput(int(h), raw); err != nil {
			return failf(ReasonOutput, "output %s, declared as %s: %v", name, c.mod.outputs[h].Kind, err)
		}
	}
	return c.decodeVariants(a.Variants)
}

func (c *call) decodeVerdict(a answer) *Failure {
	switch a.Verdict {
	case "":
	case "no":
		c.out.Verdict = VerdictNo
	case "yes":
		c.out.Verdict = VerdictYes
	case "unknown":
		c.out.Verdict = VerdictUnknown
	default:
		return failf(ReasonOutput, "verdict %.16q; want yes, no or unknown", a.Verdict)
	}
	if len(a.Reason) > c.mod.limits.ReasonBytes {
		return failf(ReasonOutput, "reason of %d bytes, at most %d", len(a.Reason), c.mod.limits.ReasonBytes)
	}
	c.out.Reason = c.out.keep([]byte(a.Reason))
	return nil
}

func (c *call) setOutput(h int, raw json.RawMessage) error {
	r := &c.out.Results[h]
	if string(raw) == "null" {
		return nil
	}
	var err error
	switch k := c.mod.outputs[h].Kind; k {
	case KindBool:
		var v bool
		if err = json.Unmarshal(raw, &v); v {
			r.Num = 1
		}
	case KindInt:
		err = json.Unmarshal(raw, &r.Num)
	case KindFloat:
		var f float64
		err = json.Unmarshal(raw, &f)
		r.Num = int64(math.Float64bits(f))
	case KindString:
		var s string
		if err = json.Unmarshal(raw, &s); len(s) > c.mod.limits.OutputBytes {
			err = fmt.Errorf("%d bytes, at most %d", len(s), c.mod.limits.OutputBytes)
		}
		r.Str = c.out.keep([]byte(s))
	}
	r.Kind = c.mod.outputs[h].Kind
	return err
}

func (c *call) decodeVariants(variants map[string]string) *Failure {
	for slot, name := range variants {
		h, ok := c.mod.slotNames[slot]
		if !ok {
			return failf(ReasonOutput, "slot %q is not declared", slot)
		}
		found := false
		for j, v := range c.mod.slots[h].Variants {
			if v == name {
				c.out.Variants[h], found = int32(j), true
			}
		}
		if !found {
			return failf(ReasonOutput, "slot %s has no variant %.64q; declared are %q", slot, name, c.mod.slots[h].Variants)
		}
	}
	return nil
}
