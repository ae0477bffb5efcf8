package facts

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/winnow-gate/winnow/rules/apart"
)

// scratch is what a decoder keeps between bodies.
type scratch struct {
	text []byte // text of strings that had escapes
	seen []bool // keys met, of groups with more keys than a word has bits
	lost []int  // slots that a record says were left out
	said []byte // what it says of them, in its own bytes
	// blank says that a text without content was met, whose slot is Absent like one
	// that was not given.
	blank bool
}

// maxKept is the size in bytes above which an arena is not kept for the next
// body, so that one hostile body does not hold memory for ever.
const maxKept = 1 << 20

// Reset empties the facts and gives them the slots of a layout, all Absent. It
// reuses memory: strings read from these facts before are no longer valid.
func (f *Facts) Reset(l *Layout) {
	n := len(l.fields)
	if cap(f.Slots) < n {
		f.Slots = apart.Slice[Slot](n)
	}
	f.Slots = f.Slots[:n]
	clear(f.Slots)
	f.Strs = emptied(f.Strs)
	f.Nums = emptied(f.Nums)
	f.Rows = emptied(f.Rows)
	f.text = emptied(f.text)
	f.lost, f.said, f.Barred, f.blank = f.lost[:0], nil, "", false
}

// wordKeys is how many keys of a group the decoder tells apart in a word.
const wordKeys = 64

func (f *Facts) forget(keys int) {
	if cap(f.seen) < keys {
		f.seen = make([]bool, keys)
	}
	f.seen = f.seen[:keys]
	clear(f.seen)
}

// firstRoom is the size in bytes that an arena begins with.
const firstRoom = 256

func emptied[T any](s []T) []T {
	var one T
	if s == nil || cap(s)*int(unsafe.Sizeof(one)) > maxKept {
		return apart.Slice[T](firstRoom / int(unsafe.Sizeof(one)))[:0]
	}
	return s[:0]
}

// addRow appends the cells of one item of a list of objects, all Absent.
func (f *Facts) addRow(width int) []Slot {
	n := len(f.Rows)
	f.Rows = slices.Grow(f.Rows, width)[:n+width]
	row := f.Rows[n:]
	clear(row)
	return row
}

// Clone copies the facts, texts included: the copy stays valid when the body
// changes or the original is reset.
func (f *Facts) Clone() *Facts {
	c := &Facts{
		Slots: slices.Clone(f.Slots), Strs: slices.Clone(f.Strs),
		Nums: slices.Clone(f.Nums), Rows: slices.Clone(f.Rows), Barred: strings.Clone(f.Barred),
	}
	c.lost, c.said = slices.Clone(f.lost), slices.Clone(f.said)
	size := 0
	c.texts(func(s *string) { size += len(*s) })
	c.text = make([]byte, 0, size) // never grows below: views of it stay valid
	c.texts(func(s *string) {
		from := len(c.text)
		c.text = append(c.text, *s...)
		*s = view(c.text[from:])
	})
	return c
}

func (f *Facts) texts(each func(*string)) {
	for i := range f.Slots {
		each(&f.Slots[i].Str)
	}
	for i := range f.Strs {
		each(&f.Strs[i])
	}
	for i := range f.Rows {
		each(&f.Rows[i].Str)
	}
}
