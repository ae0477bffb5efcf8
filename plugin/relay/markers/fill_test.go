package markers_test

import (
	"html"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/winnow-gate/winnow/plugin/relay/markers"
)

func choices() markers.Choices {
	return markers.Choices{
		"hero":      {Variant: "vip", Content: []byte(`{"headline":"Yours <b> & first","text":"plain","n":3,"ok":true,"cta":{"url":"https://x.test/?a=1&b=2"},"list":[1],"box_html":"<b>bold</b>"}`)},
		"hero.side": {Variant: "none", Content: []byte(`{}`)},
		"offer":     {Variant: "big", Content: []byte(`{"html":"<p>ten</p>","text":"ten"}`)},
	}
}

func TestFill(t *testing.T) {
	const html, text, subject = markers.HTML, markers.Text, markers.Subject
	for _, c := range []struct {
		name string
		mode markers.Mode
		in   string
		want string
	}{
		{"no mark", html, "<p>winnow: nothing [[here]] <!-- winnow --></p>", "<p>winnow: nothing [[here]] <!-- winnow --></p>"},
		{"value, escaped", html, "<h1>[[winnow:hero.headline|Hi]]</h1>", "<h1>Yours &lt;b&gt; &amp; first</h1>"},
		{"value in text", text, "[[winnow:hero.headline|Hi]]", "Yours <b> & first"},
		{"number and bool", text, "[[winnow:hero.n]] [[winnow:hero.ok]]", "3 true"},
		{"nested value in a link", html, `<a href="[[winnow:hero.cta.url|https://x.test]]">`, `<a href="https://x.test/?a=1&amp;b=2">`},
		{"list gives way", html, "[[winnow:hero.list|none]]", "none"},
		{"missing value gives way", html, "[[winnow:hero.nothing|<i>else</i>]]", "<i>else</i>"},
		{"missing value and nothing else", html, "a[[winnow:hero.nothing]]b", "ab"},
		{"html as written", html, "[[winnow:hero.box_html]]", "<b>bold</b>"},
		{"html is for HTML", text, "[[winnow:hero.box_html|bold]]", "bold"},
		{"slot alone takes html", html, "[[winnow:offer|x]]", "<p>ten</p>"},
		{"slot alone takes text", text, "[[winnow:offer|x]]", "ten"},
		{"longest slot name wins", text, "[[winnow:hero.side|x]]", "x"},
		{"unknown slot gives way", html, "[[winnow:herp.headline|Hi]]", "Hi"},
		{"comment piece", html, "<!--winnow:offer--><p>as it was</p><!--/winnow:offer-->!", "<p>ten</p>!"},
		{"comment piece stays", html, "<!--winnow:hero.nothing--><p>as it was</p><!--/winnow:hero.nothing-->!", "<p>as it was</p>!"},
		{"block of the variant", html, "<!--winnow:hero=vip-->V<!--/winnow:hero--><!--winnow:hero=generic-->G<!--/winnow:hero-->", "V"},
		{"colon and spaces", html, "<!-- winnow:hero:generic -->G<!-- /winnow:hero --><!-- winnow:hero:vip -->V<!-- /winnow:hero -->", "V"},
		{"brackets", text, "[[winnow:hero=vip]]V[[/winnow:hero]][[winnow:hero=generic]]G[[/winnow:hero]]", "V"},
		{"switch", html, "<!--winnow:hero=generic-->G<!--winnow:hero=vip-->V<!--winnow:hero=else-->E<!--/winnow:hero-->!", "V!"},
		{"else", html, "<!--winnow:hero=generic-->G<!--winnow:hero=else-->E<!--/winnow:hero-->!", "E!"},
		{"default is an else", html, "<!--winnow:hero=default-->D<!--/winnow:hero-->!", "D!"},
		{"none fits", html, "<!--winnow:hero=generic-->G<!--/winnow:hero-->!", "!"},
		{"unknown slot with blocks", html, "<!--winnow:herp=vip-->V<!--winnow:herp=else-->E<!--/winnow:herp-->!", "E!"},
		{"twice in a mail", html, "<!--winnow:hero=vip-->1<!--/winnow:hero-->-<!--winnow:hero=generic-->2<!--/winnow:hero-->-<!--winnow:hero=vip-->3<!--/winnow:hero-->", "1--3"},
		{"mark in a block", html, "<!--winnow:hero=vip-->[[winnow:hero.n]]<!--winnow:hero=else-->[[winnow:hero.ok]]<!--/winnow:hero-->", "3"},
		{"block in a block", html, "<!--winnow:hero=vip-->a<!--winnow:offer=big-->b<!--/winnow:offer--><!--winnow:offer=small-->c<!--/winnow:offer-->d<!--/winnow:hero-->", "abd"},
		{"opened, never closed", html, "<!--winnow:hero=vip-->all of the rest", "all of the rest"},
		{"closed, never opened", html, "a<!--/winnow:hero-->b", "ab"},
		{"crossed", html, "<!--winnow:hero=vip-->a<!--winnow:offer=small-->b<!--/winnow:hero-->c<!--/winnow:offer-->d", "abcd"},
		{"unfinished", html, "a [[winnow:hero.headline b", "a [[winnow:hero.headline b"},
		{"subject on one line", subject, "[[winnow:hero.headline|Hi]]", "Yours <b> & first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := markers.Fill(c.in, c.mode, choices())
			require.Equal(t, c.want, got)
		})
	}
}

func TestSubjectKeepsToOneLine(t *testing.T) {
	c := markers.Choices{"s": {Content: []byte(`{"text":"a\r\nBcc: x@y.test\nb"}`)}}
	got, _ := markers.Fill("[[winnow:s]]", markers.Subject, c)
	require.Equal(t, "a Bcc: x@y.test b", got)
}

func TestReport(t *testing.T) {
	_, r := markers.Fill("[[winnow:herp]] [[winnow:herp.a]] [[winnow:hero.n]] <!--winnow:offer=tiny-->x<!--/winnow:offer--> <!--/winnow:hero-->", markers.HTML, choices())
	require.Equal(t, markers.Report{Filled: 1, Unknown: []string{"herp", "herp.a"}, Bare: []string{"offer"}, Stray: 1}, r)
}

// What a value holds is not looked at again: a contact can't write marks into a
// mail by way of a variant, nor an author by accident.
func TestValuesAreNotFilledAgain(t *testing.T) {
	c := markers.Choices{"a": {Content: []byte(`{"text":"[[winnow:b]]","html":"<!--winnow:b=x-->"}`)}, "b": {Content: []byte(`{"text":"no"}`)}}
	got, _ := markers.Fill("[[winnow:a.text]]", markers.Text, c)
	require.Equal(t, "[[winnow:b]]", got)
}

// piece is a part of a text: something plain, or a mark.
func piece(t *rapid.T) string {
	slot := rapid.SampledFrom([]string{"hero", "offer", "herp"}).Draw(t, "slot")
	variant := rapid.SampledFrom([]string{"vip", "big", "else", "small"}).Draw(t, "variant")
	return rapid.SampledFrom([]string{
		"<p>", "łódź ", "]]", "-->", "[[", "a|b", "winnow:", "[[winnow:" + slot + ".headline|x]]", "[[winnow:" + slot + "=" + variant + "]]",
		"[[/winnow:" + slot + "]]", "<!--winnow:" + slot + "=" + variant + "-->", "<!--/winnow:" + slot + "-->", "<!--winnow:" + slot + "-->",
	}).Draw(t, "piece")
}

// Text without marks is not touched, whatever stands around it; and a value comes
// out of HTML as it went in, without being able to open a tag.
func TestFillProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var in strings.Builder
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			in.WriteString(piece(t))
		}
		mode := markers.Mode(rapid.IntRange(0, 2).Draw(t, "mode"))
		got, r := markers.Fill(in.String(), mode, choices())
		if !strings.Contains(in.String(), "winnow:") {
			require.Equal(t, in.String(), got)
		}
		require.GreaterOrEqual(t, strings.Count(in.String(), "winnow:"), r.Filled+r.Stray)
		plainIn := rapid.StringMatching(`[a-z<>&"' ]{0,20}`).Draw(t, "plain")
		c := markers.Choices{"s": {Content: []byte(`{"text":` + quote(plainIn) + `}`)}}
		one, _ := markers.Fill("x[[winnow:s]]y", markers.HTML, c)
		require.Equal(t, plainIn, html.UnescapeString(strings.TrimSuffix(strings.TrimPrefix(one, "x"), "y")))
		require.NotContains(t, one, "<")
	})
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

func FuzzFill(f *testing.F) {
	for _, s := range []string{
		"", "[[winnow:hero.headline|Hi]]", "<!--winnow:hero=vip-->V<!--winnow:hero=else-->E<!--/winnow:hero-->",
		"[[/winnow:]]", "<!--winnow:-->", "[[winnow:|]]", "[[winnow:hero=", "<!--  /winnow:hero-->", "[[winnow:hero=vip]]<!--winnow:hero-->[[/winnow:hero]]",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, mode := range []markers.Mode{markers.HTML, markers.Text, markers.Subject} {
			got, _ := markers.Fill(in, mode, choices())
			bare, _ := markers.Fill(in, mode, nil)
			if !strings.Contains(in, "winnow:") {
				require.Equal(t, in, got)
			}
			require.LessOrEqual(t, len(bare), len(in), "without slots, marks only go")
		}
	})
}
