package console

import (
	"bytes"
	"encoding/xml"
	"flag"
	"html/template"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files")

// gallery has every part, with a text that tries to be markup.
func gallery() Page {
	const rude = `<script>alert("x")</script>`
	return Page{
		Title: "Gallery " + rude, Lead: "Every part there is.", Foot: "Made for a test.",
		Sections: []Section{
			{Title: "Words", Lead: rude, Parts: []Part{
				Text("A paragraph. " + rude), Heading("A heading"),
				Bullets{"one", rude},
				Badge{"held", Bad},
				Code("when: a < b\n" + rude),
				Facts{{"Customers", "23,570"}, {"From", "1997-01-01"}},
				Details{"More", []Part{Text("folded")}},
				Tiles{{"Customers", "23,570", "all of them"}, {"Money", "2,500,315.63 USD", ""}},
			}},
			{Title: "Numbers", Parts: []Part{
				Table{
					Caption: "Segments", Note: "a note", Head: []string{"segment", "customers"}, Align: "lr",
					Rows: [][]Cell{Row("Champions", "1,234"), {{Text: rude}, {Text: "56", Tone: Warn}}, {{Part: Badge{"new", Good}}, {}}}, Foot: Row("all", "1,290"),
				},
			}},
			{Title: "Pictures", Parts: []Part{
				Bars{Title: "Bars", Bars: []Bar{{Label: rude, Value: 10, Text: "10"}, {Label: "less than nothing", Value: -3, Text: "-3", Tone: Bad}}},
				Heat{Caption: "Heat", Corner: "recency ↓ frequency →", Rows: []string{"R2", "R1"}, Columns: []string{"F1", "F2"}, Cells: [][]HeatCell{
					{{Value: 100, Text: "100", Lines: []string{"12 %"}}, {Value: 1, Text: "1"}}, {{Value: 25, Text: "25", Title: rude}, {}},
				}},
				Curve{
					Title: "Pareto", XLabel: "customers", XTicks: []Tick{{0, "0 %"}, {0.5, "50 %"}, {1, "100 %"}}, YTicks: []Tick{{0, "0 %"}, {1, "100 %"}},
					Lines: []Line{{Name: "value", Points: []Point{{0, 0}, {0.2, 0.8}, {math.NaN(), 1}, {1, 1}}}, {Name: "even", Points: []Point{{0, 0}, {1, 1}}, Mark: true}},
					Table: &Table{Head: []string{"customers", "value"}, Rows: [][]Cell{Row("20 %", "80 %")}},
				},
				Curve{Title: "Nothing"},
				Flow{
					Title: "Flow", Nodes: []FlowNode{
						{0, "valuable-city-customer", 100, "100 (100.0%)", Plain},
						{1, "vanished-store-buyers…", 40, "40 (40.0%)", Bad},
						{1, "interest-and-languages", 59, "59 (59.0%)", Warn},
						{1, "hardly anybody", 1, "1 (1.0%)", Quiet},
						{2, "outside: service-areas", 99, "99 (99.0%)", Good},
					},
					Links: []FlowLink{{0, 1, 40, "40"}, {0, 2, 59, "59"}, {0, 3, 1, "1"}, {1, 4, 40, "40"}, {2, 4, 59, "59"}},
				},
				Flow{Title: "Nothing flows"},
			}},
			{Title: "Pictures", Parts: []Part{Text("Two sections may have one name.")}},
		},
	}
}

func TestGolden(t *testing.T) {
	got := gallery().Render()
	require.Equal(t, got, gallery().Render(), "the same page renders to the same bytes")
	const name = "testdata/gallery.html"
	if *update {
		require.NoError(t, os.WriteFile(name, got, 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run the test with -update and look at the page in a browser")
}

// A page asks nobody for anything, and no text becomes markup.
func TestSelfContained(t *testing.T) {
	page := string(gallery().Render())
	require.NotContains(t, page, "<script>")
	require.NotRegexp(t, `(?i)(src|href|action|data)\s*=\s*"(https?:)?//`, page)
	require.NotRegexp(t, `(?i)@import|url\(`, page)
	require.NotRegexp(t, `(?i)\son[a-z]+\s*=`, page)
	require.Contains(t, page, `content="default-src 'none'; style-src 'unsafe-inline'`)
	require.NotContains(t, page, "ZgotmplZ")
	seen := map[string]bool{}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "id" {
				require.False(t, seen[a.Val], "the id %s is there twice", a.Val)
				seen[a.Val] = true
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "#") {
				require.Contains(t, page, `id="`+a.Val[1:]+`"`)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	doc, err := html.Parse(strings.NewReader(page))
	require.NoError(t, err)
	walk(doc)
	require.Len(t, seen, 4)
}

// Every picture that isn't hidden from screen readers has a name, and the parts
// are well-formed.
func TestPicturesHaveNames(t *testing.T) {
	pictures := 0
	for _, s := range gallery().Sections {
		for _, p := range s.Parts {
			markup := string(p.HTML())
			require.NoError(t, wellFormed(markup), markup)
			for _, svg := range regexp.MustCompile(`<svg[^>]*role="img"[^>]*>.{0,7}`).FindAllString(markup, -1) {
				pictures++
				require.True(t, strings.HasSuffix(svg, "<title>"), svg)
			}
		}
	}
	require.Equal(t, 2, pictures, "a curve and a flow")
}

func wellFormed(markup string) error {
	d := xml.NewDecoder(strings.NewReader("<div>" + markup + "</div>"))
	d.Entity = xml.HTMLEntity
	for {
		if _, err := d.Token(); err != nil {
			if err.Error() == "EOF" {
				return nil
			}
			return err
		}
	}
}

// Text is readable in each scheme: 4.5 to 1 for text, 3 to 1 for what pictures
// are drawn with (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	css, err := files.ReadFile("style.css")
	require.NoError(t, err)
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllSubmatch(css, -1)
	require.Len(t, schemes, 3, "light, dark and print")
	for i, scheme := range schemes {
		c := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+): #(\w{6})`).FindAllSubmatch(scheme[1], -1) {
			c[string(m[1])] = luminance(t, string(m[2]))
		}
		need := func(fore, back string, ratio float64) {
			a, b := c[fore]+0.05, c[back]+0.05
			require.GreaterOrEqual(t, max(a, b)/min(a, b), ratio, "scheme %d: %s on %s", i, fore, back)
		}
		for _, fore := range []string{"ink", "muted", "link", "good", "warn", "bad"} {
			need(fore, "paper", 4.5)
			need(fore, "panel", 4.5)
		}
		for n := range series {
			need("c"+strconv.Itoa(n+1), "paper", 3)
			need("c"+strconv.Itoa(n+1), "panel", 3)
			need("t"+strconv.Itoa(n), "h"+strconv.Itoa(n), 4.5)
		}
	}
	require.Equal(t, string(schemes[0][1][strings.Index(string(schemes[0][1]), "--paper"):len(schemes[0][1])-1]),
		dedent(schemes[2][1][strings.Index(string(schemes[2][1]), "--paper"):len(schemes[2][1])-3]), "print is light")
}

func dedent(b []byte) string { return string(bytes.ReplaceAll(b, []byte("\n    "), []byte("\n  "))) }

func luminance(t *testing.T, hex string) float64 {
	n, err := strconv.ParseUint(hex, 16, 32)
	require.NoError(t, err)
	linear := func(v uint64) float64 {
		if s := float64(v&255) / 255; s > 0.04045 {
			return math.Pow((s+0.055)/1.055, 2.4)
		} else {
			return s / 12.92
		}
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func TestShares(t *testing.T) {
	b := Bars{Bars: []Bar{{Value: 10}, {Value: -4}, {Value: math.NaN()}}}
	require.Equal(t, []float64{1, 0, 0}, []float64{b.Share(10), b.Share(-4), b.Share(math.NaN())})
	require.Equal(t, 0.0, Bars{}.Share(3))
	h := Heat{Max: 100}
	require.Equal(t, []int{0, 1, 3, 5, 5}, []int{h.Level(0), h.Level(1), h.Level(25), h.Level(100), h.Level(1e9)})
	require.Equal(t, template.HTML("<p>a &lt; b</p>"), Text("a < b").HTML())
}
