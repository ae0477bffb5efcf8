package conformance

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/winnow-gate/winnow/wasm"
)

// message is the input of one case.
type message struct {
	values []wasm.Value
	items  [][]wasm.Value
	bucket int32
	doc    []byte
}

// Field implements wasm.Fields.
func (m *message) Field(i int) wasm.Value { return m.values[i] }

// Item implements wasm.Fields.
func (m *message) Item(i, j int) wasm.Value { return m.items[i][j] }

// Bucket implements wasm.Contact.
func (m *message) Bucket(string) int32 { return m.bucket }

// JSON implements wasm.Contact.
func (m *message) JSON() []byte { return m.doc }

// Input makes the input of a case. The error names the field that does not fit its kind.
func (s *Suite) Input(c Case) (*wasm.Input, error) {
	m := &message{values: make([]wasm.Value, len(s.Fields)), items: make([][]wasm.Value, len(s.Fields)), bucket: c.Bucket}
	for i, f := range s.Fields {
		if raw, ok := c.Fields[f.Path]; ok {
			if err := m.set(i, f, raw, c.RepeatTags); err != nil {
				return nil, fmt.Errorf("field %s: %w", f.Path, err)
			}
		} else {
			m.values[i] = wasm.Unknown(kind(c.Unknown[f.Path]))
		}
	}
	var err error
	m.doc, err = json.Marshal(c.Fields)
	return &wasm.Input{Fields: m, Contact: m, Now: c.Now}, err
}

func (m *message) set(i int, f Field, raw json.RawMessage, repeat int) error {
	if f.Kind != "list" {
		v, err := scalar(kind(f.Kind), raw)
		m.values[i] = v
		return err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for n := range repeat {
		if f.Elem == "string" {
			m.items[i] = append(m.items[i], wasm.String("tag-"+strconv.Itoa(n)))
		}
	}
	for _, it := range list {
		v, err := scalar(kind(f.Elem), it)
		if err != nil {
			return err
		}
		m.items[i] = append(m.items[i], v)
	}
	m.values[i] = wasm.List(len(m.items[i]))
	return nil
}

func scalar(k wasm.Kind, raw json.RawMessage) (v wasm.Value, err error) {
	switch k {
	case wasm.KindBool:
		var b bool
		err = json.Unmarshal(raw, &b)
		v = wasm.Bool(b)
	case wasm.KindInt, wasm.KindTime:
		var n int64
		err = json.Unmarshal(raw, &n)
		v = wasm.Value{Kind: k, Num: n}
	case wasm.KindFloat:
		var n float64
		err = json.Unmarshal(raw, &n)
		v = wasm.Float(n)
	case wasm.KindString:
		var t string
		err = json.Unmarshal(raw, &t)
		v = wasm.String(t)
	default:
		err = fmt.Errorf("no kind %s in a suite", k)
	}
	return v, err
}
