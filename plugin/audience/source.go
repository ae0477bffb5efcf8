package audience

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// source unpacks and decodes a stream.
type source struct {
	in     io.Reader
	raw    io.Reader // as given
	plain  bool      // the bytes of in are those of raw
	packed bool
	file   *os.File
	zstd   *zstd.Decoder
	read   atomic.Int64
}

// counted notes how much of a stream was read.
type counted struct{ s *source }

func (c counted) Read(p []byte) (int, error) {
	n, err := c.s.raw.Read(p)
	c.s.read.Add(int64(n))
	return n, err
}

// ErrWorkbook: the file is packed in a way that holds more than one file.
var ErrWorkbook = errors.New("this is a spreadsheet's workbook or a zip archive, and no text")

// Text is a stream as UTF-8, for who reads other tables than contacts: unpacked
// if it was packed with gzip or zstd, and decoded from an encoding as Options
// name it.
func Text(in io.Reader, encoding string) (io.ReadCloser, error) {
	s := &source{}
	if err := s.open(in, encoding); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *source) Read(p []byte) (int, error) { return s.in.Read(p) }

// Close frees what unpacking holds.
func (s *source) Close() error { return s.close() }

func (s *source) open(raw io.Reader, enc string) error {
	s.raw, s.plain = raw, true
	buffered := bufio.NewReaderSize(counted{s}, 64<<10)
	head, err := buffered.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("can't read: %w", err)
	}
	s.in = buffered
	switch {
	case bytes.Equal(head, []byte("PK\x03\x04")):
		return ErrWorkbook
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return fmt.Errorf("this is not a whole gzip file: %w", err)
		}
		s.in, s.plain, s.packed = z, false, true
	case bytes.Equal(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return fmt.Errorf("can't unpack zstd: %w", err)
		}
		s.in, s.plain, s.packed, s.zstd = z, false, true, z
	}
	return s.decode(enc)
}

// decode makes UTF-8 of older encodings, and of UTF-16 if its mark is there.
func (s *source) decode(name string) error {
	if name == "" {
		peek := bufio.NewReaderSize(s.in, 4<<10)
		head, _ := peek.Peek(2) // an error comes again when it is read
		s.in = peek
		if !bytes.Equal(head, []byte{0xff, 0xfe}) && !bytes.Equal(head, []byte{0xfe, 0xff}) {
			return nil
		}
		name = "utf-16"
	}
	e, ok := encodings()[strings.ToLower(name)]
	if !ok {
		return fmt.Errorf("%w %q here: use utf-8, utf-16, windows-1250, windows-1251, windows-1252, iso-8859-1 or iso-8859-2", ErrNoEncoding, name)
	}
	if e != nil {
		s.in, s.plain = transform.NewReader(s.in, e.NewDecoder()), false
	}
	return nil
}

// KnownEncoding reports whether text can be read in an encoding of this name.
func KnownEncoding(name string) bool {
	_, known := encodings()[strings.ToLower(name)]
	return known
}

func encodings() map[string]encoding.Encoding {
	return map[string]encoding.Encoding{
		"utf-8": nil, "utf8": nil,
		"utf-16":       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"windows-1250": charmap.Windows1250, "windows-1251": charmap.Windows1251, "windows-1252": charmap.Windows1252,
		"cp1250": charmap.Windows1250, "cp1251": charmap.Windows1251, "cp1252": charmap.Windows1252,
		"iso-8859-1": charmap.ISO8859_1, "iso-8859-2": charmap.ISO8859_2,
		"latin1": charmap.ISO8859_1, "latin2": charmap.ISO8859_2,
	}
}

// seek goes to an offset, by reading up to it where it can't jump.
func (s *source) seek(from, to int64) error {
	if f, ok := s.raw.(*os.File); ok && s.plain {
		if _, err := f.Seek(to, io.SeekStart); err == nil {
			s.read.Store(to)
			s.in = counted{s}
			return nil
		}
	}
	n, err := io.CopyN(io.Discard, s.in, to-from)
	if err != nil {
		return fmt.Errorf("the input ends after %d bytes, before the %d that were read of it earlier: %w", from+n, to, err)
	}
	return nil
}

func (s *source) size() int64 {
	f, ok := s.raw.(*os.File)
	if !ok {
		return 0
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	return info.Size()
}

func (s *source) close() error {
	if s.zstd != nil {
		s.zstd.Close()
	}
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
