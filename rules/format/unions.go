package format

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

const actionHint = "write suppress, or a mapping with one of: hold: 7d, reroute: [social], cap: 1 per 30d, ask: [field], pin: {slot: variant}"

func actionKinds() []string { return []string{"suppress", "hold", "reroute", "cap", "ask", "pin"} }

func modeKinds() []string { return []string{"observe", "canary", "enforce"} }

// action reads the word suppress, or a mapping with one other kind.
func (s *source) action(n *yaml.Node, r rules) Action {
	a := Action{At: s.placeOf(n)}
	if n.Kind == yaml.ScalarNode {
		a.Kind = s.text(n, rules{what: r.what, enum: actionKinds(), required: true})
		if slices.Contains(actionKinds()[1:], n.Value) {
			s.report(a.At, diag.BadAction, fmt.Sprintf("%s: %s needs to be told more", r.what, n.Value), actionHint)
		}
		return a
	}
	key, value, ok := s.onlyPair(n, r, diag.BadAction, actionHint)
	if !ok {
		return a
	}
	a.Kind = key
	inner := rules{what: key.Value, required: true}
	switch key.Value {
	case "hold":
		a.Hold = into[Duration](s, value, inner)
	case "reroute":
		a.Reroute = s.someTexts(value, inner)
	case "cap":
		if s.clean(value, reflect.ValueOf(a.Cap), inner) {
			a.Cap = s.cap(value, inner)
		}
	case "ask":
		a.Ask = s.someTexts(value, inner)
	case "pin":
		a.Pin = into[[]Entry[Text]](s, value, inner)
	case "suppress":
		s.report(key.At, diag.BadAction, "suppress takes no value", "write `action: suppress`")
	default:
		s.notAllowed(key, &yaml.Node{Value: key.Value}, rules{what: r.what, enum: actionKinds()})
	}
	return a
}

// into decodes a node into a fresh value.
func into[T any](s *source, n *yaml.Node, r rules) T {
	var v T
	s.decode(n, reflect.ValueOf(&v).Elem(), r)
	return v
}

func (s *source) someTexts(n *yaml.Node, r rules) []Text {
	list := into[[]Text](s, n, r)
	if n.Kind == yaml.SequenceNode && len(list) == 0 {
		s.report(s.placeOf(n), diag.BadAction, r.what+" names nothing", actionHint)
	}
	return list
}

// onlyPair reads a mapping that must have exactly one key.
func (s *source) onlyPair(n *yaml.Node, r rules, code, hint string) (Text, *yaml.Node, bool) {
	if n.Kind != yaml.MappingNode {
		s.wrongType(n, r, "a word or a mapping", hint)
		return Text{}, nil, false
	}
	pairs, _ := s.pairs(n, r)
	if len(pairs) == 1 {
		return pairs[0].key, pairs[0].value, true
	}
	names := make([]string, len(pairs))
	for i, p := range pairs {
		names[i] = p.key.Value
	}
	s.report(s.placeOf(n), code, fmt.Sprintf("%s must have exactly one key, not %d (%s)", r.what, len(pairs), strings.Join(names, ", ")), hint)
	return Text{}, nil, false
}

// mode reads observe, enforce, or {canary: share}.
func (s *source) mode(n *yaml.Node, r rules) Mode {
	const hint = "write observe, enforce or {canary: 10%}"
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, "canary") { // without a share, or with one after it
		s.report(s.placeOf(n), diag.BadAction, "canary needs a share", hint)
		return Mode{}
	}
	if n.Kind == yaml.ScalarNode {
		return Mode{Kind: s.text(n, rules{what: r.what, enum: modeKinds(), required: true})}
	}
	key, value, ok := s.onlyPair(n, r, diag.BadAction, hint)
	if !ok {
		return Mode{}
	}
	if key.Value != "canary" {
		s.report(key.At, diag.BadAction, fmt.Sprintf("%s: %q takes no value", r.what, key.Value), hint)
		return Mode{Kind: key}
	}
	return Mode{Kind: key, Canary: into[Percent](s, value, rules{what: "canary", required: true})}
}

func scalarTypes() []string { return []string{"bool", "int", "float", "string", "id", "time"} }

// listElem reads the type of a list's elements: a word, or members by name.
func (s *source) listElem(n *yaml.Node, r rules) ListElem {
	e := ListElem{At: s.placeOf(n)}
	inner := rules{what: r.what, enum: scalarTypes(), required: true}
	if n.Kind == yaml.ScalarNode {
		e.Scalar = s.text(n, inner)
		return e
	}
	if n.Kind != yaml.MappingNode {
		s.wrongType(n, r, "a type or a mapping of names to types", oneOf(scalarTypes()))
		return e
	}
	inner.required = false
	e.Members = into[[]Entry[Text]](s, n, inner)
	if len(n.Content) == 0 {
		s.report(e.At, diag.WrongType, r.what+" names no member", "write `of: {sku: string, price: float}` or `of: string`")
	}
	return e
}
