package receiver

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// body returns the request's body, unpacked if need be, which is good until the
// handler returns. What is no JSON by its own account is 415, what is larger
// than limit bytes 413.
func (r *Receiver) body(c *fiber.Ctx, buf *buffer, limit int) ([]byte, error) {
	h := &c.Request().Header
	if !isJSON(h.ContentType()) {
		return nil, fault(415, "media-type", "Unsupported media type", "send the body as Content-Type: application/json")
	}
	return r.unpacked(c, buf, limit)
}

// unpacked is the body of a request, whatever it holds.
func (r *Receiver) unpacked(c *fiber.Ctx, buf *buffer, limit int) ([]byte, error) {
	body := c.Request().Body()
	if len(body) > limit {
		return nil, tooLarge(limit)
	}
	packed, err := isPacked(&c.Request().Header)
	if err != nil || !packed {
		return body, err
	}
	return unpack(body, buf, limit)
}

// isPacked reports whether a body is packed with gzip. Other encodings are 415.
func isPacked(h *fasthttp.RequestHeader) (bool, error) {
	switch strings.ToLower(string(h.Peek(fiber.HeaderContentEncoding))) {
	case "", "identity":
		return false, nil
	case "gzip":
		return true, nil
	}
	return false, fault(415, "encoding", "Unsupported content encoding", "send the body plain, or with Content-Encoding: gzip").
		with(fiber.HeaderAcceptEncoding, "gzip")
}

// isJSON takes application/json and other JSON types, with or without
// parameters, and a missing type.
func isJSON(contentType []byte) bool {
	media, _, _ := bytes.Cut(contentType, []byte(";"))
	media = bytes.TrimSpace(media)
	return len(media) == 0 || bytes.EqualFold(media, []byte("application/json")) ||
		len(media) > len("application/+json") && bytes.EqualFold(media[:12], []byte("application/")) &&
			bytes.EqualFold(media[len(media)-5:], []byte("+json"))
}

func notGzip() *problem {
	return fault(400, "bad-encoding", "The body can't be unpacked", "the body is not valid gzip, though Content-Encoding says so")
}

// unpack reads a gzip body into buf.
func unpack(body []byte, buf *buffer, limit int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, notGzip()
	}
	out := bytes.NewBuffer(buf.body[:0])
	n, err := io.Copy(out, io.LimitReader(z, int64(limit)+1))
	buf.body = out.Bytes()
	switch {
	case n > int64(limit):
		return nil, tooLarge(limit)
	case err != nil:
		return nil, notGzip()
	}
	return buf.body, nil
}

// maxKey bounds an idempotency key, in bytes.
const maxKey = 255

// idempotencyKey is the request's Idempotency-Key, "" when it has none.
func idempotencyKey(c *fiber.Ctx) (string, error) {
	key := c.Request().Header.Peek("Idempotency-Key")
	if len(key) == 0 {
		return "", nil
	}
	var err error
	if len(key) > maxKey {
		err = errors.New("the Idempotency-Key has more than 255 bytes")
	}
	for _, b := range key {
		if b < ' ' || b > '~' {
			err = errors.New("the Idempotency-Key has characters that are not plain ASCII")
		}
	}
	if err != nil {
		return "", fault(400, "bad-key", "Bad idempotency key", err.Error())
	}
	return string(key), nil
}

func (r *Receiver) getBuffer() *buffer {
	if b, _ := r.buffers.Get().(*buffer); b != nil {
		return b
	}
	return new(buffer)
}

// putBuffer gives a buffer back, but not what a huge request made of it.
func (r *Receiver) putBuffer(b *buffer) {
	const keep = 1 << 20
	if cap(b.answer) > keep || cap(b.body) > keep {
		return
	}
	clear(b.items)
	b.items = b.items[:0]
	r.buffers.Put(b)
}
