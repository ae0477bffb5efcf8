package console_test

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/plugin/console"
)

func ExamplePage() {
	page := console.Page{
		Title: "Who gets held back",
		Sections: []console.Section{{
			Title: "By persona",
			Parts: []console.Part{
				console.Text("Of 1,200 contacts 84 would not get this message."),
				console.Bars{Title: "Contacts", Bars: []console.Bar{
					{Label: "Sends everything back", Value: 60, Text: "60"},
					{Label: "Vanished", Value: 24, Text: "24"},
				}},
			},
		}},
	}
	html := string(page.Render())
	fmt.Println(strings.Contains(html, "<h2>By persona</h2>"), strings.Contains(html, "<script"))
	// Output: true false
}
