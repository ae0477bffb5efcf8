package markers

import (
	"bytes"
	"encoding/json"
	"html"
	"strings"
)

// value is the text of a mark's value, ready for the place it goes to.
func (f *filler) value(m *mark) (string, bool) {
	if !m.known {
		return "", false
	}
	if m.path != "" {
		return f.at(m.slot, m.path)
	}
	if v, ok := f.at(m.slot, "html"); ok {
		return v, true
	}
	return f.at(m.slot, "text")
}

func (f *filler) at(slot, path string) (string, bool) {
	last := path[strings.LastIndexByte(path, '.')+1:]
	written := last == "html" || strings.HasSuffix(last, "_html")
	if written && f.mode != HTML {
		return "", false
	}
	var v any = f.content(slot)
	for key := range strings.SplitSeq(path, ".") {
		object, ok := v.(map[string]any)
		if !ok {
			return "", false
		}
		v = object[key]
	}
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = "false"
		if v {
			text = "true"
		}
	default:
		return "", false
	}
	switch {
	case f.mode == HTML && !written:
		text = html.EscapeString(text)
	case f.mode == Subject:
		text = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ").Replace(text)
	}
	return text, true
}

// content is a slot's content, decoded once a text.
func (f *filler) content(slot string) map[string]any {
	if v, ok := f.values[slot]; ok {
		return v
	}
	dec := json.NewDecoder(bytes.NewReader(f.choices[slot].Content))
	dec.UseNumber()
	var v map[string]any
	if dec.Decode(&v) != nil {
		v = nil // no object: it has no values
	}
	f.values[slot] = v
	return v
}
