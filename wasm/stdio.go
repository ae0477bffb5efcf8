package wasm

import (
	"encoding/json"
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
