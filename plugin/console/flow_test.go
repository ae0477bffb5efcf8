package console

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawFlow draws a sieve in which nobody is lost.
func drawFlow(t *rapid.T) Flow {
	f := Flow{Title: "Sieve", Nodes: []FlowNode{{Name: "all", Value: 1000, Text: "1,000"}}}
	from := []int{0}
	for column := 1; column < rapid.IntRange(2, 5).Draw(t, "columns"); column++ {
		var next []int
		left := f.Nodes[from[0]].Value
		for range rapid.IntRange(1, 12).Draw(t, "nodes") {
			v := float64(rapid.IntRange(0, int(left)).Draw(t, "value"))
			left -= v
			f.Nodes = append(f.Nodes, FlowNode{Column: column, Name: "<n>", Value: v})
			f.Links = append(f.Links, FlowLink{From: from[0], To: len(f.Nodes) - 1, Value: v})
			next = append(next, len(f.Nodes)-1)
		}
		from = next
	}
	return f
}

// Nothing overlaps, everything is within the picture, and what flows out of a
// node is as thick as what flows in.
func TestFlowFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawnFlow{Flow: drawFlow(t)}
		d.place()
		d.join()
		into := make([]float64, len(d.Nodes))
		for i, b := range d.Boxes {
			require.GreaterOrEqual(t, b.X, 0.0)
			require.LessOrEqual(t, b.X+b.W+flowLabel, flowWidth+0.01)
			require.LessOrEqual(t, b.Y+b.H, d.Height)
			for j, other := range d.Boxes[:i] {
				if d.Nodes[i].Column == d.Nodes[j].Column {
					require.GreaterOrEqual(t, b.Y, other.Y+other.H, "boxes overlap")
					require.GreaterOrEqual(t, b.LabelY-other.LabelY, 29.0, "labels overlap")
				}
			}
		}
		for _, l := range d.Links {
			into[l.To] += d.thick(l)
		}
		for i, w := range into {
			if d.Nodes[i].Column > 0 && d.Nodes[i].Value > 10 {
				require.InDelta(t, d.Boxes[i].H, w, 0.01, "what flows in is not what is there")
			}
		}
		require.Len(t, d.Bands, len(d.Links))
	})
}

// The picture is well-formed, escapes what it is told, and says its numbers.
func TestFlowHTML(t *testing.T) {
	out := string(Flow{
		Title: "Sieve", Note: "widths are people", Desc: "most are sent to", Nodes: []FlowNode{
			{Name: "audience", Value: 10, Text: "10"}, {Column: 1, Name: "<script>", Value: 9, Text: "9", Tone: Good}, {Column: 1, Name: "held", Value: 1, Text: "1", Tone: Bad},
		}, Links: []FlowLink{{0, 1, 9, "9"}, {0, 2, 1, "1"}},
	}.HTML())
	require.NotContains(t, out, "<script>")
	require.Contains(t, out, "<desc>most are sent to</desc>")
	require.Contains(t, out, "audience → held: 1")
	require.Contains(t, out, `<th scope="row" class="word">audience</th><td class="word">held</td><td class="r">1</td>`)
	svg := regexp.MustCompile(`(?s)<svg.*</svg>`).FindString(out)
	for dec := xml.NewDecoder(bytes.NewReader([]byte(svg))); ; {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "height" || a.Name.Local == "y" {
				_, err := strconv.ParseFloat(a.Value, 64)
				require.NoError(t, err, a.Value)
			}
		}
	}
	require.Contains(t, string(Flow{Title: "Sieve"}.HTML()), "There is nothing to show.")
}
