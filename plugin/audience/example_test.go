package audience_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/winnow-gate/winnow/plugin/audience"
)

// What the columns are is guessed from the header. A row that can't be used spoils
// only itself.
func Example() {
	file := "E-Mail;Land;Bestellungen\nada@example.test;PL;6\nbob@example.test;DE\neve@example.test;FR;1\n"
	r, err := audience.New(strings.NewReader(file), audience.Options{Name: "kontakte.csv"})
	if err != nil {
		panic(err)
	}
	defer r.Close()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			panic(err)
		}
		fmt.Println(row.Line, string(row.Body), row.Err)
	}
	// Output:
	// 2 {"contact":{"country":"PL","email":"ada@example.test"},"orders":{"count":6}} <nil>
	// 3  the row has 2 of the header's 3 columns
	// 4 {"contact":{"country":"FR","email":"eve@example.test"},"orders":{"count":1}} <nil>
}
