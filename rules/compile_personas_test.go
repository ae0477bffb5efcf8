package rules_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// A kind that is misspelled is one mistake: nobody is told what a positive
// persona may not have when a negative one was meant.
func TestAMisspelledKindIsOneMistake(t *testing.T) {
	_, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(
		"winnow: 1\npersonas:\n  - id: x\n    kind: negativ\n    name: X\n    when: orders.count > 3\n    action: suppress\n")}}, rules.Options{})
	var errors diag.List
	for _, d := range list {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		}
	}
	require.Len(t, errors, 1)
	require.Equal(t, 4, errors[0].Line)
}
