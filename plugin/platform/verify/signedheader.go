package verify

import (
	"crypto/sha1"
	"crypto/sha256"
	"hash"
)

// signedHeader is the shape that most platforms share: a signature in one
// header, perhaps a time in another.
type signedHeader struct {
	header  string // with the signature
	enc     encoding
	size    int       // of the signature in bytes; 0: any
	stamp   string    // header with the time; "": there is none
	form    stampForm // of the time
	fixed   []Field   // headers that must be there with this value
	newKey  func(Secret) (key, *Error)
	plain   bool // a hash over secret and message instead of a MAC (hubspotKey)
	compose func(r *Request, stamp string) ([]message, *Error)
	// once is what tells the call from others; nil: the message, if it is stamped.
	once func(r *Request) message
}

var _ protocol = signedHeader{}

func (p signedHeader) key(s Secret) (key, *Error) { return p.newKey(s) }

func (p signedHeader) claim(r *Request, o Options) (claim, *Error) {
	c := claim{plain: p.plain}
	for _, f := range p.fixed {
		if v, err := r.Header.one(f.Name); err != nil {
			return c, err
		} else if v != f.Value {
			return c, refuse(Malformed, "header %s does not say %s", f.Name, f.Value)
		}
	}
	text, err := r.Header.one(p.header)
	if err != nil {
		return c, err
	}
	tag, err := p.enc.signature(text, p.size)
	if err != nil {
		return c, err
	}
	c.tags = [][]byte{tag}
	stamp := ""
	if p.stamp != "" {
		if stamp, err = r.Header.one(p.stamp); err != nil {
			return c, err
		}
		at, err := p.form.parse(stamp)
		if err != nil {
			return c, err
		}
		c.around(at, o.Tolerance)
	}
	if c.messages, err = p.compose(r, stamp); err != nil {
		return c, err
	}
	switch {
	case p.once != nil:
		c.once = p.once(r)
	case p.stamp != "":
		c.once = c.messages[0]
	}
	return c, nil
}

func (p signedHeader) sign(r *Request, _ Options, k key) *Error {
	stamp := ""
	h := r.Header
	if p.stamp != "" {
		stamp = p.form.format(r.Received)
		h = h.With(p.stamp, stamp)
	}
	messages, err := p.compose(r, stamp)
	if err != nil {
		return err
	}
	tag, err := k.sign(&claim{messages: messages, plain: p.plain})
	if err != nil {
		return err
	}
	for _, f := range p.fixed {
		h = h.With(f.Name, f.Value)
	}
	r.Header = h.With(p.header, p.enc.encode(tag))
	return nil
}

// body composes the body alone.
func body(r *Request, _ string) ([]message, *Error) { return []message{{r.Body}}, nil }

// bodyMAC is the plainest scheme: an HMAC over the body. Mautic
// (WebhookBundle/Http/Client.php; base64 of SHA-256), Shopify and Segment
// (segment.com/docs, webhooks; hex of SHA-1) use it. Nothing in it tells when a
// call was made, or one call from the next.
func bodyMAC(header string, enc encoding, h func() hash.Hash) signedHeader {
	return signedHeader{header: header, enc: enc, size: h().Size(), newKey: newMAC(h), compose: body}
}

// shopify is https://shopify.dev/docs/apps/build/webhooks/subscribe/https: base64
// of HMAC-SHA-256 over the body with the app's client secret.
//
// The platform says to tell repeats by X-Shopify-Webhook-Id, but the signature
// does not cover that header: whoever replays a call can change it. Remembered
// are the body and the topic instead, since one change of an order is told under
// several topics with equal bodies.
func shopify() signedHeader {
	p := bodyMAC("X-Shopify-Hmac-Sha256", base64Std, sha256.New)
	p.once = func(r *Request) message {
		m := message{r.Body}
		for _, topic := range r.Header.Values("X-Shopify-Topic") {
			m = append(m, []byte(topic))
		}
		return m
	}
	return p
}

// customerIO is https://docs.customer.io/journeys/webhooks: hex of HMAC-SHA-256
// over "v0:", the time, ":" and the body. The key looks like hex but is used as
// text. Reporting webhooks are signed so; campaign actions may carry the header
// with a key that customers do not get, so give those a StaticHeader.
func customerIO() signedHeader {
	return signedHeader{
		header: "X-CIO-Signature", enc: hexLower, size: sha256.Size,
		stamp: "X-CIO-Timestamp", form: unixSeconds, newKey: newMAC(sha256.New),
		compose: func(r *Request, stamp string) ([]message, *Error) {
			return []message{{[]byte("v0:" + stamp + ":"), r.Body}}, nil
		},
	}
}

// klaviyo is https://developers.klaviyo.com/en/docs/working_with_system_webhooks:
// hex of HMAC-SHA-256 over the body and the date in the header, as written there.
func klaviyo() signedHeader {
	return signedHeader{
		header: "Klaviyo-Signature", enc: hexLower, size: sha256.Size,
		stamp: "Klaviyo-Timestamp", form: imfDate, newKey: newMAC(sha256.New),
		compose: func(r *Request, stamp string) ([]message, *Error) {
			return []message{{r.Body, []byte(stamp)}}, nil
		},
	}
}

// sendGrid is the signed event webhook (github.com/sendgrid/sendgrid-go,
// helpers/eventwebhook): base64 of a DER signature, ECDSA on P-256 over the
// SHA-256 of time and body. The "secret" is the public key that SendGrid shows;
// a private one can sign too.
func sendGrid() signedHeader {
	return signedHeader{
		header: "X-Twilio-Email-Event-Webhook-Signature", enc: base64Std,
		stamp: "X-Twilio-Email-Event-Webhook-Timestamp", form: unixSeconds, newKey: newEC,
		compose: func(r *Request, stamp string) ([]message, *Error) {
			return []message{{[]byte(stamp), r.Body}}, nil
		},
	}
}

// mac1 is HMAC-SHA-1, which Mandrill uses.
func mac1(s Secret) (key, *Error) { return newMAC(sha1.New)(s) }
