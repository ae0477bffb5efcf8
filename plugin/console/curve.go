package console

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Point is a point of a [Line].
type Point struct {
	X, Y float64
}

// Line is a line of a [Curve]; Mark draws it dashed, for a limit or a comparison.
type Line struct {
	Name   string
	Points []Point
	Mark   bool
}

// Tick is a place on an axis.
type Tick struct {
	At   float64
	Text string
}

// Curve shows lines over two axes, which run from the first tick to the last;
// without ticks, over the extent of the points.
type Curve struct {
	Title, Note    string
	Desc           string // what a reader should see, for those who can't
	XLabel         string
	XTicks, YTicks []Tick
	Lines          []Line
	Table          *Table // the numbers, folded away below
}

// drawn is a curve with its axes settled.
type drawn struct {
	Curve
	x0, x1, y0, y1 float64
}

// drawnLine is a line in the units of the picture.
type drawnLine struct {
	Colour int
	Mark   bool
	Points string
}

// HTML implements Part.
func (c Curve) HTML() template.HTML {
	d := drawn{Curve: c}
	d.x0, d.x1 = extent(c.XTicks, c.Lines, func(p Point) float64 { return p.X })
	d.y0, d.y1 = extent(c.YTicks, c.Lines, func(p Point) float64 { return p.Y })
	return part("curve", d)
}

func extent(ticks []Tick, lines []Line, of func(Point) float64) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, t := range ticks {
		from, to = min(from, t.At), max(to, t.At)
	}
	if len(ticks) == 0 {
		for _, l := range lines {
			for _, p := range l.Points {
				from, to = min(from, of(p)), max(to, of(p))
			}
		}
	}
	if !(to > from) {
		return from, from + 1
	}
	return from, to
}

// ShareX and ShareY are places on the axes, 0 to 1; what lies outside is at the
// edge, so that no line leaves the picture.
func (d drawn) ShareX(v float64) float64 { return portion(v-d.x0, d.x1-d.x0) }

// ShareY is the height of a value, 0 to 1 from below.
func (d drawn) ShareY(v float64) float64 { return portion(v-d.y0, d.y1-d.y0) }

// X is a place in the picture, which is 1000 wide.
func (d drawn) X(v float64) string { return fmt.Sprintf("%.1f", 1000*d.ShareX(v)) }

// Y is a place in the picture, which is 1000 high, from above.
func (d drawn) Y(v float64) string { return fmt.Sprintf("%.1f", 1000*(1-d.ShareY(v))) }

// TextY is where the text of a tick stands, in pixels.
func (d drawn) TextY(v float64) string { return fmt.Sprintf("%.1f", 14+226*(1-d.ShareY(v))) }

// Empty reports whether there is no point to draw.
func (d drawn) Empty() bool {
	for _, l := range d.Curve.Lines {
		if len(l.Points) > 0 {
			return false
		}
	}
	return true
}

// Key reports whether the lines need a key.
func (d drawn) Key() bool { return len(d.Curve.Lines) > 1 }

// Names are the names of the lines.
func (d drawn) Names() []string {
	var out []string
	for _, l := range d.Curve.Lines {
		out = append(out, l.Name)
	}
	return out
}

// Describe says what the picture shows.
func (d drawn) Describe() string {
	if d.Desc != "" {
		return d.Desc
	}
	var out []string
	for _, l := range d.Curve.Lines {
		if n := len(l.Points); n > 0 {
			out = append(out, fmt.Sprintf("%s from %.4g at %.4g to %.4g at %.4g", l.Name, l.Points[0].Y, l.Points[0].X, l.Points[n-1].Y, l.Points[n-1].X))
		}
	}
	return strings.Join(out, "; ")
}

// Lines are the lines as drawn. Points that are no numbers are left out.
func (d drawn) Lines() []drawnLine {
	var out []drawnLine
	for i, l := range d.Curve.Lines {
		var b strings.Builder
		for _, p := range l.Points {
			if !math.IsNaN(p.X + p.Y) {
				fmt.Fprintf(&b, "%s,%s ", d.X(p.X), d.Y(p.Y))
			}
		}
		out = append(out, drawnLine{colour(i), l.Mark, strings.TrimSpace(b.String())})
	}
	return out
}
