package verify

import (
	"strconv"
	"strings"
)

// bearer is CloudEvents' HTTP webhook, §3
// (https://github.com/cloudevents/spec/blob/main/cloudevents/http-webhook.md): a
// token in Authorization, or in the query as access_token. The specification
// wants receivers to support both; it takes one at a time (RFC 6750 §2).
func bearer() shown {
	const parameter = "access_token"
	return shown{
		check: staticHeader().check,
		find: func(r *Request, _ Options) (string, *Error) {
			inQuery, err := param(r, parameter)
			switch inHeader := r.Header.has(authorization); {
			case err != nil && err.Reason == Malformed:
				return "", err
			case inHeader && err == nil:
				return "", refuse(Malformed, "there is a token in header %s and another in the query", authorization)
			case !inHeader && err == nil:
				return inQuery, nil
			}
			return credentials(r, "Bearer")
		},
		put: func(r *Request, _ Options, secret string) *Error {
			r.Header = r.Header.With(authorization, "Bearer "+secret)
			return nil
		},
	}
}

// Handshake answers the abuse protection of CloudEvents' HTTP webhook, §4: before
// a sender delivers, it asks with OPTIONS whether the receiver wants that. The
// zero value agrees to nobody.
//
// It never calls WebHook-Request-Callback: the address is the caller's choice,
// and anybody may ask.
type Handshake struct {
	// Origins are the senders that may deliver: DNS names as they call themselves,
	// or "*" for all.
	Origins []string
	// Rate is how many requests a minute they may make. 0 is no limit.
	Rate int
}

// Grant is what the answer to an agreed handshake says.
type Grant struct {
	// Origin is the value of WebHook-Allowed-Origin.
	Origin string
	// Rate is the value of WebHook-Allowed-Rate.
	Rate string
}

// Header gives the fields that the answer must have. Its status is 200.
func (g Grant) Header() Header {
	return Header{
		{"Allow", "POST"},
		{"WebHook-Allowed-Origin", g.Origin},
		{"WebHook-Allowed-Rate", g.Rate},
	}
}

const (
	originHeader = "WebHook-Request-Origin"
	rateHeader   = "WebHook-Request-Rate"
	maxDNSName   = 253 // RFC 1035 §2.3.4
)

// Answer agrees to a request, or fails with an *Error: an answer without the
// fields of Grant is then the refusal.
func (h Handshake) Answer(r Request) (Grant, error) {
	g, err := h.answer(&r)
	if err != nil {
		err.Scheme = CloudEvents
		return Grant{}, err
	}
	return g, nil
}

func (h Handshake) answer(r *Request) (Grant, *Error) {
	if r.Method != "OPTIONS" {
		return Grant{}, refuse(Malformed, "a handshake is an OPTIONS request")
	}
	origin, err := r.Header.one(originHeader)
	if err != nil {
		return Grant{}, err
	}
	if !isDNSName(origin) {
		return Grant{}, refuse(Malformed, "header %s is not a DNS name", originHeader)
	}
	wanted, err := h.wanted(r)
	if err != nil {
		return Grant{}, err
	}
	for _, o := range h.Origins {
		if o == "*" || strings.EqualFold(o, origin) {
			return Grant{Origin: origin, Rate: h.rate(wanted)}, nil
		}
	}
	return Grant{}, refuse(Mismatch, "the origin is not among those that may deliver")
}

// wanted is the rate asked for, 0 when none is.
func (h Handshake) wanted(r *Request) (int, *Error) {
	if !r.Header.has(rateHeader) {
		return 0, nil
	}
	text, err := r.Header.one(rateHeader)
	if err != nil {
		return 0, err
	}
	n, bad := strconv.Atoi(text)
	if bad != nil || n <= 0 || strconv.Itoa(n) != text {
		return 0, refuse(Malformed, "header %s is not a positive number", rateHeader)
	}
	return n, nil
}

// rate grants what is asked for, up to the limit.
func (h Handshake) rate(wanted int) string {
	switch {
	case h.Rate <= 0:
		return "*"
	case wanted > 0 && wanted < h.Rate:
		return strconv.Itoa(wanted)
	default:
		return strconv.Itoa(h.Rate)
	}
}

// isDNSName keeps what is echoed into a header harmless.
func isDNSName(s string) bool {
	if len(s) > maxDNSName {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '.' && c != '_' {
			return false
		}
	}
	return s != ""
}
