package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Bounds of free-form values: they travel with every decision.
const (
	maxContentDepth = 16
	maxContentSize  = 64 << 10
)

// Value is a free-form value of any kind, kept as JSON with keys in file order.
// Nil JSON means that it could not be read.
type Value struct {
	JSON []byte
	At   diag.Place
}

func zero[T any]() reflect.Value { return reflect.ValueOf(new(T)).Elem() }

func (s *source) content(n *yaml.Node, r rules) Content {
	c := Content{At: s.placeOf(n)}
	switch {
	case isNull(n):
		c.JSON = []byte("{}")
	case n.Kind != yaml.MappingNode:
		s.wrongType(n, r, "a mapping", "write {} when there is nothing to hand over")
	default:
		c.JSON = s.json(n, r)
	}
	return c
}

func (s *source) value(n *yaml.Node, r rules) Value {
	return Value{JSON: s.json(n, r), At: s.placeOf(n)}
}

// json writes a node as JSON, or reports why not and gives nil.
func (s *source) json(n *yaml.Node, r rules) []byte {
	var out bytes.Buffer
	before := s.mistakes
	s.writeJSON(&out, n, r, 0)
	if s.mistakes > before {
		return nil
	}
	if out.Len() > maxContentSize {
		s.report(s.placeOf(n), diag.BadContent, fmt.Sprintf("%s is larger than %d KiB", r.what, maxContentSize>>10), "keep texts here and files elsewhere")
		return nil
	}
	return out.Bytes()
}

func (s *source) writeJSON(out *bytes.Buffer, n *yaml.Node, r rules, depth int) {
	if !s.clean(n, zero[Value](), r) {
		return
	}
	if depth > maxContentDepth {
		s.report(s.placeOf(n), diag.TooDeep, fmt.Sprintf("%s nests more than %d levels", r.what, maxContentDepth), "put fewer levels into one another")
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		s.writeObject(out, n, r, depth)
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			s.writeJSON(out, item, r, depth+1)
		}
		out.WriteByte(']')
	default:
		s.writeScalar(out, n, r)
	}
}

func (s *source) writeObject(out *bytes.Buffer, n *yaml.Node, r rules, depth int) {
	pairs, _ := s.pairs(n, r)
	out.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			out.WriteByte(',')
		}
		writeString(out, p.key.Value)
		out.WriteByte(':')
		s.writeJSON(out, p.value, rules{what: p.key.Value}, depth+1)
	}
	out.WriteByte('}')
}

func (s *source) writeScalar(out *bytes.Buffer, n *yaml.Node, r rules) {
	switch {
	case isNull(n):
		out.WriteString("null")
	case n.Tag == "!!bool":
		if s.bool(n, r).Value {
			out.WriteString("true")
		} else {
			out.WriteString("false")
		}
	case !isNumber(n):
		writeString(out, n.Value)
	case !isPlainNumber(n.Value):
		s.notPlain(n, r)
	default:
		out.WriteString(n.Value)
	}
}

func writeString(out *bytes.Buffer, text string) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	// Encode cannot fail on a string; it adds a line end, which is cut off.
	_ = enc.Encode(text)
	out.Truncate(out.Len() - 1)
}
