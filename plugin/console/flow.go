package console

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
)

// FlowNode is a place in a [Flow]. Nodes of a column stand below each other in
// the order given.
type FlowNode struct {
	Column int
	Name   string
	Value  float64
	Text   string // the value in words
	Tone   Tone   // Good, Warn, Bad and Quiet take a colour of their own
}

// FlowLink is a stream from one node to another, by their numbers.
type FlowLink struct {
	From, To int
	Value    float64
	Text     string
}

// Flow shows how a whole runs through a sieve: a Sankey picture. On a narrow
// screen it scrolls inside itself; its numbers stand below, folded away.
type Flow struct {
	Title, Note string
	Desc        string // what a reader should see, for those who can't
	Nodes       []FlowNode
	Links       []FlowLink
}

// The picture's measures, in units of its own.
const (
	flowWidth  = 1000.0
	flowNode   = 12.0  // width of a node
	flowLabel  = 190.0 // room for the labels of the last column
	flowTall   = 340.0 // height of the whole, without gaps
	flowGap    = 14.0
	flowPitch  = 34.0 // least distance of two labels
	flowMargin = 8.0
)

// HTML implements Part.
func (f Flow) HTML() template.HTML {
	d := drawnFlow{Flow: f}
	d.place()
	d.join()
	return part("flow", d)
}

type drawnFlow struct {
	Flow
	Height float64
	Boxes  []flowBox
	Bands  []flowBand
}

type flowBox struct {
	X, Y, W, H     float64
	LabelX, LabelY float64
	Colour         int
	Name, Text     string
}

type flowBand struct {
	Path   string
	Width  float64
	Colour int
	Title  string
}

// place gives every node its box.
func (d *drawnFlow) place() {
	columns, whole := 1, 0.0
	for _, n := range d.Nodes {
		columns = max(columns, n.Column+1)
		whole = larger(whole, n.Value)
	}
	scale := 0.0
	if whole > 0 {
		scale = flowTall / whole
	}
	step := (flowWidth - flowLabel - flowNode) / float64(max(columns-1, 1))
	next := make([]float64, columns)
	for i := range next {
		next[i] = flowMargin
	}
	d.Boxes = make([]flowBox, len(d.Nodes))
	for i, n := range d.Nodes {
		h := larger(1, n.Value*scale)
		b := flowBox{
			X: float64(n.Column) * step, Y: next[n.Column], W: flowNode, H: h, Colour: toneColour(n.Tone), Name: n.Name, Text: n.Text,
		}
		b.LabelX, b.LabelY = b.X+flowNode+6, b.Y+min(h/2, flowPitch/2)+4
		if h < flowPitch/2 {
			b.LabelY = b.Y + 11
		}
		d.Boxes[i] = b
		next[n.Column] += max(h, flowPitch) + flowGap
		d.Height = max(d.Height, next[n.Column])
	}
	d.Height += flowMargin
}

func toneColour(t Tone) int { return Bars{}.Colour(Bar{Tone: t}) }

// join draws the links: at both ends in the order of the nodes at the other.
func (d *drawnFlow) join() {
	order := make([]int, len(d.Links))
	for i := range order {
		order[i] = i
	}
	out, in := make([]float64, len(d.Nodes)), make([]float64, len(d.Nodes))
	start := make([]float64, len(d.Links))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d.Boxes[d.Links[a].To].Y, d.Boxes[d.Links[b].To].Y) })
	for _, i := range order {
		l := d.Links[i]
		start[i] = d.Boxes[l.From].Y + out[l.From]
		out[l.From] += d.thick(l)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(d.Boxes[d.Links[a].From].Y, d.Boxes[d.Links[b].From].Y)
	})
	for _, i := range order {
		l := d.Links[i]
		w := d.thick(l)
		from, to := d.Boxes[l.From], d.Boxes[l.To]
		x0, x1, y0, y1 := from.X+from.W, to.X, start[i]+w/2, to.Y+in[l.To]+w/2
		in[l.To] += w
		mid := (x0 + x1) / 2
		d.Bands = append(d.Bands, flowBand{
			Path:  fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x0, y0, mid, y0, mid, y1, x1, y1),
			Width: larger(1, w), Colour: to.Colour, Title: from.Name + " → " + to.Name + ": " + l.Text,
		})
	}
}

// thick is a link's part of its origin's box.
func (d *drawnFlow) thick(l FlowLink) float64 {
	return portion(l.Value, d.Nodes[l.From].Value) * d.Boxes[l.From].H
}

// Numbers are the links as a table.
func (d drawnFlow) Numbers() template.HTML {
	t := Table{Head: []string{"from", "to", "how many"}, Align: "llr"}
	for _, l := range d.Links {
		t.Rows = append(t.Rows, Row(d.Nodes[l.From].Name, d.Nodes[l.To].Name, l.Text))
	}
	return Details{Summary: "The numbers", Parts: []Part{t}}.HTML()
}
