package console

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"strings"
)

// series is how many colours there are; the seventh series has the first again.
const series = 6

func colour(i int) int { return i%series + 1 }

// portion is part of whole within 0 to 1; nothing sensible is 0.
func portion(part, whole float64) float64 {
	if s := part / whole; s > 0 && whole > 0 {
		return min(s, 1)
	}
	return 0
}

// larger is max, but for values that are no numbers.
func larger(a, b float64) float64 {
	if b > a {
		return b
	}
	return a
}

// Bar is a line of [Bars].
type Bar struct {
	Label string
	Value float64
	Text  string // the value in words
	Note  string
	Tone  Tone // Good, Warn and Bad take a colour of their own
}

// Bars compares values from zero. Values below zero have no bar.
type Bars struct {
	Title, Note string
	Max         float64 // of the axis; 0 is the largest value
	Bars        []Bar
}

// HTML implements Part.
func (b Bars) HTML() template.HTML { return part("bars", b) }

// Share is the length of a bar, 0 to 1.
func (b Bars) Share(v float64) float64 {
	most := b.Max
	if most == 0 {
		for _, bar := range b.Bars {
			most = larger(most, bar.Value)
		}
	}
	return portion(v, most)
}

// Colour is the number of a bar's colour.
func (Bars) Colour(b Bar) int {
	switch b.Tone {
	case Good:
		return 3
	case Warn:
		return 2
	case Bad:
		return 5
	case Quiet:
		return 6
	}
	return 1
}

// StackBar is a line of [Stack]: a value for each of its names.
type StackBar struct {
	Label  string
	Values []float64
	Texts  []string // the values in words
	Text   string   // the whole in words
}

// Stack shows how wholes divide.
type Stack struct {
	Title, Note string
	Names       []string
	Bars        []StackBar
	// Absolute draws the bars to one scale; otherwise each fills the width.
	Absolute bool
}

// HTML implements Part.
func (s Stack) HTML() template.HTML { return part("stack", s) }

// Piece is a drawn piece of a stacked bar, as shares of the width.
type Piece struct {
	From, Share float64
	Colour      int
	Title       string
}

// Pieces are the drawn pieces of a bar.
func (s Stack) Pieces(b StackBar) []Piece {
	whole := total(b.Values)
	if s.Absolute {
		for _, other := range s.Bars {
			whole = max(whole, total(other.Values))
		}
	}
	var out []Piece
	from := 0.0
	for i, v := range b.Values {
		p := portion(v, whole)
		if p == 0 {
			continue
		}
		out = append(out, Piece{from, p, colour(i), s.name(i) + ": " + b.text(i)})
		from += p
	}
	return out
}

func total(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += larger(0, v)
	}
	return sum
}

func (s Stack) name(i int) string {
	if i < len(s.Names) {
		return s.Names[i]
	}
	return fmt.Sprint(i + 1)
}

func (b StackBar) text(i int) string {
	if i < len(b.Texts) {
		return b.Texts[i]
	}
	return fmt.Sprint(b.Values[i])
}

// Alternative says in words what the bar shows.
func (s Stack) Alternative(b StackBar) string {
	var out []string
	for i := range b.Values {
		out = append(out, s.name(i)+" "+b.text(i))
	}
	return strings.Join(out, " · ")
}

// HeatCell is a cell of [Heat].
type HeatCell struct {
	Value float64
	Text  string
	Lines []string // smaller lines below the text
	Title string   // shown on pointing
}

// Heat is a grid whose cells are darker, the larger their value is. Every cell
// says its value too.
type Heat struct {
	Caption, Note string
	Corner        string // names the two axes
	Rows, Columns []string
	Cells         [][]HeatCell
	Max           float64 // of the scale; 0 is the largest value
}

// HTML implements Part.
func (h Heat) HTML() template.HTML { return part("heat", h) }

// Name is what a screen reader calls the grid.
func (h Heat) Name() string { return cmp.Or(h.Caption, h.Corner, "Table") }

// Level is how dark a cell is, 0 to 5. The root spreads small values out: counts
// of people are mostly small with a few large ones.
func (h Heat) Level(v float64) int {
	most := h.Max
	if most == 0 {
		for _, row := range h.Cells {
			for _, c := range row {
				most = larger(most, c.Value)
			}
		}
	}
	return int(math.Ceil(5 * math.Sqrt(portion(v, most))))
}
