package main

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/bucket"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/wasm"
)

// wasmCall shows a contact's facts to a module.
type wasmCall struct {
	module *wasmModule
	call   *rules.ModuleCall
	in     wasm.Input
	out    wasm.Output
}

// Field implements wasm.Fields.
func (c *wasmCall) Field(i int) wasm.Value {
	s := &c.call.Facts.Slots[c.call.Inputs[i]]
	if s.State != facts.Known {
		return wasm.Unknown(unknownKind(s.State))
	}
	switch k := c.module.kinds[i]; k {
	case wasm.KindString:
		return wasm.String(s.Str)
	case wasm.KindList:
		return wasm.List(int(s.N))
	default:
		return number(k, s.Int)
	}
}

// Item implements wasm.Fields.
func (c *wasmCall) Item(i, j int) wasm.Value {
	at := int(c.call.Facts.Slots[c.call.Inputs[i]].Int) + j
	if k := c.module.elems[i]; k != wasm.KindString {
		return number(k, c.call.Facts.Nums[at])
	}
	return wasm.String(c.call.Facts.Strs[at])
}

// number makes a value of a slot's number: modules know instants to the
// millisecond.
func number(k wasm.Kind, n int64) wasm.Value {
	if k == wasm.KindTime {
		return wasm.Time(time.Unix(0, n))
	}
	return wasm.Value{Kind: k, Num: n}
}

func unknownKind(s facts.State) wasm.Kind {
	switch s {
	case facts.Null:
		return wasm.KindNull
	case facts.WrongType:
		return wasm.KindWrongType
	case facts.OutOfRange:
		return wasm.KindOutOfRange
	case facts.Stale:
		return wasm.KindStale
	default:
		return wasm.KindAbsent
	}
}

// Bucket implements wasm.Contact.
func (c *wasmCall) Bucket(salt string) int32 {
	if !c.call.Known {
		return -1
	}
	return int32(bucket.Of(salt, c.call.Contact))
}

// JSON implements wasm.Contact: the declared inputs and nothing else, as the
// tree of fields.
func (c *wasmCall) JSON() []byte {
	tree := map[string]any{}
	for i, slot := range c.call.Inputs {
		value := c.call.Layout.AppendValue(nil, c.call.Facts, slot)
		if value == nil {
			continue
		}
		group, path := tree, strings.Split(c.module.spec.Inputs[i].Path, ".")
		for _, name := range path[:len(path)-1] {
			next, _ := group[name].(map[string]any)
			if next == nil {
				next = map[string]any{}
				group[name] = next
			}
			group = next
		}
		group[path[len(path)-1]] = json.RawMessage(value)
	}
	doc, err := json.Marshal(tree)
	if err != nil {
		return nil // values were read from JSON: this can't be
	}
	return doc
}

// deliver hands the module's answer over.
func (c *wasmCall) deliver() {
	for i, r := range c.out.Results {
		if r.Kind.Known() {
			c.call.SetOutput(i, r.Num, string(r.Str))
		}
	}
	switch c.out.Verdict {
	case wasm.VerdictYes:
		c.call.SetVerdict(true)
	case wasm.VerdictNo:
		c.call.SetVerdict(false)
	}
	if len(c.out.Reason) > 0 {
		c.call.SetReason(string(c.out.Reason))
	}
	for i, v := range c.out.Variants {
		if v >= 0 {
			c.call.Choose(i, int(v))
		}
	}
}
