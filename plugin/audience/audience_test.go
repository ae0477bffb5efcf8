package audience_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/audience"
)

// read is all rows of a text, each as "line: body" or "line! error", and the
// error at the end.
func read(t testing.TB, in io.Reader, o audience.Options) (rows []string, err error) {
	t.Helper()
	r, err := audience.New(in, o)
	if err != nil {
		return nil, err
	}
	defer func() { require.NoError(t, r.Close()) }()
	for {
		row, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return rows, err
		case row.Err != nil:
			require.Nil(t, row.Body)
			rows = append(rows, fmt.Sprintf("%d! %v", row.Line, row.Err))
		default:
			rows = append(rows, fmt.Sprintf("%d: %s", row.Line, row.Body))
		}
	}
}

func TestWhatAFileMayBe(t *testing.T) {
	id := func(n int, id string) string { return fmt.Sprintf(`%d: {"contact":{"id":"%s"}}`, n, id) }
	long := strings.Repeat("x", 3000)
	quote := `! a quote is wrong: a value in "quotes" ends at its closing quote, and quotes within it are doubled`
	for name, c := range map[string]struct {
		in   string
		o    audience.Options
		want []string
	}{
		"lines":                             {in: "id\na\nb\n", want: []string{id(2, "a"), id(3, "b")}},
		"no end to the last line":           {in: "id\na\nb", want: []string{id(2, "a"), id(3, "b")}},
		"line ends, mixed":                  {in: "id\r\na\rb\nc\r\n\r\nd\r", want: []string{id(2, "a"), id(3, "b"), id(4, "c"), id(6, "d")}},
		"byte-order mark":                   {in: "\xef\xbb\xbfid\na\n", want: []string{id(2, "a")}},
		"only a header":                     {in: "id\n"},
		"only a header without an end":      {in: "id"},
		"blank lines":                       {in: "\n\nid\n\n \na\n", want: []string{id(6, "a")}},
		"too few and too many":              {in: "id,x\na\nb,c\nd,e,f\ng,h,,\n", want: []string{"2! the row has 1 of the header's 2 columns", id(3, "b"), "4! the row has 3 columns, the header has 2", id(5, "g")}},
		"quotes":                            {in: "id,x\n\"a \"\"b\"\", c\",1\nd\"e,1\n", want: []string{id(2, `a \"b\", c`), id(3, `d\"e`)}},
		"a line end within quotes":          {in: "id,x\n\"a\r\nb\",1\nc,1\n", want: []string{id(2, `a\u000d\u000ab`), id(4, "c")}},
		"text behind a quote":               {in: "id\n\"a\"b\nc\n", want: []string{"2" + quote, id(3, "c")}},
		"a quote that never closes":         {in: "id,x\n\"a,1\nb,1\nc,1\n", want: []string{"2" + quote, id(3, "b"), id(4, "c")}},
		"a quote that closes wrongly":       {in: "id,x\n\"a,1\nb,1\n\"c\",1\nd,1\n", want: []string{"2" + quote, id(3, "b"), id(4, "c"), id(5, "d")}},
		"not UTF-8":                         {in: "id\n\xe9\na\n", want: []string{"2! the text is not UTF-8: if all rows say so, name the encoding (windows-1252, windows-1250, iso-8859-1 …)", id(3, "a")}},
		"an older encoding":                 {in: "id\n\xb3\n", o: audience.Options{Encoding: "windows-1250"}, want: []string{id(2, "ł")}},
		"UTF-16":                            {in: "\xff\xfei\x00d\x00\n\x00a\x00\n\x00", want: []string{id(2, "a")}},
		"semicolons":                        {in: "id;city\na;b,c\n", want: []string{`2: {"contact":{"city":"b,c","id":"a"}}`}},
		"a line that is too long":           {in: "id\n" + long + "\na\n" + long, o: audience.Options{MaxRow: 1000}, want: []string{"2! the row has more than 1000 bytes", id(3, "a"), "4! the row has more than 1000 bytes"}},
		"a quoted row that is too long":     {in: "id,x\n\"" + strings.Repeat("x\n", 2000) + "\",\na,\n", o: audience.Options{MaxRow: 100}, want: nil},
		"NDJSON":                            {in: "{\"contact\":{\"id\":1}}\r\n\n {} \n", want: []string{`1: {"contact":{"id":1}}`, "3: {}"}},
		"a line of NDJSON that is too long": {in: "{}\n{\"" + long + "\"}\n{}", o: audience.Options{MaxRow: 1000}, want: []string{"1: {}", "2! the row has more than 1000 bytes", "3: {}"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, block := range []int{0, 1, 7, 64} {
				for _, in := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
					c.o.BlockSize = block
					rows, err := read(t, in, c.o)
					require.NoError(t, err)
					if name == "a quoted row that is too long" { // its lines are rows then; what follows is whole
						require.Equal(t, id(2003, "a"), rows[len(rows)-1])
						continue
					}
					require.Equal(t, c.want, rows, "blocks of %d", block)
				}
			}
		})
	}
}

func TestFilesThatAreNoAudience(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "the file is empty",
		"\xef\xbb\xbf":                     "the file is empty",
		"\n\n":                             "the file is empty",
		"[{}]":                             "this is one JSON array, not a contact a line",
		"colour,size\nred,1\n":             "no column is the contact's id or address",
		"i\x00d\x00":                       "the header holds NUL bytes",
		"id\xff\n":                         "the text is not UTF-8",
		"\"id\n":                           "a quote is wrong",
		"\x1f\x8b":                         "this is not a whole gzip file",
		"id," + strings.Repeat("x", 2<<20): "the header has more than",
	} {
		_, err := read(t, strings.NewReader(in), audience.Options{})
		require.ErrorContains(t, err, want, "%.20q", in)
	}
}

func packed(t testing.TB, kind, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if kind == "zstd" {
		z, err := zstd.NewWriter(&out)
		require.NoError(t, err)
		w = z
	}
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestPackedFilesAndThoseCutShort(t *testing.T) {
	text, want := "id\n", []string{}
	for i := range 20000 {
		text += fmt.Sprintf("c%d\n", i*7919%100000)
		want = append(want, fmt.Sprintf(`%d: {"contact":{"id":"c%d"}}`, i+2, i*7919%100000))
	}
	for _, kind := range []string{"gzip", "zstd"} {
		all := packed(t, kind, text)
		rows, err := read(t, bytes.NewReader(all), audience.Options{})
		require.NoError(t, err)
		require.Equal(t, want, rows)
		rows, err = read(t, bytes.NewReader(all[:len(all)/2]), audience.Options{BlockSize: 100})
		require.ErrorContains(t, err, "the input can't be read beyond byte", kind)
		require.ErrorContains(t, err, "the packed file is cut short", kind)
		require.Equal(t, append([]string(nil), want[:len(rows)]...), rows, "whole rows only")
		if kind == "gzip" {
			require.NotEmpty(t, rows)
		}
	}
}

// However a file is cut into blocks, and wherever reading goes on, the rows are
// the same.
func TestBlocksDoNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b,c", ",", "\"", "\"\"", "\n", "\r\n", "\r", "x\"y", "\"q,\n\"", "0123456789012345"}))
		text := "id,x\n" + strings.Join(pieces.Draw(t, "text"), "")
		limit := rapid.IntRange(8, 40).Draw(t, "limit")
		o := audience.Options{Format: audience.CSV, MaxRow: limit, Mapping: &audience.Mapping{Separator: ",", Columns: []audience.Column{{Name: "id", Field: "contact.id"}}}}
		whole, err := all(text, o, nil)
		if err != nil {
			t.Fatal(err)
		}
		o.BlockSize = rapid.IntRange(1, 50).Draw(t, "block")
		var places []audience.Place
		cut, err := all(text, o, &places)
		if err != nil || !equal(whole, cut) {
			t.Fatalf("%v\n%q\n%q", err, whole, cut)
		}
		if len(places) == 0 {
			return
		}
		at := rapid.SampledFrom(places).Draw(t, "place")
		r, err := audience.New(strings.NewReader(text), o)
		if err == nil {
			err = r.Seek(at)
		}
		if err != nil {
			t.Fatal(err)
		}
		rest, err := rowsOf(r)
		if err != nil || len(rest) > len(cut) || !equal(cut[len(cut)-len(rest):], rest) {
			t.Fatalf("from %v: %v\n%q\n%q", at, err, cut, rest)
		}
	})
}

func equal(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func all(text string, o audience.Options, places *[]audience.Place) ([]string, error) {
	r, err := audience.New(strings.NewReader(text), o)
	if err != nil {
		return nil, err
	}
	if places == nil {
		return rowsOf(r)
	}
	var out []string
	for scan, b := r.NewScanner(), (&audience.Block{}); ; {
		err := r.Read(b)
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		*places = append(*places, b.End)
		scan.Reset(b)
		for row := (audience.Row{}); scan.Next(&row); {
			out = append(out, show(row))
		}
	}
}

func rowsOf(r *audience.Reader) ([]string, error) {
	var out []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out = append(out, show(row))
	}
}

func show(row audience.Row) string { return fmt.Sprintf("%d %q %v", row.Line, row.Body, row.Err) }
