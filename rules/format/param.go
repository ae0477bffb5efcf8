package format

import (
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

const paramHint = "a param is true or false, a number, a text, or a list of texts or of numbers"

// param reads a constant.
func (s *source) param(n *yaml.Node, r rules) Param {
	p := Param{At: s.placeOf(n)}
	switch n.Kind {
	case yaml.ScalarNode:
		p.Value, _ = s.paramScalar(n, r)
	case yaml.SequenceNode:
		p.Value = s.paramList(n, r)
	default:
		s.report(p.At, diag.BadParam, r.what+" cannot be "+kindName(n), paramHint)
	}
	return p
}

// paramScalar keeps dates as text: a condition compares them by itself.
func (s *source) paramScalar(n *yaml.Node, r rules) (any, bool) {
	at := s.placeOf(n)
	switch {
	case isNull(n):
		s.report(at, diag.BadParam, r.what+" is empty", paramHint)
	case n.Tag == "!!bool":
		b := s.bool(n, r)
		return b.Value, true
	case !isNumber(n):
		return n.Value, true
	case !isPlainNumber(n.Value):
		s.notPlain(n, r)
	case n.Tag == "!!int":
		i, err := strconv.ParseInt(n.Value, 10, 64)
		if err == nil {
			return i, true
		}
		s.report(at, diag.BadNumber, r.what+" is too large a whole number", "a name or number of a thing is text: put it in quotes")
	default:
		f, err := strconv.ParseFloat(n.Value, 64)
		if err == nil {
			return f, true
		}
		s.report(at, diag.BadNumber, r.what+" is too large a number", "use a smaller one, or text in quotes")
	}
	return nil, false
}

func (s *source) paramList(n *yaml.Node, r rules) any {
	var texts []string
	var ints []int64
	var floats []float64
	for _, item := range n.Content {
		if item.Kind != yaml.ScalarNode {
			s.report(s.placeOf(item), diag.BadParam, r.what+" cannot hold "+kindName(item), paramHint)
			return nil
		}
		inner := rules{what: "an item of " + r.what}
		if !s.clean(item, zero[Param](), inner) {
			return nil
		}
		v, ok := s.paramScalar(item, inner)
		if !ok {
			return nil
		}
		switch v := v.(type) {
		case string:
			texts = append(texts, v)
		case int64:
			ints, floats = append(ints, v), append(floats, float64(v))
		case float64:
			floats = append(floats, v)
		}
	}
	switch len(n.Content) {
	case 0:
		s.report(s.placeOf(n), diag.BadParam, r.what+" is an empty list", "write at least one value")
	case len(texts):
		return texts
	case len(ints):
		return ints
	case len(floats):
		return floats
	default:
		s.report(s.placeOf(n), diag.BadParam, fmt.Sprintf("%s mixes kinds of values", r.what), "make all of them texts (in quotes) or all numbers")
	}
	return nil
}
