package format

import (
	"reflect"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// rules is what the tags of a struct field ask of its value.
type rules struct {
	what     string // how messages call the value: its key
	enum     []string
	required bool
	some     bool // a list that is there names something
}

// decode fills v from a node. Every mistake is reported, none stops the rest.
func (s *source) decode(n *yaml.Node, v reflect.Value, r rules) {
	if !s.clean(n, v, r) {
		return
	}
	switch {
	case v.Kind() == reflect.Pointer:
		if isNull(n) && !isCondition(v.Type().Elem()) && !r.required {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		s.decode(n, v.Elem(), r)
	case s.decodeKnown(n, v.Addr().Interface(), r):
	case isEntries(v.Type()):
		s.decodeEntries(n, v, r)
	case v.Kind() == reflect.Slice:
		s.decodeSlice(n, v, r)
	case v.Kind() == reflect.Struct:
		s.decodeStruct(n, v, r)
	default:
		s.decodePlain(n, v, r)
	}
}

// decodeKnown fills the types that have a spelling of their own.
func (s *source) decodeKnown(n *yaml.Node, target any, r rules) bool {
	switch t := target.(type) {
	case *Text:
		*t = s.text(n, r)
	case *Number:
		*t = s.number(n, r)
	case *Bool:
		*t = s.bool(n, r)
	case *Duration:
		*t = s.duration(n, r)
	case *Percent:
		*t = s.percent(n, r)
	case *Moment:
		*t = s.moment(n, r)
	case *Condition:
		*t = s.condition(n, r)
	case *Action:
		*t = s.action(n, r)
	case *Mode:
		*t = s.mode(n, r)
	case *Param:
		*t = s.param(n, r)
	case *ListElem:
		*t = s.listElem(n, r)
	case *Content:
		*t = s.content(n, r)
	case *Value:
		*t = s.value(n, r)
	default:
		return false
	}
	return true
}

// decodePlain fills a plain Go value, for structs of other packages.
func (s *source) decodePlain(n *yaml.Node, v reflect.Value, r rules) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s.text(n, r).Value)
	case reflect.Bool:
		v.SetBool(s.bool(n, r).Value)
	case reflect.Float64:
		v.SetFloat(s.number(n, r).Value)
	case reflect.Int, reflect.Int64:
		num := s.number(n, r)
		whole, err := strconv.ParseInt(num.Text, 10, 64)
		if err != nil && num.Text != "" {
			s.report(num.At, diag.BadNumber, r.what+" must be a whole number", "write it without a point, as in 30")
		}
		v.SetInt(whole)
	default:
		panic("format: no way to decode a " + v.Type().String())
	}
}

// clean refuses anchors, aliases and tags: they say at one place what happens at
// another, and a tag is how YAML swallows the "!" of a condition.
func (s *source) clean(n *yaml.Node, v reflect.Value, r rules) bool {
	at := s.placeOf(n)
	switch {
	case n.Kind == yaml.AliasNode, n.Anchor != "":
		s.report(at, diag.Anchor, r.what+" uses a YAML anchor (&) or alias (*), which rule files do not have",
			"write the value out; share an expression as a signal, a number as a param; put a text that starts with & or * in quotes")
		return false
	case s.tagged(n) && isConditionValue(v):
		s.report(at, diag.ConditionTag, "YAML swallowed the ! at the start of this condition",
			"write `not` instead of !, or put the condition on the next line after `|`")
		return false
	case s.tagged(n):
		s.report(at, diag.ExplicitTag, r.what+" starts with !, which is a tag to YAML", "put the text in quotes, or remove the tag")
		return false
	}
	return true
}

// tagged looks at the source, because YAML drops a lone "!" without a trace.
func (s *source) tagged(n *yaml.Node) bool {
	if n.Style&yaml.TaggedStyle != 0 {
		return true
	}
	first := n
	for first.Kind == yaml.MappingNode && first.Style&yaml.FlowStyle == 0 && len(first.Content) > 0 {
		first = first.Content[0]
	}
	return first == n && s.runeAt(n.Line, n.Column) == '!'
}

func (s *source) decodeSlice(n *yaml.Node, v reflect.Value, r rules) {
	// Empty and not nil even when it can't be read: the key is there, and what is
	// wrong with it is told once.
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	if r.some && (isNull(n) || n.Kind == yaml.SequenceNode && len(n.Content) == 0) {
		s.report(s.placeOf(n), diag.EmptyList, r.what+" names nothing", "name some, or leave the key out")
		return
	}
	if isNull(n) {
		s.absent(n, r, "a list")
		return
	}
	items := n.Content
	if n.Kind == yaml.ScalarNode && v.Type().Elem() == reflect.TypeFor[Text]() {
		items = []*yaml.Node{n}
	} else if n.Kind != yaml.SequenceNode {
		s.wrongType(n, r, "a list", "start each item on a line of its own with `- `")
		return
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		s.decode(item, out.Index(i), rules{what: "an item of " + r.what, enum: r.enum, required: true})
	}
	v.Set(out)
}
