package sources

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

func (l *loader) deadline(s *Source, p platform.Platform) time.Duration {
	if s.Deadline == nil {
		return 0
	}
	d, err := time.ParseDuration(s.Deadline.Value)
	switch {
	case err != nil || d <= 0:
		l.fail(s.Deadline.At, diag.BadDuration, fmt.Sprintf("%q is no span of time", s.Deadline.Value), "write it as in 300ms or 1.5s")
	case p.Patience > 0 && d >= p.Patience:
		l.fail(s.Deadline.At, diag.DeadlineTooLong, fmt.Sprintf("%s gives up after %v, so a deadline of %v comes too late", p.Title, p.Patience, d),
			"leave room for the way there and back: half of it")
	default:
		return d
	}
	return 0
}

func (l *loader) posture(s *Source, p platform.Platform) platform.Posture {
	choice := func(t *format.Text) platform.OnTrouble {
		if t == nil {
			return ""
		}
		if t.Value == string(platform.Retry) && !p.AsksAgain {
			l.fail(t.At, diag.NoRetry, fmt.Sprintf("%s does not ask again, so a contact would be lost", p.Title), "choose send or hold")
		}
		return platform.OnTrouble(t.Value)
	}
	all := choice(s.OnTrouble)
	out := platform.Posture{Marketing: all, Research: all}
	if of := s.OnTroubleOf; of != nil {
		if of.Marketing != nil {
			out.Marketing = choice(of.Marketing)
		}
		if of.Research != nil {
			out.Research = choice(of.Research)
		}
	}
	for _, e := range slices.Concat(s.Defaults, s.Set) {
		if e.Key.Value == "message.class" {
			out.Class = payload.Text(e.Value.JSON)
		}
	}
	return out
}

// mapping makes the rules, one a field.
func (l *loader) mapping(s *Source) []payload.Rule {
	var out []payload.Rule
	at := map[string]diag.Place{}
	rule := func(key format.Text) *payload.Rule {
		i := slices.IndexFunc(out, func(r payload.Rule) bool { return r.Field == key.Value })
		if i < 0 {
			l.checkField(key)
			at[key.Value] = key.At
			out = append(out, payload.Rule{Field: key.Value})
			i = len(out) - 1
		}
		return &out[i]
	}
	for _, e := range s.Mapping {
		r := rule(e.Key)
		for _, path := range e.Value {
			if err := payload.CheckPath(path.Value); err != nil {
				l.fail(path.At, diag.BadPath, fmt.Sprintf("%q is no path in a payload", path.Value), err.Error())
				continue
			}
			r.From = append(r.From, path.Value)
		}
	}
	for _, e := range s.Defaults {
		rule(e.Key).Default = e.Value.JSON
	}
	for _, e := range s.Set {
		rule(e.Key).Value = e.Value.JSON
	}
	for _, e := range s.As {
		r := rule(e.Key)
		if r.As = payload.As(e.Value.Value); r.From == nil {
			l.fail(e.Key.At, diag.MissingKey, fmt.Sprintf("%s is read in another way, but nothing says where it comes from", e.Key.Value), "add it under mapping with its path")
		}
	}
	l.clashes(out, at)
	return out
}

// clashes finds fields of which one lies below the other.
func (l *loader) clashes(rules []payload.Rule, at map[string]diag.Place) {
	for i := range rules {
		if _, err := payload.Compile(rules[:i+1], payload.Options{}); err != nil {
			if !l.list.HasErrors() {
				l.fail(at[rules[i].Field], diag.BadPath, err.Error(), "map either the group or what is in it")
			}
			return
		}
	}
}

func (l *loader) checkField(key format.Text) {
	if l.o.Fields != nil {
		if !slices.Contains(l.o.Fields, key.Value) {
			l.fail(key.At, diag.UnknownField, fmt.Sprintf("there is no field %q", key.Value), declareIt(l.o.Fields, key.Value))
		}
		return
	}
	known := make([]string, 0, 256)
	for _, f := range field.Canonical() {
		if f.Path == key.Value {
			return
		}
		known = append(known, f.Path)
	}
	if hint := diag.DidYouMean(key.Value, known); hint != "" {
		l.warn(key.At, diag.UnknownField, fmt.Sprintf("%q is not built in; a bundle must declare it under fields", key.Value), hint)
	}
}

// declareIt names the nearest field, or says where fields come from: there are
// hundreds, so that a list of them would help nobody.
func declareIt(known []string, name string) string {
	if hint := diag.DidYouMean(name, known); hint != "" {
		return hint
	}
	return "declare it in the bundle under fields, or see winnow fields"
}

// settings reads the platform's settings.
func (l *loader) settings(s *Source, p platform.Platform) platform.Settings {
	out := platform.Settings{}
	var names []string
	for _, k := range p.Settings {
		names = append(names, k.Name)
	}
	for _, e := range s.Settings {
		i := slices.Index(names, e.Key.Value)
		if i < 0 {
			l.fail(e.Key.At, diag.UnknownSetting, fmt.Sprintf("%s has no setting %q", p.Name, e.Key.Value), settingHint(e.Key.Value, names, p.Name))
			continue
		}
		v, err := settingOf(p.Settings[i], e.Value.JSON)
		if ref, ok := v.(string); ok && p.Settings[i].Kind == platform.KindSecret {
			secret, err := l.secret(format.Text{At: e.Value.At, Value: ref})
			if err != nil {
				continue // told
			}
			out[e.Key.Value] = string(secret)
			continue
		}
		if err == nil {
			err = p.Settings[i].Check(v)
		}
		if err != nil {
			l.fail(e.Value.At, diag.BadSetting, fmt.Sprintf("%s: %v", e.Key.Value, err), p.Settings[i].Doc)
			continue
		}
		out[e.Key.Value] = v
		if text, ok := v.(string); ok && isPlain(text) && hasSecret(p) {
			l.warn(e.Value.At, diag.PlainAddress, e.Key.Value+" is without TLS: contacts, and the key that writes to them, travel in the clear", "write https://, unless the network is your own")
		}
	}
	return out
}

// hasSecret reports whether a platform is called with a secret of its own.
func hasSecret(p platform.Platform) bool {
	return slices.ContainsFunc(p.Settings, func(s platform.Setting) bool { return s.Kind == platform.KindSecret })
}

func settingHint(name string, known []string, platform string) string {
	if len(known) == 0 {
		return platform + " has no settings: leave them out; what a body holds is told by mapping, defaults and set"
	}
	return orList(name, known, platform+" has")
}

// settingOf reads a value as the kind of the setting wants it.
func settingOf(s platform.Setting, raw []byte) (any, error) {
	var v any
	dec := json.NewDecoder(bytes.NewReader(raw))
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("want a %s", s.Kind)
	}
	switch v := v.(type) {
	case string:
		if s.Kind == platform.KindDuration {
			return time.ParseDuration(v)
		}
		if s.Kind == platform.KindTexts {
			return []string{v}, nil
		}
	case []any:
		var out []string
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return nil, fmt.Errorf("want a %s", s.Kind)
			}
			out = append(out, text)
		}
		return out, nil
	}
	return v, nil
}
