package cond_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
)

// What is written instead stands in the hint, and the place is that of the slip.
func TestHintsSayWhatToWrite(t *testing.T) {
	const age = "days_since(…) is a number of days: compare it with %d; compare ago(…) with days(%[1]d)"
	for src, want := range map[string]diag.Diagnostic{
		`days_since(x.signup) > 30 days`:              {Code: diag.DaysInDuration, Place: place(23, 30), Hint: fmt.Sprintf(age, 30)},
		`days_since(x.signup) > 30d and x.vip`:        {Code: diag.DaysInDuration, Place: place(23, 26), Hint: fmt.Sprintf(age, 30)},
		`x.country == "ż" and 2 weeks < x.age`:        {Code: diag.DaysInDuration, Place: place(21, 28), Hint: fmt.Sprintf(age, 14)},
		`ago(x.signup) > 3 months`:                    {Code: diag.DaysInDuration, Place: place(16, 24), Hint: fmt.Sprintf(age, 90)},
		`ago(x.signup) > 12h`:                         {Code: diag.DaysInDuration, Place: place(16, 19), Hint: `write duration("12h")`},
		`ago(x.signup) > 30 minutes`:                  {Code: diag.DaysInDuration, Place: place(16, 26), Hint: `write duration("30m")`},
		`days_since(x.signup) > days(30)`:             {Code: diag.TypeMismatch, Place: place(0, 30), Hint: "days_since(…) is a number of days: compare it with a number, as in > 30"},
		`(x.age > 3 and x.vip`:                        {Code: diag.ConditionSyntax, Place: place(0, 1), Hint: "put ) where its part ends"},
		"x.vip and\n(any(x.tags, # == \"a)\") or x.n": {Code: diag.ConditionSyntax, Place: place(10, 11), Hint: "put ) where its part ends"},
		`x.country in ["a", "b"`:                      {Code: diag.ConditionSyntax, Place: place(13, 14), Hint: "put ] where its part ends"},
		`(x.age > 3]`:                                 {Code: diag.ConditionSyntax, Place: place(0, 1), Hint: "close it with )"},
		`x.vip)`:                                      {Code: diag.ConditionSyntax, Place: place(5, 6), Hint: "remove it, or open the bracket before it"},
		`x.country == "PL and x.vip`:                  {Code: diag.ConditionSyntax, Place: place(13, 14), Hint: `end the text with ", in the same line`},
		"x.country == 'PL\nand x.plan == 'pro'":       {Code: diag.ConditionSyntax, Place: place(13, 14), Hint: `end the text with ', in the same line`},
		`x.vip /* and x.age`:                          {Code: diag.ConditionSyntax, Place: place(6, 8), Hint: "end it with */"},
		`x.vip == "true"`:                             {Code: diag.TypeMismatch, Place: place(0, 15), Hint: "x.vip is true or false by itself: write x.vip, or not x.vip"},
		`"yes" != x.vip`:                              {Code: diag.TypeMismatch, Place: place(0, 14), Hint: "x.vip is true or false by itself: write x.vip, or not x.vip"},
		`domain(x.age) == "a"`:                        {Code: diag.TypeMismatch, Place: place(7, 12), Hint: `as in domain(contact.email) == "example.com"`},
		`is_edu(x.age)`:                               {Code: diag.TypeMismatch, Place: place(7, 12), Hint: "as in is_edu(contact.email)"},
		`has(x.country, "a")`:                         {Code: diag.TypeMismatch, Place: place(4, 13), Hint: `as in has(contact.tags, "supplier", "agency")`},
		`x.age === 18`:                                {Code: diag.SingleEquals, Place: place(6, 9), Hint: "write =="},
		`x.age !== 18`:                                {Code: diag.SingleEquals, Place: place(6, 9), Hint: "write !="},
		`x.age => 18`:                                 {Code: diag.SingleEquals, Place: place(6, 8), Hint: "write >="},
		`x.age =< 18`:                                 {Code: diag.SingleEquals, Place: place(6, 8), Hint: "write <="},
		`x.country =~ "P"`:                            {Code: diag.SingleEquals, Place: place(10, 12), Hint: "write matches"},
		`x.country is "PL"`:                           {Code: diag.ConditionSyntax, Place: place(10, 12), Hint: "use == to compare, and not known(field) for a missing value"},
		`x.country LIKE "PL"`:                         {Code: diag.ConditionSyntax, Place: place(10, 14), Hint: `use contains "…", startsWith "…", endsWith "…" or matches "…"`},
		`x.country endswith "PL"`:                     {Code: diag.ConditionSyntax, Place: place(10, 18), Hint: "write endsWith"},
		`x.age between 3 and 5`:                       {Code: diag.ConditionSyntax, Place: place(6, 13), Hint: "write both ends: field >= 3 and field <= 5; or in 3..5 for whole numbers"},
		`x.country in ("PL", "DE")`:                   {Code: diag.ConditionSyntax, Place: place(18, 19), Hint: `a list stands in square brackets: in ["PL", "DE"]`},
		`contains(x.country, "P")`:                    {Code: diag.ConditionSyntax, Place: place(0, 8), Hint: `contains stands between two values: contact.email contains "…"`},
		`x.age > 1,5`:                                 {Code: diag.ConditionSyntax, Place: place(9, 10), Hint: "numbers have a decimal point and no commas: 1500.5"},
		`x.age > 1.000,5`:                             {Code: diag.ConditionSyntax, Place: place(13, 14), Hint: "numbers have a decimal point and no commas: 1500.5"},
		`x.age > 100 EUR`:                             {Code: diag.ConditionSyntax, Place: place(12, 15), Hint: "numbers stand alone, without a unit; and, or join conditions"},
		`x.age > €100`:                                {Code: diag.ConditionSyntax, Place: place(8, 9), Hint: "take it out: numbers stand alone, without a unit, and texts in quotes"},
		`x.age / x.n > 60% and x.vip`:                 {Code: diag.ConditionSyntax, Place: place(16, 17), Hint: "write a share as a number: 0.6 for 60 in a hundred"},
		`x.age > 99999999999999999999`:                {Code: diag.ConditionSyntax, Place: place(8, 28), Hint: "write one that a field can have"},
		`x.country == PL`:                             {Code: diag.UnknownField, Place: place(13, 15), Hint: `put it in quotes if it is a text: "PL"; a field has its group in front, as in contact.country`},
		`x.country == null`:                           {Code: diag.UnknownField, Place: place(13, 17), Hint: "a missing value is unknown: write not known(field)"},
		`x.vip == yes`:                                {Code: diag.UnknownField, Place: place(9, 12), Hint: "write true or false, in lower case; always means everyone"},
		`x.age > param.min`:                           {Code: diag.UnknownField, Place: place(8, 17), Hint: `did you mean "params.min"?`},
		`x.country in list.rivals`:                    {Code: diag.UnknownField, Place: place(13, 24), Hint: `write in_list("rivals", …)`},
		`in_list(rivals, x.country)`:                  {Code: diag.TypeMismatch, Place: place(8, 14), Hint: `write "rivals"`},
		`persona(champion)`:                           {Code: diag.TypeMismatch, Place: place(8, 16), Hint: `write "champion"`},
		`exists(x.country)`:                           {Code: diag.UnknownFunction, Place: place(0, 16), Hint: "write known(field)"},
		`is_null(x.country)`:                          {Code: diag.UnknownFunction, Place: place(0, 17), Hint: `write not known(field), or field == "" for an empty text`},
		`dateDiff(x.signup) > 3`:                      {Code: diag.UnknownFunction, Place: place(0, 17), Hint: "write days_since(field)"},
		`x.signup > 2026-01-31`:                       {Code: diag.TypeMismatch, Place: place(0, 21), Hint: `write a date as date("2026-01-31")`},
		`not x.country == "PL"`:                       {Code: diag.TypeMismatch, Place: place(4, 13), Hint: `put what it denies in brackets: not (contact.country == "PL"); or use !=`},
		`x.country == 5`:                              {Code: diag.TypeMismatch, Place: place(0, 14), Hint: "write the number in quotes: the field holds text"},
		`domain(x.country) == "Shop.example"`:         {Code: diag.NotInEnum, Place: place(0, 35), Hint: `write "shop.example"`},
		`"Hr" != lower(x.country)`:                    {Code: diag.NotInEnum, Place: place(0, 23), Hint: `write "hr"`},
		`upper(x.country) in ["PL", "de"]`:            {Code: diag.NotInEnum, Place: place(0, 31), Hint: `write "DE"`},
		`x.plan == "gold"`:                            {Code: diag.NotInEnum, Place: place(0, 16), Hint: `it is one of "free", "pro"`},
	} {
		b := cond.NewBuilder(names(t), cond.Shared)
		_, problems := b.Condition(cond.Source{Text: src, Place: place})
		require.Len(t, problems, 1, src)
		got := problems[0]
		require.Equal(t, []any{want.Code, want.Place, want.Hint}, []any{got.Code, got.Place, got.Hint}, src)
	}
}

// What only looks like a span of time or an open bracket is none.
func TestNoSpansNorBracketsInTexts(t *testing.T) {
	for _, src := range []string{`x.country == "30 days (2w"`, `x.n > 0x1d`, "x.vip // 30 days ]\nand x.age > 3", "x.country == `a\nb`", `x.country == "it\"s"`} {
		program(t, src, cond.Shared)
	}
}

func TestArgumentsOfTheWrongKind(t *testing.T) {
	for src, want := range map[string]string{
		`domain(x.age) == "a"`: "what domain takes must be text, x.age is a whole number",
		`age(x.country) > 3`:   "what age takes must be a whole number or a time, x.country is text",
		`abs(x.country) > 1`:   "what abs takes must be a number, x.country is text",
		`len(x.age) > 1`:       "what len counts must be a list or text, x.age is a whole number",
		`lower(x.age + 1) > 1`: "what lower takes must be text, this is a whole number",
	} {
		b := cond.NewBuilder(names(t), cond.Shared)
		_, problems := b.Condition(cond.Source{Text: src, Place: place})
		require.Len(t, problems, 1, src)
		require.Equal(t, want, problems[0].Message, src)
	}
}

// A share is divided by nothing; a remainder and a text are no shares.
func TestNoPercentagesInRemainders(t *testing.T) {
	for _, src := range []string{`x.age % 2 == 0`, `x.age %2 == 0`, `x.country == "60%"`, `(x.age%2) == 0`} {
		program(t, src, cond.Shared)
	}
}

// Hints send people there for the functions.
func TestHelpListsEveryFunction(t *testing.T) {
	entry, ok := diag.Help(diag.UnknownFunction)
	require.True(t, ok)
	for _, name := range cond.Functions() {
		require.Regexp(t, `\b`+name+`\b`, entry.Text)
	}
}
