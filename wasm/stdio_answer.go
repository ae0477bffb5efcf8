package wasm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// answer is what a stdio module writes.
type answer struct {
	Verdict  string                     `json:"verdict"`
	Reason   string                     `json:"reason"`
	Outputs  map[string]json.RawMessage `json:"outputs"`
	Variants map[string]string          `json:"variants"`
	Error    string                     `json:"error"`
}

// decodeAnswer reads what the module wrote. Failures tell none of it: it may
// hold the contact's values, and failures are kept where those are not.
func (c *call) decodeAnswer() *Failure {
	var a answer
	dec := json.NewDecoder(bytes.NewReader(c.stdout))
	dec.DisallowUnknownFields()
	err := dec.Decode(&a)
	switch {
	case !utf8.Valid(c.stdout):
		return failf(ReasonOutput, "standard output is not UTF-8")
	case err != nil || !bytes.HasPrefix(bytes.TrimLeft(c.stdout, " \t\r\n"), []byte{'{'}):
		return failf(ReasonOutput, "standard output is no answer%s; want one JSON object of verdict, reason, outputs, variants, error", whereIn(err))
	case a.Error != "":
		return failf(ReasonError, "it reported an error")
	}
	end := dec.InputOffset()
	if _, err := dec.Token(); err != io.EOF {
		return failf(ReasonOutput, "standard output goes on behind the answer, which ends at byte %d", end)
	}
	if fail := c.decodeVerdict(a); fail != nil {
		return fail
	}
	if fail := c.decodeOutputs(a.Outputs); fail != nil {
		return fail
	}
	return c.decodeVariants(a.Variants)
}

// whereIn says what is wrong with an answer in words of our own.
func whereIn(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf(": no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind) && kind.Field != "":
		key, _, _ := strings.Cut(kind.Field, ".") // what follows are the module's own names
		return ": " + key + " is not of the right kind"
	case err == io.EOF:
		return ": it is empty"
	case err == io.ErrUnexpectedEOF:
		return ": it ends too early"
	}
	return ""
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
		return failf(ReasonOutput, "the verdict is not yes, no or unknown")
	}
	if len(a.Reason) > c.mod.limits.ReasonBytes {
		return failf(ReasonOutput, "reason of %d bytes, at most %d", len(a.Reason), c.mod.limits.ReasonBytes)
	}
	c.out.Reason = c.out.keep([]byte(a.Reason))
	return nil
}

// decodeOutputs goes by the declared outputs, so that of two mistakes it is
// always the same one that is told.
func (c *call) decodeOutputs(outputs map[string]json.RawMessage) *Failure {
	found := 0
	for h, d := range c.mod.outputs {
		raw, ok := outputs[d.Name]
		if !ok {
			continue
		}
		found++
		if !c.setOutput(h, raw) {
			return failf(ReasonOutput, "output %s is declared as %s, the module sets it as something else", d.Name, d.Kind)
		}
		if c.texts > c.mod.limits.OutputBytes {
			return failf(ReasonOutput, "outputs of %d bytes, at most %d (output_bytes)", c.texts, c.mod.limits.OutputBytes)
		}
	}
	if found < len(outputs) {
		return failf(ReasonOutput, "it sets an output that is not declared; declared are %s", names(c.mod.outputNames))
	}
	return nil
}

// setOutput sets a declared output, and tells whether the value is of its kind.
func (c *call) setOutput(h int, raw json.RawMessage) bool {
	r := &c.out.Results[h]
	if string(raw) == "null" {
		return true
	}
	var err error
	switch c.mod.outputs[h].Kind {
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
		err = json.Unmarshal(raw, &s)
		c.texts += len(s)
		r.Str = c.out.keep([]byte(s))
	}
	r.Kind = c.mod.outputs[h].Kind
	return err == nil
}

func (c *call) decodeVariants(variants map[string]string) *Failure {
	found := 0
	for h, d := range c.mod.slots {
		name, ok := variants[d.Name]
		if !ok {
			continue
		}
		found++
		at := slices.Index(d.Variants, name)
		if at < 0 {
			return failf(ReasonOutput, "slot %s has no such variant; declared are %q", d.Name, d.Variants)
		}
		c.out.Variants[h] = int32(at)
	}
	if found < len(variants) {
		return failf(ReasonOutput, "it chooses for a slot that is not declared; declared are %s", names(c.mod.slotNames))
	}
	return nil
}

// names lists declared names.
func names(of map[string]int32) string {
	if len(of) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}
