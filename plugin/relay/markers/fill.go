package markers

import (
	"slices"
	"strings"
)

// Mode says what kind of text is filled.
type Mode uint8

// The modes. In Subject, line breaks of values become spaces.
const (
	HTML Mode = iota
	Text
	Subject
)

// Choice is what a slot gets.
type Choice struct {
	// Variant is the name of the chosen variant.
	Variant string
	// Content is the variant's content, a JSON object.
	Content []byte
}

// Choices are what all slots of a bundle get, by slot.
type Choices map[string]Choice

// Report says what was found in a text. Slots are named once each, in the order
// of the text.
type Report struct {
	// Filled counts marks that a choice was put in the place of.
	Filled int
	// Unknown are slots that the text names and the bundle does not have.
	Unknown []string
	// Bare are slots with blocks of which none stayed.
	Bare []string
	// Stray counts marks that have no counterpart.
	Stray int
}

// Merge adds what was found in another text of the same mail.
func (r *Report) Merge(o Report) {
	r.Filled += o.Filled
	r.Stray += o.Stray
	for _, s := range o.Unknown {
		r.Unknown = addNew(r.Unknown, s)
	}
	for _, s := range o.Bare {
		r.Bare = addNew(r.Bare, s)
	}
}

func addNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// Fill returns the text with every mark replaced.
func Fill(text string, mode Mode, choices Choices) (string, Report) {
	marks := scan(text)
	if len(marks) == 0 {
		return text, Report{}
	}
	f := filler{text: text, mode: mode, choices: choices, marks: marks, values: map[string]map[string]any{}}
	f.resolve()
	f.pair()
	f.choose()
	return f.render(), f.report
}

type filler struct {
	text    string
	mode    Mode
	choices Choices
	marks   []mark
	ends    []int             // of each opening mark: the mark that ends it, -1 for none
	stays   map[string]string // by slot: the variant whose blocks stay
	values  map[string]map[string]any
	report  Report
}

// resolve tells slots from paths: in hero.headline, hero is the slot unless the
// bundle has one named hero.headline.
func (f *filler) resolve() {
	for i := range f.marks {
		m := &f.marks[i]
		name := m.slot
		for at := len(name); at > 0; at = strings.LastIndexByte(name[:at], '.') {
			if _, ok := f.choices[name[:at]]; ok {
				m.slot, m.known = name[:at], true
				m.path = strings.TrimPrefix(name[at:], ".")
				break
			}
		}
		if !m.known {
			f.report.Unknown = addNew(f.report.Unknown, name)
		}
	}
}

// pair finds the end of each block.
func (f *filler) pair() {
	f.ends = make([]int, len(f.marks))
	var open []int
	for i := range f.marks {
		m := &f.marks[i]
		f.ends[i] = -1
		if m.kind == inline {
			continue
		}
		at := len(open) - 1
		for at >= 0 && f.marks[open[at]].slot != m.slot {
			at--
		}
		if m.kind == closing && at >= 0 {
			f.ends[open[at]] = i
			open = open[:at]
		}
		if m.kind == opening {
			if at >= 0 && at == len(open)-1 {
				f.ends[open[at]] = i
				open = open[:at]
			}
			open = append(open, i)
		}
		if m.kind == closing && at < 0 {
			f.report.Stray++
		}
	}
	for i := range f.marks {
		if f.marks[i].kind == opening && f.ends[i] < 0 {
			f.report.Stray++
		}
	}
}

// choose finds the variant whose blocks stay, for each slot that has blocks.
func (f *filler) choose() {
	f.stays = map[string]string{}
	ranks := map[string]int{}
	for i := range f.marks {
		m := &f.marks[i]
		if m.kind != opening || m.variant == "" || f.ends[i] < 0 {
			continue
		}
		rank := 0
		switch {
		case m.known && m.variant == f.choices[m.slot].Variant:
			rank = 3
		case m.variant == "else":
			rank = 2
		case m.variant == "default":
			rank = 1
		}
		if was, seen := ranks[m.slot]; !seen || rank > was {
			ranks[m.slot] = rank
			if f.stays[m.slot] = m.variant; rank == 0 {
				f.stays[m.slot] = ""
			}
		}
	}
	for i := range f.marks {
		if rank, ok := ranks[f.marks[i].slot]; ok && rank == 0 {
			f.report.Bare = addNew(f.report.Bare, f.marks[i].slot)
		}
	}
}

// render writes the text without its marks. A block that goes is jumped over.
func (f *filler) render() string {
	var out strings.Builder
	out.Grow(len(f.text))
	at := 0
	for i := 0; i < len(f.marks); i++ {
		m := &f.marks[i]
		out.WriteString(f.text[at:m.start])
		at = m.end
		if m.kind == inline {
			f.put(&out, m)
			continue
		}
		if m.kind == closing || f.ends[i] < 0 {
			continue
		}
		if f.blockStays(&out, m) {
			continue
		}
		i = f.ends[i]
		if end := &f.marks[i]; end.kind == opening {
			at = end.start
			i-- // it is looked at next
		} else {
			at = end.end
		}
	}
	out.WriteString(f.text[at:])
	return out.String()
}

// put writes a value, or what stands behind the bar.
func (f *filler) put(out *strings.Builder, m *mark) {
	if v, ok := f.value(m); ok {
		f.report.Filled++
		out.WriteString(v)
		return
	}
	out.WriteString(m.fallback)
}

// blockStays decides about a block; it may write a value in its place.
func (f *filler) blockStays(out *strings.Builder, m *mark) bool {
	if m.variant != "" {
		stays := f.stays[m.slot] == m.variant
		if stays && m.known {
			f.report.Filled++
		}
		return stays
	}
	v, ok := f.value(m)
	if ok {
		f.report.Filled++
		out.WriteString(v)
	}
	return !ok
}
