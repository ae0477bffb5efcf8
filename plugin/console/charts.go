package console

import (
	"cmp"
	"html/template"
	"math"
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
