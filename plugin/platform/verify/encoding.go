package verify

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"
)

// encoding is how a signature is spelled. Decoding takes one spelling only for
// any bytes: what encode would have written.
type encoding int

const (
	hexLower encoding = iota
	base64Std
	base64URL // without padding, as in a JWT
)

func (e encoding) encode(b []byte) string {
	switch e {
	case base64Std:
		return base64.StdEncoding.EncodeToString(b)
	case base64URL:
		return base64.RawURLEncoding.EncodeToString(b)
	default:
		return hex.EncodeToString(b)
	}
}

// decode fails on anything but what encode gives: Go's base64 skips line ends,
// and its hex takes capitals.
func (e encoding) decode(s string) ([]byte, bool) {
	var b []byte
	var err error
	switch e {
	case base64Std:
		b, err = base64.StdEncoding.DecodeString(s)
	case base64URL:
		b, err = base64.RawURLEncoding.DecodeString(s)
	default:
		b, err = hex.DecodeString(s)
	}
	if err != nil || e.encode(b) != s {
		return nil, false
	}
	return b, true
}

// signature decodes one, and size, when it isn't 0, is how long it must be.
func (e encoding) signature(s string, size int) ([]byte, *Error) {
	b, ok := e.decode(s)
	if !ok {
		return nil, refuse(Malformed, "the signature is not %s", e.name())
	}
	if size != 0 && len(b) != size {
		return nil, refuse(Malformed, "the signature does not have %d bytes", size)
	}
	return b, nil
}

func (e encoding) name() string {
	switch e {
	case base64Std:
		return "canonical base64"
	case base64URL:
		return "canonical base64url"
	default:
		return "lowercase hex"
	}
}

// stampForm is how a time is written.
type stampForm int

const (
	unixSeconds stampForm = iota
	unixMillis
	imfDate // RFC 9110 §5.6.7, "Thu, 09 Oct 2025 08:53:20 GMT"
)

const imfLayout = "Mon, 02 Jan 2006 15:04:05 GMT"

func (f stampForm) format(t time.Time) string {
	switch f {
	case unixMillis:
		return strconv.FormatInt(t.UnixMilli(), 10)
	case imfDate:
		return t.UTC().Format(imfLayout)
	default:
		return strconv.FormatInt(t.Unix(), 10)
	}
}

// parse fails on anything but what format gives: no signs, zeros in front or
// years that overflow.
func (f stampForm) parse(s string) (time.Time, *Error) {
	var t time.Time
	if f == imfDate {
		t, _ = time.Parse(imfLayout, s)
	} else {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < 0 || len(s) > 14 {
			return t, refuse(Malformed, "the timestamp is not a number")
		}
		t = time.Unix(n, 0)
		if f == unixMillis {
			t = time.UnixMilli(n)
		}
	}
	if f.format(t) != s {
		return time.Time{}, refuse(Malformed, "the timestamp is not written as the scheme prescribes")
	}
	return t, nil
}
