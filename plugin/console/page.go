package console

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
)

// Part is a piece of a page. Whoever implements it escapes what it writes.
type Part interface {
	HTML() template.HTML
}

// Page is a document. The same page always renders to the same bytes.
type Page struct {
	Title string
	Lead  string // a sentence or two below the title
	Lang  string // of the text, as BCP 47; empty is en
	// Sections follow each other; from four on, links to them come first.
	Sections []Section
	Foot     string // small print: what it was made from, and when
}

// Section is a part of a page with a heading of its own.
type Section struct {
	Title string
	Lead  string
	Parts []Part
}

//go:embed page.html parts.html flow.html style.css
var files embed.FS

var templates = sync.OnceValue(func() *template.Template {
	style, err := files.ReadFile("style.css")
	if err != nil {
		panic("console: " + err.Error()) // it is compiled in
	}
	return template.Must(template.New("").Funcs(template.FuncMap{
		"style":  func() template.CSS { return template.CSS(style) },
		"colour": colour,
		"pct":    func(share float64) string { return fmt.Sprintf("%.2f%%", 100*share) },
	}).ParseFS(files, "*.html"))
})

// Render writes the page as HTML.
func (p Page) Render() []byte {
	if p.Lang == "" {
		p.Lang = "en"
	}
	return execute("page", struct {
		Page
		IDs []string
	}{p, anchors(p.Sections)})
}

// execute can fail only by a mistake in a template, which every test of it shows.
func execute(name string, data any) []byte {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, data); err != nil {
		panic("console: " + err.Error())
	}
	return b.Bytes()
}

func part(name string, data any) template.HTML { return template.HTML(execute(name, data)) }

// anchors are the names by which links reach the sections.
func anchors(sections []Section) []string {
	used := map[string]bool{}
	out := make([]string, len(sections))
	for i, s := range sections {
		id := slug(s.Title)
		if id == "" || used[id] {
			id = fmt.Sprintf("section-%d", i+1)
		}
		used[id] = true
		out[i] = id
	}
	return out
}

func slug(title string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "-")
}
