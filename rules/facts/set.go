package facts

import (
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/rules/field"
)

// The Set methods put one value into a slot, for programs that embed the
// decision and for asking "what if": f must have been reset to this layout.
// They obey the same checks as a decoded body: a value for a field of another
// kind is WrongType, one beyond its bounds or enum is OutOfRange.

// SetNull marks the slot as given without a value.
func (l *Layout) SetNull(f *Facts, slot int) { f.Slots[slot] = Slot{State: Null} }

// SetAbsent marks the slot as not given.
func (l *Layout) SetAbsent(f *Facts, slot int) { f.Slots[slot] = Slot{} }

// SetBool sets a Bool.
func (l *Layout) SetBool(f *Facts, slot int, v bool) {
	f.Slots[slot] = Slot{State: WrongType}
	if l.specs[slot].kind == field.Bool {
		f.Slots[slot] = boolSlot(v)
	}
}

func boolSlot(v bool) Slot {
	if v {
		return Slot{State: Known, Int: 1}
	}
	return Slot{State: Known}
}

// SetInt sets an Int, or a Float to the nearest double.
func (l *Layout) SetInt(f *Facts, slot int, v int64) {
	s, dst := &l.specs[slot], &f.Slots[slot]
	switch s.kind {
	case field.Int:
		s.storeInt(dst, v)
	case field.Float:
		s.storeFloat(dst, float64(v))
	default:
		*dst = Slot{State: WrongType}
	}
}

// SetFloat sets a Float, or an Int when v is a whole number of 64 bits. An
// infinity or no number is OutOfRange.
func (l *Layout) SetFloat(f *Facts, slot int, v float64) {
	s, dst := &l.specs[slot], &f.Slots[slot]
	switch {
	case s.kind == field.Float:
		s.storeFloat(dst, v)
	case s.kind == field.Int && v >= -maxIntFloat && v < maxIntFloat && v == float64(int64(v)):
		s.storeInt(dst, int64(v))
	default:
		*dst = Slot{State: WrongType}
	}
}

// SetTime sets a Time to an instant in Unix nanoseconds.
func (l *Layout) SetTime(f *Facts, slot int, unixNano int64) {
	s, dst := &l.specs[slot], &f.Slots[slot]
	*dst = Slot{State: WrongType}
	if s.kind == field.Time {
		s.storeTime(dst, unixNano)
	}
}

// SetString sets a String or ID. Text with NUL or invalid UTF-8 is WrongType.
func (l *Layout) SetString(f *Facts, slot int, v string) {
	s, dst := &l.specs[slot], &f.Slots[slot]
	*dst = Slot{State: WrongType}
	if s.kind.Textual() && clean(v) {
		s.storeString(dst, v)
	}
}

// SetStrings sets a list of String or ID. The items of the list it replaces
// stay in f until f is reset.
func (l *Layout) SetStrings(f *Facts, slot int, items []string) {
	s, dst := &l.specs[slot], &f.Slots[slot]
	*dst = Slot{State: WrongType}
	if s.item == nil || !s.item.kind.Textual() {
		return
	}
	start, fault := f.open(s), Known
	if len(items) > field.MaxListItems {
		fault = OutOfRange
	}
	for i := 0; i < len(items) && fault == Known; i++ {
		item := Slot{State: WrongType}
		if clean(items[i]) {
			s.item.storeString(&item, items[i])
		}
		fault = f.addItem(s.item, item)
	}
	*dst = f.closeList(s, start, len(items), fault)
}

// SetText sets a slot of any kind but a list of objects from text, as CSV files
// and platforms that send only strings write it. Space around it is dropped.
//
//   - Blank text is Absent.
//   - Bool takes true, false, yes, no, 1 and 0, in any case.
//   - Int and Float take numbers as JSON writes them.
//   - Time takes what a body's strings may say, and Unix times of at least nine
//     characters: fewer are too easily a year or a date without hyphens.
//   - A list is cut at each ";", or at each "," when it has no ";"; blank items
//     are dropped.
//
// Other text is WrongType.
func (l *Layout) SetText(f *Facts, slot int, text string) {
	f.setText(&l.specs[slot], &f.Slots[slot], text, clean(text))
}

// setText is SetText; ok says whether the text may be a value at all.
func (f *Facts) setText(s *spec, dst *Slot, text string, ok bool) {
	if !isTrimmed(text) {
		text = strings.TrimSpace(text)
	}
	switch {
	case !ok || s.row != nil:
		*dst = Slot{State: WrongType}
	case text == "":
		*dst, f.blank = Slot{}, true
	case s.item != nil:
		*dst = f.listText(s, text)
	default:
		s.storeText(dst, text)
	}
}

// isTrimmed reports whether a text surely is neither empty nor has space around it:
// nearly always.
func isTrimmed(text string) bool {
	return text != "" && isGraphic(text[0]) && isGraphic(text[len(text)-1])
}

// isGraphic tells of a byte that it is a character which is no space.
func isGraphic(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

func (f *Facts) listText(s *spec, text string) Slot {
	sep := ","
	if strings.Contains(text, ";") {
		sep = ";"
	}
	start, n, fault := f.open(s), 0, Known
	for more := true; more && fault == Known; {
		var word string
		word, text, more = strings.Cut(text, sep)
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if n++; n > field.MaxListItems {
			fault = OutOfRange
			break
		}
		var item Slot
		s.item.storeText(&item, word)
		fault = f.addItem(s.item, item)
	}
	return f.closeList(s, start, n, fault)
}

// shortestUnixText leaves out texts of up to eight digits, such as 20240131.
const shortestUnixText = 9

// storeText stores a single value from text that is clean and not blank.
func (s *spec) storeText(dst *Slot, text string) {
	switch s.kind {
	case field.String, field.ID:
		s.storeString(dst, text)
		return
	case field.Bool:
		*dst = parseBool(text)
		return
	case field.Time:
		if ns, state := parseTime(text); state != WrongType {
			if *dst = (Slot{State: state}); state == Known {
				s.storeTime(dst, ns)
			}
			return
		}
		if len(text) < shortestUnixText {
			*dst = Slot{State: WrongType}
			return
		}
	}
	n, end := parseNumber(bytesOf(text), 0)
	if end != len(text) {
		*dst = Slot{State: WrongType}
		return
	}
	s.storeNumber(dst, n, bytesOf(text))
}

func parseBool(text string) Slot {
	switch text { // as nearly everybody writes them
	case "true":
		return boolSlot(true)
	case "false":
		return boolSlot(false)
	}
	for _, yes := range [...]string{"true", "yes", "1"} {
		if strings.EqualFold(text, yes) {
			return boolSlot(true)
		}
	}
	for _, no := range [...]string{"false", "no", "0"} {
		if strings.EqualFold(text, no) {
			return boolSlot(false)
		}
	}
	return Slot{State: WrongType}
}
