package rules_test

import (
	"fmt"
	"testing/fstest"
	"time"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// returners is a bundle; a program has a folder instead: os.DirFS("shop").
var returners = fstest.MapFS{"rules.yaml": {Data: []byte(`
winnow: 1
personas:
  - id: serial-returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.count >= 5 and orders.returns_count / orders.count >= 0.6
    action: suppress
slots:
  hero:
    default: new-season
    variants: {new-season: {}, thanks: {}}
    rules:
      - {id: regular, when: orders.count >= 3, use: thanks}
`)}}

// A bundle is compiled once and then asked about one contact after the other.
func Example() {
	bundle, err := rules.Load(returners, rules.Options{})
	if err != nil {
		panic(err)
	}
	for _, body := range []string{
		`{"contact": {"id": "c1"}, "orders": {"count": 6, "returns_count": 1}}`,
		`{"contact": {"id": "c2"}, "orders": {"count": 6, "returns_count": 5}}`,
		`{"contact": {"id": "c3"}, "orders": {"count": 6}}`,
	} {
		in, err := bundle.Input([]byte(body), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		if err != nil {
			panic(err)
		}
		decision := bundle.Decide(in)
		fmt.Println(decision.Send, decision.Variant("hero"), decision.Personas)
		for _, r := range decision.Reasons {
			if r.Code == rules.PersonaUnknown {
				fmt.Println("unknown:", r.Rule, r.Fields)
			}
		}
		in.Release() // the decision is gone with it
	}
	// Output:
	// true thanks []
	// false thanks [serial-returner]
	// true thanks []
	// unknown: serial-returner [orders.returns_count]
}

// Every mistake of an author comes at once, each with its place and what to do.
func ExampleCompile() {
	bundle, list := rules.Compile(fstest.MapFS{"rules.yaml": {Data: []byte(
		"winnow: 1\n" +
			"gates:\n" +
			"  - {id: consent, require: consent.marketting}\n" +
			"slots:\n" +
			"  hero: {default: generic, variants: {genric: {}}}\n",
	)}}, rules.Options{})
	fmt.Println("refused:", bundle == nil)
	for _, d := range list {
		if d.Severity == diag.Error {
			fmt.Printf("%s:%d:%d: %s; %s\n", d.File, d.Line, d.Column, d.Message, d.Hint)
		}
	}
	// Output:
	// refused: true
	// rules.yaml:3:28: there is no field consent.marketting; did you mean "consent.marketing"?
	// rules.yaml:5:19: there is no variant "generic"; did you mean "genric"?
}
