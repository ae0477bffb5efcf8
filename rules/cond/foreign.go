package cond

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"github.com/winnow-gate/winnow/rules/diag"
)

// This file knows what people bring along from spreadsheets, SQL and other
// languages, and what is written here instead.

// foreignWords stand between two values elsewhere.
func foreignWords() map[string]string {
	return map[string]string{
		"is": "use == to compare, and not known(field) for a missing value", "equals": "use == to compare", "eq": "use == to compare",
		"like":       `use contains "…", startsWith "…", endsWith "…" or matches "…"`,
		"between":    "write both ends: field >= 3 and field <= 5; or in 3..5 for whole numbers",
		"startswith": "write startsWith", "endswith": "write endsWith", "includes": "write contains",
		"then": "a condition is true or false by itself: leave out if and then", "xor": "write a != b of two that are true or false",
	}
}

// foreignFunctions are those that others have for what is written in another
// way here.
func foreignFunctions() map[string]string {
	hints := map[string]string{}
	for hint, names := range map[string]string{
		"write known(field)": "exists isset defined notnull notempty hasvalue",
		`write not known(field), or field == "" for an empty text`:    "isnull isempty isblank empty missing",
		"write field ?? value, in brackets":                           "coalesce ifnull nvl default iferror",
		"write now()":                                                 "today currentdate getdate currenttimestamp",
		"write days_since(field)":                                     "datediff daysbetween daysago dateadd",
		`write bucket("name", 10) for a stable tenth of all contacts`: "random rand",
		"write question ? answer : other":                             "if iif",
		`write contact.email startsWith "info@"`:                      "startswith beginswith left",
		`write contact.email endsWith ".edu"`:                         "endswith right",
		`write contact.email contains "@"`:                            "includes search find instr",
		`write contact.email matches "…"`:                             "regex regexp match",
		"write lower(field)":                                          "tolower lowercase lcase",
		"write upper(field)":                                          "toupper uppercase ucase",
		"write len(field)":                                            "length size strlen",
	} {
		for _, name := range strings.Fields(names) {
			hints[name] = hint
		}
	}
	return hints
}

// foreignFunction says what is written instead of a function of that name, in
// whatever case and with or without _.
func foreignFunction(name string) string {
	return foreignFunctions()[strings.ToLower(strings.ReplaceAll(name, "_", ""))]
}

// foreignName says what is written instead of a name that is no field.
func foreignName(path string) string {
	head, rest, dotted := strings.Cut(path, ".")
	switch strings.ToLower(head) {
	case "null", "none", "undefined", "empty", "blank":
		if !dotted {
			return "a missing value is unknown: write not known(field)"
		}
	case "yes", "no", "on", "off", "true", "false":
		if !dotted {
			return "write true or false, in lower case; always means everyone"
		}
	case "param":
		return fmt.Sprintf("did you mean \"params.%s\"?", rest)
	case "list", "lists":
		if dotted {
			return fmt.Sprintf("write in_list(%q, …)", rest)
		}
	}
	return ""
}

var (
	// thenComma matches a number before a comma, and commaThen one behind it.
	thenComma, commaThen = regexp.MustCompile(`[0-9]$`), regexp.MustCompile(`^,[0-9]`)
	// inBracket matches what opens a list in round brackets.
	inBracket = regexp.MustCompile(`\bin \([^()]*$`)
	// afterNumber matches a number with nothing but blanks behind it.
	afterNumber = regexp.MustCompile(`(^|[^\w.])[0-9][0-9.]*\s*$`)
	lastNumber  = regexp.MustCompile(`[0-9][\w.]*$`)
	// percentSign matches 60%, unless something is divided by what follows.
	percentSign = regexp.MustCompile(`[0-9](%)\s*($|[),\]]|and\b|or\b|&&|\|\|)`)
)

// syntaxProblem rewords the parser's message for people who don't parse.
func syntaxProblem(src string, fe *file.Error) problem {
	runes := []rune(src)
	from := min(max(fe.From, 0), len(runes))
	p := problem{from: fe.From, to: max(fe.To, fe.From+1), code: diag.ConditionSyntax, msg: fe.Message}
	before, after := string(runes[:from]), string(runes[from:])
	switch msg := fe.Message; {
	case strings.Contains(msg, "maximum allowed nodes"):
		p.code, p.msg, p.hint = diag.ConditionTooComplex, "the condition has more than 1,000 parts", "split it into signals"
	case strings.Contains(msg, "token EOF"), strings.Contains(msg, "unexpected end"):
		p.msg = "the condition ends too early: something is missing at its end"
	case strings.Contains(msg, "cannot be mixed"):
		p.msg = "put brackets around the ?? part: (field ?? default) > 3"
	case strings.Contains(msg, "value out of range"):
		p.msg, p.hint = "this number is too large", "write one that a field can have"
		p.to = min(from+1, len(runes)) // the parser points at its last figure
		p.from = p.to - len(lastNumber.FindString(string(runes[:p.to])))
	case strings.HasPrefix(msg, "unrecognized character"):
		p.msg, p.hint = strings.Replace(msg, "unrecognized character:", "a condition has no sign", 1), "take it out: numbers stand alone, without a unit, and texts in quotes"
	case strings.HasPrefix(msg, "unexpected token "):
		tok := strings.TrimPrefix(msg, "unexpected token ")
		if i := strings.IndexByte(tok, '('); i >= 0 {
			tok = strings.Trim(tok[i:], "()")
		}
		p.msg, p.hint = "did not expect "+tok+" here", tokenHint(strings.Trim(tok, `"`), before, after)
	}
	return p
}

// tokenHint says what may have been meant by a token between what stands before
// it and what follows.
func tokenHint(tok, before, after string) string {
	if hint := foreignWords()[strings.ToLower(tok)]; hint != "" {
		return hint
	}
	switch {
	case tok == "," && thenComma.MatchString(before) && commaThen.MatchString(after):
		return "numbers have a decimal point and no commas: 1500.5"
	case tok == "," && inBracket.MatchString(before):
		return `a list stands in square brackets: in ["PL", "DE"]`
	case tok == "contains", tok == "startsWith", tok == "endsWith", tok == "matches":
		return tok + " stands between two values: contact.email " + tok + ` "…"`
	case afterNumber.MatchString(before):
		return "numbers stand alone, without a unit; and, or join conditions"
	}
	return ""
}

// percentages finds 60%, which divides here and is no share.
func percentages(runes []rune) []problem {
	var out []problem
	for _, m := range percentSign.FindAllStringSubmatchIndex(codeOf(runes), -1) {
		out = append(out, problem{m[2], m[3], diag.ConditionSyntax, "% divides here, and is no percentage", "write a share as a number: 0.6 for 60 in a hundred"})
	}
	return out
}

// writtenDate reports whether an expression is a date without its quotes:
// 2026-01-31, which subtracts.
func writtenDate(n ast.Node) bool {
	days, ok := n.(*ast.BinaryNode)
	if !ok || days.Operator != "-" {
		return false
	}
	months, ok := days.Left.(*ast.BinaryNode)
	if !ok || months.Operator != "-" {
		return false
	}
	year, ok := months.Left.(*ast.IntegerNode)
	return ok && year.Value >= 1900 && year.Value < 2200
}
