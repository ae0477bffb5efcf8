package platform

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind is the type of a setting.
type Kind string

// The kinds of settings.
const (
	KindText     Kind = "text"
	KindBool     Kind = "bool"
	KindNumber   Kind = "number"
	KindDuration Kind = "duration"
	KindTexts    Kind = "list of texts"
	// KindSecret is a text that the configuration names the place of: file:PATH or
	// env:NAME.
	KindSecret Kind = "secret"
)

// Setting is something that a source of one platform may set.
type Setting struct {
	Name string
	Kind Kind
	// Doc says what it does.
	Doc string
	// OneOf are the only values of a text; nil for any.
	OneOf []string
	// Default is its value when nothing is set: a string, bool, float64,
	// time.Duration or []string; nil is the kind's zero value.
	Default any
}

// Settings are the values of a source's settings.
type Settings map[string]any

// Text is the value of a text.
func (s Settings) Text(name string) string { v, _ := s[name].(string); return v }

// Bool is the value of a bool.
func (s Settings) Bool(name string) bool { v, _ := s[name].(bool); return v }

// Number is the value of a number.
func (s Settings) Number(name string) float64 { v, _ := s[name].(float64); return v }

// Duration is the value of a duration.
func (s Settings) Duration(name string) time.Duration { v, _ := s[name].(time.Duration); return v }

// Texts is the value of a list of texts.
func (s Settings) Texts(name string) []string { v, _ := s[name].([]string); return v }

// complete gives every setting of the platform a value, and refuses others.
func complete(known []Setting, given Settings) (Settings, error) {
	out := Settings{}
	for _, k := range known {
		out[k.Name] = k.zero()
	}
	for name, v := range given {
		i := slices.IndexFunc(known, func(k Setting) bool { return k.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no setting %q", name)
		}
		if err := known[i].Check(v); err != nil {
			return nil, fmt.Errorf("setting %s: %w", name, err)
		}
		out[name] = v
	}
	return out, nil
}

func (s Setting) zero() any {
	if s.Default != nil {
		return s.Default
	}
	switch s.Kind {
	case KindBool:
		return false
	case KindNumber:
		return 0.0
	case KindDuration:
		return time.Duration(0)
	case KindTexts:
		return []string(nil)
	default:
		return ""
	}
}

// Check reports whether a value may be the setting's.
func (s Setting) Check(v any) error {
	ok := false
	switch v := v.(type) {
	case string:
		ok = s.Kind == KindText || s.Kind == KindSecret
		if ok && s.OneOf != nil && !slices.Contains(s.OneOf, v) {
			return fmt.Errorf("%q is none of %s", v, strings.Join(s.OneOf, ", "))
		}
	case bool:
		ok = s.Kind == KindBool
	case float64:
		ok = s.Kind == KindNumber
	case time.Duration:
		ok = s.Kind == KindDuration
	case []string:
		ok = s.Kind == KindTexts
	}
	if !ok {
		return fmt.Errorf("want a %s", s.Kind)
	}
	return nil
}
