package rules_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// A kind that is misspelled is one mistake: nobody is told what a positive
// persona may not have when a negative one was meant.
func TestAMisspelledKindIsOneMistake(t *testing.T) {
	errors := errorsOf("winnow: 1\npersonas:\n  - id: x\n    kind: negativ\n    name: X\n    when: orders.count > 3\n    action: suppress\n")
	require.Len(t, errors, 1)
	require.Equal(t, 4, errors[0].Line)
}

// A card tells its persona from others that are there.
func TestContrastsNameOtherPersonas(t *testing.T) {
	const deck = `winnow: 1
personas:
  - {id: champion, kind: positive, name: Champion, when: orders.count > 9}
  - id: one-off
    kind: positive
    name: Bought once
    contrasts_with: [%s]
    when: orders.count == 1
`
	require.Empty(t, errorsOf(fmt.Sprintf(deck, "champion")))
	for named, want := range map[string]diag.Diagnostic{
		"champoin": {Message: `there is no persona "champoin"`, Hint: `did you mean "champion"?`},
		"vip":      {Message: `there is no persona "vip"`},
		"one-off":  {Message: `"one-off" can't be easily taken for itself`, Hint: "name another persona, or leave it out"},
	} {
		errors := errorsOf(fmt.Sprintf(deck, "champion, "+named))
		require.Len(t, errors, 1, named)
		got := errors[0]
		require.Equal(t, []any{diag.UnknownPersona, 7, 32, want.Message, want.Hint}, []any{got.Code, got.Line, got.Column, got.Message, got.Hint})
	}
}

// errorsOf are the errors of a bundle of one file.
func errorsOf(text string) (errors diag.List) {
	_, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: []byte(text)}}, rules.Options{})
	for _, d := range list {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		}
	}
	return errors
}
