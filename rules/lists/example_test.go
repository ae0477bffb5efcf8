package lists_test

import (
	"fmt"
	"strings"

	"github.com/winnow-gate/winnow/rules/lists"
)

func ExampleKnowledge() {
	k := lists.Builtin()
	fmt.Println(k.Academic("ada@mail.ox.ac.uk"), k.Role("Sales <sales+de@shop.example>"), k.Free("ada@gmail.com"))
	// Output: true true true
}

// Case, outer spaces and the spelling of an international domain do not count.
func ExampleReadSet() {
	set, err := lists.ReadSet(strings.NewReader("rival.example\nżółw.pl\n"), lists.SetOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(set.Contains("Rival.Example"), set.Contains("xn--w-uga1v8h.pl"), set.Contains("friend.example"))
	// Output: true true false
}
