package cloudevents

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// mode is how an event travels.
type mode int

const (
	binary mode = iota
	structured
	batched
)

// modeOf tells it by the content type; batched first, since structured is the
// beginning of it.
func modeOf(c *platform.Call) mode {
	switch kind := c.Get("Content-Type"); {
	case platform.IsType(kind, "application/cloudevents-batch"):
		return batched
	case platform.IsType(kind, "application/cloudevents"):
		return structured
	}
	return binary
}

// event is an event as it came in. It shares the call's memory.
type event struct {
	version, id, source, kind, dataType, schema, subject, time string

	others [][2]string    // further attributes, names in lower case
	data   []byte         // JSON, or nil
	found  *payload.Found // what the mapping found in data; nil: that was not looked for yet
}

// known is where one of the attributes is that every event may have, nil for
// another name.
func (e *event) known(name string) *string {
	switch name {
	case "specversion":
		return &e.version
	case "id":
		return &e.id
	case "source":
		return &e.source
	case "type":
		return &e.kind
	case "datacontenttype":
		return &e.dataType
	case "dataschema":
		return &e.schema
	case "subject":
		return &e.subject
	case "time":
		return &e.time
	}
	return nil
}

// get is an attribute, "" for one that is not there.
func (e *event) get(name string) string {
	if at := e.known(name); at != nil {
		return *at
	}
	for _, a := range e.others {
		if a[0] == name {
			return a[1]
		}
	}
	return ""
}

func (e *event) set(name, value string) {
	if at := e.known(name); at != nil {
		*at = value
		return
	}
	e.others = append(e.others, [2]string{name, value})
}

// key names the event: sources give their ids once.
func (e *event) key() string { return platform.KeyOf(e.source, e.id) }

var (
	errVersion  = errors.New("the event's specversion is not 1.0")
	errHeader   = errors.New("a ce- header is not encoded as CloudEvents has it: quoted or percent-encoded UTF-8")
	errTwice    = errors.New("an attribute of the event is given twice")
	errDataType = errors.New("the event's data is not JSON: send it with datacontenttype application/json")
	errBase64   = errors.New("the event's data_base64 is not base64")
	errNoData   = errors.New("the event has no data")
	errText     = errors.New("an attribute of the event is not a text")
)

// check holds an event to what every event must have.
func (e *event) check() error {
	for _, name := range []string{"specversion", "id", "source", "type"} {
		if e.get(name) == "" {
			return fmt.Errorf("the event has no %s", name)
		}
	}
	if e.version != "1.0" {
		return errVersion
	}
	if e.dataType != "" && !isJSON(e.dataType) {
		return errDataType
	}
	if e.data == nil {
		return errNoData
	}
	return nil
}

// isJSON reports whether a media type is one of JSON.
func isJSON(kind string) bool {
	if kind == "application/json" {
		return true
	}
	media, _, _ := strings.Cut(strings.ToLower(kind), ";")
	media = strings.TrimSpace(media)
	return strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json")
}

// parseBinary reads an event whose attributes are headers.
func parseBinary(c *platform.Call, body []byte) (event, error) {
	var e event
	some := false
	for _, f := range c.Header {
		name, ok := strings.CutPrefix(strings.ToLower(f.Name), "ce-")
		if !ok {
			continue
		}
		if name == "datacontenttype" {
			return e, errors.New("ce-datacontenttype is given: in binary mode that is Content-Type")
		}
		if e.get(name) != "" {
			return e, errTwice
		}
		value, err := decodeHeader(f.Value)
		if err != nil {
			return e, err
		}
		e.set(name, value)
		some = true
	}
	if !some {
		return e, platform.ErrMediaType
	}
	e.dataType = c.Get("Content-Type")
	if len(body) > 0 {
		e.data = body
	}
	return e, e.check()
}

// parseStructured reads an event that is a JSON object, and has the mapping find
// what it may in its data; nil leaves that for later.
func parseStructured(body []byte, m *payload.Mapping) (event, error) {
	var e event
	var bad, err error
	e.found, err = m.EachAndFind(body, "data", func(key string, v []byte) {
		switch {
		case key == "data" && e.data == nil && v[0] != 'n':
			e.data = v
		case key == "data_base64" && e.data == nil && v[0] != 'n':
			var err error
			if e.data, err = base64.StdEncoding.DecodeString(payload.Text(v)); err != nil {
				bad = errBase64
			}
		case key == "data" || key == "data_base64":
			if v[0] != 'n' {
				bad = errTwice
			}
		case e.get(key) != "":
			bad = errTwice
		case v[0] == '{' || v[0] == '[':
			bad = errText
		case v[0] != 'n':
			e.set(key, payload.View(v))
		}
	})
	if err == nil {
		err = bad
	}
	if err == nil {
		err = e.check()
	}
	if err != nil && e.found != nil {
		e.found.Release()
	}
	return e, err
}

// decodeHeader undoes a quoted string (RFC 7230) and then one round of
// percent-encoding.
func decodeHeader(s string) (string, error) {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		var out strings.Builder
		for i := 1; i < len(s)-1; i++ {
			if s[i] == '\\' && i+1 < len(s)-1 {
				i++
			}
			out.WriteByte(s[i])
		}
		s = out.String()
	}
	s, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(s) {
		return "", errHeader
	}
	return s, nil
}

// encodeHeader encodes space, quotes, percent signs and all that is not plain.
func encodeHeader(s string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for _, c := range []byte(s) {
		if c <= ' ' || c == '"' || c == '%' || c > '~' {
			out.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}
