package ruletest_test

import (
	"fmt"
	"testing/fstest"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

// The tests of a bundle lie beside its rules; a case that does not hold says what
// it got instead.
func Example() {
	bundle, err := rules.Load(fstest.MapFS{
		"rules.yaml": {Data: []byte(`
winnow: 1
slots:
  hero:
    default: new
    variants: {new: {}, thanks: {}}
    rules: [{id: regular, when: orders.count > 3, use: thanks}]
`)},
		"rules_test.yaml": {Data: []byte(`
winnow_test: 1
now: 2026-11-22T12:00:00Z
message: {class: marketing}
cases:
  - name: three orders make a regular
    set: {orders.count: 3}
    expect: {variants: {hero: thanks}}
  - name: and one does not
    set: {orders.count: 1}
    expect: {variants: {hero: new}}
`)},
	}, rules.Options{})
	if err != nil {
		panic(err)
	}
	report := ruletest.Run(bundle, ruletest.Options{})
	for _, r := range report.Results {
		fmt.Println(r.Name+":", r.Passed())
		for _, m := range r.Misses {
			fmt.Println("  "+m.What, "is", m.Got, "and not", m.Want)
		}
	}
	// Output:
	// three orders make a regular: false
	//   variants.hero is new and not thanks
	// and one does not: true
}
