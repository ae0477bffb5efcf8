package bucket_test

import (
	"fmt"

	"github.com/winnow-gate/winnow/rules/bucket"
)

// A tenth of all contacts, the same ones on every machine: whoever is among them
// is still there when it grows to a fifth.
func Example() {
	const tenth = bucket.Count / 10
	for _, contact := range []string{"c1", "c2", "c3", "c4"} {
		b := bucket.Of("winback-2026", contact)
		fmt.Println(contact, b, b < tenth, b < 2*tenth)
	}
	// Output:
	// c1 67874 false false
	// c2 42297 false false
	// c3 11786 false true
	// c4 492 true true
}
