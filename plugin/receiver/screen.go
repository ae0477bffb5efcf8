package receiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
)

const linesType = "application/x-ndjson"

// screenWhole answers POST /v1/screen within an app of somebody else, which has
// read the whole body by now. An app of our own streams: see screenStream.
func (r *Receiver) screenWhole(c *fiber.Ctx, who caller) error {
	now, err := screenClock(c)
	if err != nil {
		return err
	}
	if !isLines(c.Request().Header.ContentType()) {
		return wantLines()
	}
	buf := r.getBuffer()
	defer r.putBuffer(buf)
	body, err := r.unpacked(c, buf, r.opts.MaxBatchBody)
	if err != nil {
		return err
	}
	s, err := r.gate.Screen(now)
	if err != nil {
		return err
	}
	defer s.Close()
	var out bytes.Buffer
	flush := func() error { return nil }
	l := &lineScreen{r: r, s: s, who: who, in: bytes.NewReader(body), out: &out, flush: flush, wait: r.pace(c.Context(), who, flush)}
	if err := l.run(); err != nil {
		return err
	}
	c.Response().Header.SetContentType(linesType)
	c.Response().SetBody(out.Bytes())
	return nil
}

// screenClock is the clock that the request asks for; zero when it asks for
// none.
func screenClock(c *fiber.Ctx) (time.Time, error) {
	at := c.Query("at")
	if at == "" {
		return time.Time{}, nil
	}
	now, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return now, fault(400, "bad-time", "Bad clock", "at must be a time as 2026-11-22T12:00:00Z")
	}
	return now.UTC(), nil
}

func isLines(contentType []byte) bool {
	media, _, _ := bytes.Cut(contentType, []byte(";"))
	media = bytes.ToLower(bytes.TrimSpace(media))
	switch string(media) {
	case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines":
		return true
	}
	return isJSON(contentType)
}

func wantLines() error {
	return fault(415, "media-type", "Unsupported media type", "send a contact a line, as Content-Type: "+linesType)
}

// lineScreen answers a stream of lines, a line each.
type lineScreen struct {
	r      *Receiver
	s      *gate.Screening
	who    caller
	in     io.Reader
	out    io.Writer
	flush  func() error
	wait   func(n int) error // until the caller may send n more; nil: at once
	answer []byte
	lines  int
	begun  bool
}

// run goes on until the input ends. It answers all that has come before it waits
// for more, so a client that sends one line and waits gets its answer.
func (l *lineScreen) run() error {
	buf := make([]byte, 0, 64<<10)
	long := false // within a line that is too long
	for {
		n, err := l.in.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		rest := buf
		for {
			end := bytes.IndexByte(rest, '\n')
			if end < 0 {
				break
			}
			if !long {
				if err := l.line(rest[:end]); err != nil {
					return err
				}
			}
			long, rest = false, rest[end+1:]
		}
		if len(rest) > l.r.opts.MaxBody && !long {
			long = true
			if err := l.refuse(tooLarge(l.r.opts.MaxBody)); err != nil {
				return err
			}
		}
		if long {
			rest = rest[:0]
		}
		buf = keep(buf, rest)
		switch {
		case errors.Is(err, io.EOF):
			if err := l.line(buf); err != nil {
				return err
			}
			return l.flush()
		case err != nil:
			return err
		}
		if err := l.flush(); err != nil {
			return err
		}
	}
}

// keep moves what is left to the front, with room for more behind it.
func keep(buf, rest []byte) []byte {
	if len(rest) == cap(buf) {
		return append(make([]byte, 0, 2*cap(buf)), rest...)
	}
	return buf[:copy(buf[:cap(buf)], rest)]
}

// line answers one line; a blank one has no answer.
func (l *lineScreen) line(text []byte) error {
	if !l.begun { // a file that a spreadsheet or Windows wrote begins with a byte-order mark
		text, l.begun = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), true
	}
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil
	}
	if len(text) > l.r.opts.MaxBody {
		return l.refuse(tooLarge(l.r.opts.MaxBody))
	}
	if l.wait != nil {
		if err := l.wait(1); err != nil {
			return err
		}
	}
	var err error
	if l.answer, err = l.s.Decide(l.answer[:0], text); err != nil {
		return l.refuse(problemOf(err))
	}
	l.lines++
	_, err = l.out.Write(append(l.answer, '\n'))
	return err
}

// refuse answers a line that can't be decided on with a problem.
func (l *lineScreen) refuse(p *problem) error {
	index := l.lines
	l.lines++
	p.Index, p.Instance = &index, "/v1/screen"
	text, err := json.Marshal(p)
	if err == nil {
		_, err = l.out.Write(append(text, '\n'))
	}
	return err
}
