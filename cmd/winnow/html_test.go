package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:embed testdata/look.js
var look string

// looked is what the script says of a page.
type looked struct {
	Wrong                             []string
	Ink                               [][4]int
	Texts, Drawn, Headings, Scrolling int
	Dark                              bool
}

// Every page that winnow makes is readable in a browser: on a desk, on a phone and
// on paper, light and dark, and asks nobody for anything. With
// WINNOW_SCREENSHOTS set to a folder it leaves pictures there to look at.
func TestHTMLPages(t *testing.T) {
	b := openBrowser(t)
	files := makePages(t, t.TempDir())
	require.Greater(t, len(files), 10)
	all := looked{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			b.t = t
			asksNobody(t, b, file)
			for _, s := range []struct {
				width          int
				scheme, medium string
			}{{1280, "light", "screen"}, {1280, "dark", "screen"}, {390, "light", "screen"}, {390, "dark", "screen"}, {718, "dark", "print"}} {
				b.screen(s.width, s.scheme, s.medium)
				var got looked
				b.run(fmt.Sprintf("(%s)(%d)", look, s.width), &got)
				where := fmt.Sprintf("%d-%s-%s", s.width, s.medium, s.scheme)
				assert.Empty(t, strings.Join(got.Wrong, "\n"), where)
				assert.Greater(t, got.Texts, 10, where)
				assert.Equal(t, s.scheme == "dark" && s.medium == "screen", got.Dark, "%s: paper is white, whatever the scheme", where)
				if s.width == 390 { // pictures take longer than all the rest
					assert.Greater(t, len(got.Ink), 10, where)
					inked(t, b.picture(), got.Ink)
				}
				if to := os.Getenv("WINNOW_SCREENSHOTS"); to != "" {
					require.NoError(t, os.WriteFile(filepath.Join(to, filepath.Base(file)+"-"+where+".png"), b.picture(), 0o600))
				}
				all.Drawn, all.Headings, all.Scrolling = all.Drawn+got.Drawn, all.Headings+got.Headings, all.Scrolling+got.Scrolling
			}
			if name := filepath.Base(file); name == "poster.html" || name == "poster-short.html" {
				assert.Equal(t, 1, b.sheets(), "a poster is one sheet, but for the fullest of cards")
			}
		})
	}
	b.t = t
	require.Greater(t, all.Drawn, 50, "texts of pictures")
	require.Greater(t, all.Headings, 100)
	require.Greater(t, all.Scrolling, 10, "wide tables on a phone")
}

// asksNobody opens a page, which loads nothing but itself and says nothing in the
// console, as it would of whatever its own policy stopped.
func asksNobody(t *testing.T, b *browser, file string) {
	t.Helper()
	address := (&url.URL{Scheme: "file", Path: file}).String()
	requests := 0
	for _, e := range b.open(address) {
		text, err := json.Marshal(e.Params)
		require.NoError(t, err)
		switch e.Method {
		case "Network.requestWillBeSent":
			requests++
			require.Contains(t, string(text), `"url":"`+address+`"`, "the page asks for something")
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			t.Errorf("%s: %s", e.Method, text)
		}
	}
	require.Equal(t, 1, requests)
}

// inked compares what is painted with where the layout has texts. Chromium has left
// well laid out parts blank, once it had painted them in the other scheme.
func inked(t *testing.T, text []byte, boxes [][4]int) {
	t.Helper()
	page, err := png.Decode(bytes.NewReader(text))
	require.NoError(t, err)
	for _, box := range boxes {
		least, most := uint32(0xffff), uint32(0)
		for y := box[1]; y < box[3]; y++ {
			for x := box[0]; x < box[2]; x++ {
				_, green, _, _ := page.At(x, y).RGBA()
				least, most = min(least, green), max(most, green)
			}
		}
		if most < least+0x2000 {
			t.Errorf("nothing is painted at %v", box)
		}
	}
}
