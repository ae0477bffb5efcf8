package payload

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/url"
	"strings"
)

// The limits of forms and queries.
const (
	maxFormFields = 4096
	maxFormDepth  = 16
)

// The errors of reading forms.
var (
	ErrBadForm   = errors.New("the form can't be read")
	ErrFormSize  = fmt.Errorf("the form has more than %d fields", maxFormFields)
	ErrFormDepth = fmt.Errorf("a name in the form nests more than %d deep", maxFormDepth)
)

// Form appends the JSON object that a form body or a query means. Names nest by
// brackets (contact[fields][plan]) and by dots (contact.fields.plan), a[] and
// repeated names make lists, all values are strings.
func Form(dst []byte, form string) ([]byte, error) {
	root := &branch{}
	fields := 0
	for form != "" {
		var pair string
		pair, form, _ = strings.Cut(form, "&")
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(key)
		if err != nil {
			return dst, ErrBadForm
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return dst, ErrBadForm
		}
		if fields++; fields > maxFormFields {
			return dst, ErrFormSize
		}
		if err := root.put(key, value); err != nil {
			return dst, err
		}
	}
	return root.append(dst), nil
}

// Multipart appends the JSON object that a multipart form means, as Form does.
// Files are left out.
func Multipart(dst, body []byte, boundary string) ([]byte, error) {
	root := &branch{}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for fields := 0; ; fields++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return root.append(dst), nil
		}
		if err != nil {
			return dst, ErrBadForm
		}
		if fields == maxFormFields {
			return dst, ErrFormSize
		}
		value, err := io.ReadAll(part) // the body is bounded, so its parts are
		if err != nil {
			return dst, ErrBadForm
		}
		if part.FormName() == "" || part.FileName() != "" {
			continue
		}
		if err := root.put(part.FormName(), string(value)); err != nil {
			return dst, err
		}
	}
}

// branch is an object in the making: names in the order in which they came.
type branch struct {
	name   string
	values []string
	list   bool
	kids   []*branch
	index  map[string]*branch
}

// put adds a value under a name. Where a name is both a value and the start of
// others, the others count.
func (b *branch) put(key, value string) error {
	names, list := splitName(key)
	if len(names) > maxFormDepth {
		return ErrFormDepth
	}
	for _, n := range names {
		b = b.kid(n)
	}
	b.values = append(b.values, value)
	b.list = b.list || list
	return nil
}

func (b *branch) kid(name string) *branch {
	if k := b.index[name]; k != nil {
		return k
	}
	if b.index == nil {
		b.index = map[string]*branch{}
	}
	k := &branch{name: name}
	b.kids, b.index[name] = append(b.kids, k), k
	return k
}

// splitName reads a[b][c], a.b.c and a[]; list says that it ended in [].
func splitName(key string) (names []string, list bool) {
	base, rest, bracketed := strings.Cut(key, "[")
	names = strings.Split(base, ".")
	for bracketed {
		var part string
		var closed bool
		if part, rest, closed = strings.Cut(rest, "]"); !closed {
			return []string{key}, false
		}
		if part == "" {
			list = true
		} else {
			names = append(names, part)
		}
		if rest, bracketed = strings.CutPrefix(rest, "["); !bracketed && rest != "" {
			return []string{key}, false
		}
	}
	return names, list
}

func (b *branch) append(dst []byte) []byte {
	switch {
	case len(b.kids) > 0 || b.values == nil:
		dst = append(dst, '{')
		for i, k := range b.kids {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = k.append(append(Quote(dst, k.name), ':'))
		}
		return append(dst, '}')
	case len(b.values) == 1 && !b.list:
		return Quote(dst, b.values[0])
	}
	dst = append(dst, '[')
	for i, v := range b.values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = Quote(dst, v)
	}
	return append(dst, ']')
}
