package verify

import (
	"crypto/sha1"
	"net/url"
)

// mandrill is https://mandrill.zendesk.com/hc/en-us/articles/205583257: base64 of
// HMAC-SHA-1 over the URL as it was entered at Mandrill and the form's fields,
// name and value, sorted by name. Since fields are what is signed, this is the
// one scheme that has to decode the body.
//
// Names and values are joined without separators, so that one field could be cut
// into two, or its name made longer, under the same signature. Mandrill posts
// one field, mandrill_events; with any other form there is no telling what was
// signed, and it is refused.
type mandrill struct{}

var _ protocol = mandrill{}

const (
	mandrillHeader = "X-Mandrill-Signature"
	mandrillField  = "mandrill_events"
)

func (mandrill) key(s Secret) (key, *Error) { return mac1(s) }

func (p mandrill) claim(r *Request, _ Options) (claim, *Error) {
	var c claim
	value, err := r.Header.one(mandrillHeader)
	if err != nil {
		return c, err
	}
	tag, err := base64Std.signature(value, sha1.Size)
	if err != nil {
		return c, err
	}
	m, err := p.compose(r)
	if err != nil {
		return c, err
	}
	c.tags, c.messages = [][]byte{tag}, []message{m}
	return c, nil
}

func (mandrill) compose(r *Request) (message, *Error) {
	u, err := r.url()
	if err != nil {
		return nil, err
	}
	form, bad := url.ParseQuery(string(r.Body))
	if bad != nil {
		return nil, refuse(Malformed, "the body is not a form")
	}
	if !form.Has(mandrillField) {
		return nil, refuse(Missing, "the form has no field %s", mandrillField)
	}
	if len(form) != 1 || len(form[mandrillField]) != 1 {
		return nil, refuse(Malformed, "the form has fields besides one %s", mandrillField)
	}
	return message{[]byte(u + mandrillField + form.Get(mandrillField))}, nil
}

func (p mandrill) sign(r *Request, _ Options, k key) *Error {
	m, err := p.compose(r)
	if err != nil {
		return err
	}
	tag, err := k.sign(&claim{messages: []message{m}})
	if err != nil {
		return err
	}
	r.Header = r.Header.With(mandrillHeader, base64Std.encode(tag))
	return nil
}
