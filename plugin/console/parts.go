package console

import (
	"cmp"
	"html/template"
	"strings"
)

// Tone colours a word that says the same without colour.
type Tone string

// The tones; the zero value is ordinary text.
const (
	Plain Tone = ""
	Good  Tone = "good"
	Warn  Tone = "warn"
	Bad   Tone = "bad"
	Quiet Tone = "quiet"
)

// Text is a paragraph.
type Text string

// HTML implements Part.
func (t Text) HTML() template.HTML { return part("text", string(t)) }

// Heading is a heading within a section.
type Heading string

// HTML implements Part.
func (h Heading) HTML() template.HTML { return part("heading", string(h)) }

// Bullets is a list.
type Bullets []string

// HTML implements Part.
func (b Bullets) HTML() template.HTML { return part("bullets", []string(b)) }

// Badge is a word in a frame; as a part, or in a [Cell].
type Badge struct {
	Text string
	Tone Tone
}

// HTML implements Part.
func (b Badge) HTML() template.HTML { return part("badge", b) }

// Tile is one number that matters.
type Tile struct {
	Label, Value, Note string
}

// Tiles are the numbers that a reader wants first.
type Tiles []Tile

// HTML implements Part.
func (t Tiles) HTML() template.HTML { return part("tiles", []Tile(t)) }

// Fact is a name and what it is.
type Fact struct {
	Name, Value string
}

// Facts is a list of names and what they are.
type Facts []Fact

// HTML implements Part.
func (f Facts) HTML() template.HTML { return part("facts", []Fact(f)) }

// Cell is a cell of a table: text, or a part where text is not enough.
type Cell struct {
	Text string
	Tone Tone
	Part Part
}

// Row makes a row of plain texts.
func Row(texts ...string) []Cell {
	out := make([]Cell, len(texts))
	for i, t := range texts {
		out[i].Text = t
	}
	return out
}

// Table is a table. A wide one scrolls inside itself; a page leaves out columns
// that are empty in every row.
type Table struct {
	Caption, Note string
	Head          []string
	// Align is a letter a column, l or r; missing ones are l. Numbers go right.
	Align string
	Rows  [][]Cell
	Foot  []Cell // a last row with the sums
}

// HTML implements Part.
func (t Table) HTML() template.HTML { return part("table", t.lean()) }

// Right reports whether a column is set to the right.
func (t Table) Right(column int) bool { return column < len(t.Align) && t.Align[column] == 'r' }

// Names reports whether a column names the rows: the first, unless it counts.
func (t Table) Names(column int) bool { return column == 0 && !t.Right(0) }

// Name is what a screen reader calls the table.
func (t Table) Name() string { return cmp.Or(t.Caption, strings.Join(t.Head, ", "), "Table") }

// Class is how a cell is set: to the right; a word, such as an id, and what is no
// longer than one, in one line; a long text with room, as on a phone it would stand
// a word a line.
func (t Table) Class(column int, c Cell) string {
	switch {
	case t.Right(column):
		return "r"
	case len(c.Text) > 32:
		return "long"
	case len(c.Text) <= 14, len(c.Text) <= 26 && !strings.Contains(c.Text, " "):
		return "word"
	}
	return ""
}

// Code is text as it stands in a file.
type Code string

// HTML implements Part.
func (c Code) HTML() template.HTML { return part("code", string(c)) }

// Details is folded away until the reader asks for it.
type Details struct {
	Summary string
	Parts   []Part
}

// HTML implements Part.
func (d Details) HTML() template.HTML { return part("details", d) }
