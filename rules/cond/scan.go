package cond

import (
	"strings"

	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser/lexer"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Limits on what an author may write in one condition.
const (
	MaxSource = 4 << 10 // bytes
	maxDepth  = 64      // brackets within brackets
	maxNodes  = 1000    // nodes of the parsed tree
	maxNested = 2       // predicates within predicates
)

// problem is a mistake in a condition; from and to are rune offsets.
type problem struct {
	from, to  int
	code      string
	msg, hint string
}

// prescan refuses what the parser must not see (it recurses without a limit)
// and repairs the slips of people who come from SQL or a word processor, so
// that the mistakes behind them are reported in the same run. Repairs keep
// every rune where it was. An empty result means: do not parse.
func prescan(src string) (string, []problem) {
	if len(src) > MaxSource {
		return "", []problem{{0, 1, diag.ConditionTooLong, "the condition is longer than 4 KiB", "move long lists of values to lists: and use in_list, or name parts of it in signals:"}}
	}
	if strings.TrimSpace(src) == "" {
		return "", []problem{{0, 1, diag.EmptyCondition, "the condition is empty", "write a condition, or always to mean everyone"}}
	}
	runes := []rune(src)
	p := fixQuotes(runes)
	if deep := bracketDepth(runes); deep >= 0 {
		return "", append(p, problem{deep, deep + 1, diag.ConditionTooDeep, "brackets are nested more than 64 deep", "split the condition into signals"})
	}
	ops, ok := fixOperators(runes)
	p = append(p, ops...)
	open := append(append(unclosed(runes), spansOfTime(runes)...), percentages(runes)...)
	p = append(p, open...)
	if !ok || len(open) > 0 {
		return "", p
	}
	return string(runes), append(p, checkWords(runes)...)
}

// fixQuotes makes curly quotes straight.
func fixQuotes(runes []rune) []problem {
	var out []problem
	for i, r := range runes {
		switch r {
		case '“', '”', '„', '‟', '«', '»':
			runes[i] = '"'
		case '‘', '’', '‚':
			runes[i] = '\''
		default:
			continue
		}
		if len(out) == 0 {
			out = append(out, problem{i, i + 1, diag.CurlyQuotes, "curly quotes do not mark text here", `use straight quotes: "…"`})
		}
	}
	return out
}

// outsideText calls f for each rune that stands outside quotes and comments. It
// returns where the last of them opens that is never closed, or -1.
func outsideText(runes []rune, f func(i int)) (open int) {
	open = -1
	for i := 0; i < len(runes); i++ {
		from := i
		switch r := runes[i]; {
		case r == '"' || r == '\'' || r == '`':
			if i = closingQuote(runes, i); i >= len(runes) || runes[i] != r {
				open = from
			}
		case r == '/' && i+1 < len(runes) && runes[i+1] == '/':
			for i < len(runes) && runes[i] != '\n' {
				i++
			}
		case r == '/' && i+1 < len(runes) && runes[i+1] == '*':
			i += 2
			for i+1 < len(runes) && (runes[i] != '*' || runes[i+1] != '/') {
				i++
			}
			if i++; i >= len(runes) {
				open = from
			}
		default:
			f(i)
		}
	}
	return open
}

// closingQuote finds the end of the text that opens at i. Only `…` may go on
// in the next line, so a forgotten quote spoils no more than its own.
func closingQuote(runes []rune, i int) int {
	quote := runes[i]
	for i++; i < len(runes) && runes[i] != quote && (runes[i] != '\n' || quote == '`'); i++ {
		if runes[i] == '\\' && quote != '`' {
			i++
		}
	}
	return i
}

// bracketDepth returns where brackets get too deep, or -1.
func bracketDepth(runes []rune) int {
	depth, at, unary := 0, -1, 0
	outsideText(runes, func(i int) {
		switch runes[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		switch runes[i] {
		case '!', '-', '+':
			unary++
		case ' ', '\t', '\n', '\r':
		default:
			unary = 0
		}
		if at < 0 && (depth > maxDepth || unary > maxDepth) {
			at = i
		}
	})
	return at
}

// fixOperators reports single =, <>, & and |. It repairs in place what can be
// repaired without moving a rune; ok is false when parsing on would only
// produce mistakes that the author did not make.
func fixOperators(runes []rune) (out []problem, ok bool) {
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return 0
		}
		return runes[i]
	}
	ok = true
	var edits []func()
	outsideText(runes, func(i int) {
		switch r := runes[i]; {
		case r == '<' && at(i+1) == '>':
			out = append(out, problem{i, i + 2, diag.NotEqualSign, "<> is not an operator here", "use != for not equal"})
			edits = append(edits, func() { runes[i], runes[i+1] = '!', '=' })
		case r == '=' && at(i-1) == '=' && (at(i-2) == '=' || at(i-2) == '!'):
			out = append(out, problem{i - 2, i + 1, diag.SingleEquals, string(runes[i-2:i+1]) + " is not an operator here", "write " + string(runes[i-2:i])})
			edits = append(edits, func() { runes[i] = ' ' })
		case r == '=' && strings.ContainsRune("<>~", at(i+1)) && !strings.ContainsRune("=<>!", at(i-1)):
			hint := map[rune]string{'<': "write <=", '>': "write >=", '~': "write matches"}[at(i+1)]
			out = append(out, problem{i, i + 2, diag.SingleEquals, string(runes[i:i+2]) + " is not an operator here", hint})
			ok = false
		case r == '=' && at(i+1) != '=' && !strings.ContainsRune("=<>!", at(i-1)):
			out = append(out, problem{i, i + 1, diag.SingleEquals, "a single = does not compare", "use == to compare"})
			if at(i+1) == ' ' {
				edits = append(edits, func() { runes[i+1] = '=' })
			} else {
				ok = false
			}
		case (r == '&' || r == '|') && at(i+1) != r && at(i-1) != r:
			word := map[rune]string{'&': "and", '|': "or"}[r]
			out = append(out, problem{i, i + 1, diag.SingleAmpersand, "a single " + string(r) + " does not join conditions", "write " + word + "; calls are nested, not piped: len(filter(…))"})
			ok = false
		}
	})
	for _, e := range edits {
		e()
	}
	return out, ok
}

// checkWords finds AND, OR and NOT among the tokens and writes them small.
func checkWords(runes []rune) []problem {
	tokens, err := lexer.Lex(file.NewSource(string(runes)))
	if err != nil {
		return nil // the parser reports it, with its place
	}
	var out []problem
	for _, t := range tokens {
		if t.Kind != lexer.Identifier {
			continue
		}
		switch t.Value {
		case "AND", "OR", "NOT", "And", "Or", "Not", "IN", "In":
			small := strings.ToLower(t.Value)
			out = append(out, problem{t.From, t.To, diag.UpperCaseWord, t.Value + " is not an operator here", "write " + small})
			for i, r := range small {
				runes[t.From+i] = r
			}
		}
	}
	return out
}
