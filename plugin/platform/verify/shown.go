package verify

import (
	"net/url"
	"strings"
)

// shown is for the schemes in which the caller shows the secret itself. They
// protect neither body nor time; TLS and the secret's length are all there is.
type shown struct {
	check func(Secret) *Error
	find  func(*Request, Options) (string, *Error)
	put   func(*Request, Options, string) *Error
}

var _ protocol = shown{}

func (p shown) key(s Secret) (key, *Error) {
	if p.check != nil {
		if err := p.check(s); err != nil {
			return nil, err
		}
	}
	return newLiteral(s)
}

func (p shown) claim(r *Request, o Options) (claim, *Error) {
	text, err := p.find(r, o)
	if err != nil {
		return claim{}, err
	}
	return claim{tags: [][]byte{[]byte(text)}}, nil
}

func (p shown) sign(r *Request, o Options, k key) *Error {
	tag, err := k.sign(&claim{})
	if err != nil {
		return err
	}
	return p.put(r, o, string(tag))
}

// name is Options.Name or what stands in for it.
func (o Options) name(otherwise string) string {
	if o.Name == "" {
		return otherwise
	}
	return o.Name
}

const (
	defaultHeader = "X-Winnow-Key"
	defaultParam  = "key"
	authorization = "Authorization"
)

// staticHeader compares the whole value of one header. It serves what has no
// signature but lets its user add headers: Mautic's campaign action, Klaviyo's
// and Customer.io's flow webhooks, Brevo, Iterable, Braze.
func staticHeader() shown {
	return shown{
		check: func(s Secret) *Error {
			if strings.ContainsFunc(string(s), func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return refuse(NoSecret, "the secret has characters that a header can't have")
			}
			return nil
		},
		find: func(r *Request, o Options) (string, *Error) { return r.Header.one(o.name(defaultHeader)) },
		put: func(r *Request, o Options, secret string) *Error {
			r.Header = r.Header.With(o.name(defaultHeader), secret)
			return nil
		},
	}
}

// basic is RFC 7617. The secret is "user:password". listmonk, SALESmanago,
// Postmark, Braze, and Ghost in Mailgun's place ("api:key") call with it.
func basic() shown {
	return shown{
		check: func(s Secret) *Error {
			if _, password, ok := strings.Cut(string(s), ":"); !ok || password == "" {
				return refuse(NoSecret, "the secret is not user:password, both written")
			}
			return nil
		},
		find: func(r *Request, _ Options) (string, *Error) {
			text, err := credentials(r, "Basic")
			if err != nil {
				return "", err
			}
			pair, ok := base64Std.decode(text)
			if !ok {
				return "", refuse(Malformed, "the credentials are not canonical base64")
			}
			return string(pair), nil
		},
		put: func(r *Request, _ Options, secret string) *Error {
			r.Header = r.Header.With(authorization, "Basic "+base64Std.encode([]byte(secret)))
			return nil
		},
	}
}

// credentials is what follows an authentication scheme's name, whose case does
// not matter (RFC 9110 §11.1).
func credentials(r *Request, scheme string) (string, *Error) {
	value, err := r.Header.one(authorization)
	if err != nil {
		return "", err
	}
	name, text, _ := strings.Cut(value, " ")
	if !strings.EqualFold(name, scheme) {
		return "", refuse(Malformed, "header %s is not of the scheme %s", authorization, scheme)
	}
	if text == "" {
		return "", refuse(Missing, "header %s has a scheme but no credentials", authorization)
	}
	return text, nil
}

// minInURL is the least length of a secret that travels in a URL: it is seen by
// every log on the way, so that at least it must not be guessed.
const minInURL = 16

// urlSafe lets only secrets be that no client or proxy would escape.
func urlSafe(s Secret) *Error {
	if len(s) < minInURL {
		return refuse(NoSecret, "a secret in a URL has at least %d characters, this one %d", minInURL, len(s))
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && !strings.ContainsRune("-._~", rune(c)) {
			return refuse(NoSecret, "a secret in a URL has letters, digits and -._~ only")
		}
	}
	return nil
}

// secretPath takes the path's last segment for the secret. ActiveCampaign and
// Mailchimp can do nothing else.
func secretPath() shown {
	return shown{
		check: urlSafe,
		find: func(r *Request, _ Options) (string, *Error) {
			segment := r.Path[strings.LastIndexByte(r.Path, '/')+1:]
			if segment == "" {
				return "", refuse(Missing, "the path does not end in a secret")
			}
			return segment, nil
		},
		put: func(r *Request, _ Options, secret string) *Error {
			r.Path = strings.TrimSuffix(r.Path, "/") + "/" + secret
			return nil
		},
	}
}

// secretQuery takes a query parameter for the secret.
func secretQuery() shown {
	return shown{
		check: urlSafe,
		find:  func(r *Request, o Options) (string, *Error) { return param(r, o.name(defaultParam)) },
		put: func(r *Request, o Options, secret string) *Error {
			return setParam(r, o.name(defaultParam), secret)
		},
	}
}

// param is the value of a query parameter that may be there once only.
func param(r *Request, name string) (string, *Error) {
	values, err := url.ParseQuery(r.RawQuery)
	switch {
	case err != nil:
		return "", refuse(Malformed, "the query can't be read")
	case len(values[name]) > 1:
		return "", refuse(Malformed, "parameter %s is there more than once", name)
	case len(values[name]) == 0 || values[name][0] == "":
		return "", refuse(Missing, "parameter %s is not there", name)
	}
	return values[name][0], nil
}

func setParam(r *Request, name, value string) *Error {
	values, err := url.ParseQuery(r.RawQuery)
	if err != nil {
		return refuse(Malformed, "the query can't be read")
	}
	values.Set(name, value)
	r.RawQuery = values.Encode()
	return nil
}
