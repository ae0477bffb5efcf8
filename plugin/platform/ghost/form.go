package ghost

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/textproto"
	"net/url"
	"strings"
	"sync"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// part is one field of a form. Bodies are pieces of the call's own body, so that
// attachments are never copied.
type part struct {
	name     string
	filename string
	isFile   bool
	kind     string // Content-Type, "" for none
	body     []byte
}

// The limits of a form.
const (
	maxParts      = 4096
	maxPartHeader = 4 << 10
)

var (
	errForm   = errors.New("the message is not a form as Mailgun takes it: multipart/form-data or application/x-www-form-urlencoded")
	errParts  = errors.New("the form has too many parts")
	errHeader = errors.New("a part of the form has a header that can't be passed on")
)

// readForm reads the parts of a call's form.
func readForm(c *platform.Call) ([]part, error) {
	body, err := c.Plain()
	if err != nil {
		return nil, err
	}
	kind, params, err := mime.ParseMediaType(c.Get("Content-Type"))
	switch {
	case err != nil:
		return nil, errForm
	case kind == "multipart/form-data":
		return readMultipart(body, params["boundary"])
	case kind == "application/x-www-form-urlencoded":
		return readEncoded(string(body))
	}
	return nil, platform.ErrMediaType
}

func readEncoded(body string) (parts []part, err error) {
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil || !isName(name) {
			return nil, errForm
		}
		if len(parts) == maxParts {
			return nil, errParts
		}
		parts = append(parts, part{name: name, body: []byte(value)})
	}
	return parts, nil
}

// readMultipart cuts a body at its boundaries.
func readMultipart(body []byte, boundary string) (parts []part, err error) {
	if boundary == "" {
		return nil, errForm
	}
	line := []byte("\r\n--" + boundary)
	rest, ok := bytes.CutPrefix(body, line[2:])
	if !ok {
		if _, rest, ok = bytes.Cut(body, line); !ok {
			return nil, errForm
		}
	}
	for {
		if bytes.HasPrefix(rest, []byte("--")) {
			return parts, nil
		}
		if rest, ok = bytes.CutPrefix(bytes.TrimLeft(rest, " \t"), []byte("\r\n")); !ok {
			return nil, errForm
		}
		var one []byte
		if one, rest, ok = bytes.Cut(rest, line); !ok {
			return nil, errForm
		}
		if len(parts) == maxParts {
			return nil, errParts
		}
		p, err := readPart(one)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
}

func readPart(one []byte) (p part, err error) {
	head, body, ok := bytes.Cut(one, []byte("\r\n\r\n"))
	if !ok || len(head) > maxPartHeader {
		return p, errForm
	}
	h, err := textproto.NewReader(bufio.NewReader(io.MultiReader(bytes.NewReader(head), strings.NewReader("\r\n\r\n")))).ReadMIMEHeader()
	if err != nil || len(h["Content-Disposition"]) != 1 || len(h["Content-Type"]) > 1 {
		return p, errForm
	}
	disposition, params, err := mime.ParseMediaType(h.Get("Content-Disposition"))
	if err != nil || disposition != "form-data" {
		return p, errForm
	}
	// What is encoded besides would be read by Mailgun as something else than here.
	if e := h.Get("Content-Transfer-Encoding"); e != "" && !strings.EqualFold(e, "binary") && !strings.EqualFold(e, "8bit") && !strings.EqualFold(e, "7bit") {
		return p, errHeader
	}
	p = part{name: params["name"], kind: h.Get("Content-Type"), body: body}
	p.filename, p.isFile = params["filename"]
	if !isName(p.name) || !isLine(p.filename) || !isLine(p.kind) {
		return p, errHeader
	}
	return p, nil
}

// isName reports whether a part may have this name: such as Mailgun has.
func isName(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}

func isLine(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}

// form is a form to be sent: its pieces in order, most of them the caller's own
// memory.
type form struct {
	boundary string
	pieces   [][]byte
	size     int64

	mu   sync.Mutex
	done bool
}

func (f *form) put(piece []byte) {
	f.pieces = append(f.pieces, piece)
	f.size += int64(len(piece))
}

func (f *form) add(p *part) {
	head := "--" + f.boundary + "\r\nContent-Disposition: form-data; name=\"" + p.name + "\""
	if p.isFile {
		head += `; filename="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(p.filename) + `"`
	}
	if p.kind != "" {
		head += "\r\nContent-Type: " + p.kind
	}
	f.put([]byte(head + "\r\n\r\n"))
	f.put(p.body)
	f.put([]byte("\r\n"))
}

func (f *form) end() { f.put([]byte("--" + f.boundary + "--\r\n")) }

// reader reads the form from its beginning.
func (f *form) reader() io.ReadCloser {
	list := make([]io.Reader, len(f.pieces))
	for i, p := range f.pieces {
		list[i] = bytes.NewReader(p)
	}
	return io.NopCloser(&pieces{f, io.MultiReader(list...)})
}

// close ends all reading. A transport may go on reading a body after it has
// answered; the memory is then another call's.
func (f *form) close() {
	f.mu.Lock()
	f.done = true
	f.mu.Unlock()
}

type pieces struct {
	form *form
	all  io.Reader
}

// Read implements io.Reader.
func (p *pieces) Read(b []byte) (int, error) {
	p.form.mu.Lock()
	defer p.form.mu.Unlock()
	if p.form.done {
		return 0, io.ErrClosedPipe
	}
	return p.all.Read(b)
}

func (f *form) contentType() string { return "multipart/form-data; boundary=" + f.boundary }

// randomBoundary can't be guessed, so nobody can put it into a part.
func randomBoundary() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return "winnow" + hex.EncodeToString(b[:])
}
