package cond_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/diag"
)

// attacks are rules that hang, crash or fill memory in plain expr.
func attacks() map[string]string {
	return map[string]string{
		"brackets":          strings.Repeat("(", 1<<20),
		"brackets 4k":       strings.Repeat("(", 4000),
		"nots":              strings.Repeat("!", 1<<20),
		"nots 4k":           strings.Repeat("!", 4000) + "x.vip",
		"word nots 4k":      strings.Repeat("not ", 1000) + "x.vip",
		"minuses":           strings.Repeat("-", 4000) + "1 > 0",
		"arrays":            strings.Repeat("[", 600<<10),
		"arrays 4k":         "x.age in " + strings.Repeat("[", 4000),
		"long and":          "x.vip" + strings.Repeat(" and x.vip", 5000),
		"nested ranges":     "let b = 1..900; all(b, all(b, all(b, true)))",
		"four levels":       "all(1..300, all(1..300, all(1..300, all(1..300, true))))",
		"range":             "len(filter(1..900, true)) > 1",
		"replace":           `len(replace(repeat("x",99000),"x",repeat("y",99000))) > 1`,
		"reduce":            `reduce(1..28, #acc + #acc, "aa") == "b"`,
		"uniq":              "len(uniq(1..30000)) > 1",
		"regexp repeat":     `x.country matches "((a{1000}){1000}){1000}"`,
		"regexp classes":    `x.country matches "` + strings.Repeat("[a-z]{500}", 50) + `"`,
		"regexp dynamic":    `x.country matches x.country`,
		"env":               `len(toJSON($env)) > 1`,
		"json":              `len(toJSON(x.tags)) > 1`,
		"fromJSON":          `fromJSON("[1]")[0] == 1`,
		"flatten":           `len(flatten([[1],[2]])) > 1`,
		"keys":              `len(keys({"a": 1})) > 0`,
		"method":            `x.signup.Year() > 2000`,
		"text concat":       `x.country + x.country == "PLPL"`,
		"sequence":          `1; 2; x.vip`,
		"unclosed":          `x.country == "PL`,
		"nul":               "x.country == \"\x00\" and",
		"deep predicates":   `any(x.nums, any(x.nums, any(x.nums, true)))`,
		"map":               `{"a": 1}.a == 1`,
		"optional chain":    `x?.vip`,
		"bytes":             `b"abc" == x.country`,
		"huge integer":      `x.age > 99999999999999999999999999`,
		"huge float":        `x.score > 1e999`,
		"unicode":           strings.Repeat("é", 2000),
		"comment unclosed":  `x.vip /* and`,
		"repeat of quotes":  strings.Repeat(`"`, 3001),
		"dollar":            `$env["total"] == 1`,
		"group by":          `len(groupBy(x.tags, #)) > 1`,
		"sort":              `sort(x.nums)[0] == 1`,
		"nil":               `x.age == nil`,
		"date in data":      `date(x.country) > now()`,
		"days in duration":  `ago(x.signup) > duration("30d")`,
		"duration overflow": `ago(x.signup) > days(99999999999999)  and nope.nope`,
	}
}

// dearest is how much more processor time an attack may take than a lawful
// condition of a third of the length that is allowed. They take about as much.
const dearest = 50

func TestAttacksAreErrors(t *testing.T) {
	lawful := cputime.Least(func() {
		_, problems := cond.NewBuilder(names(t), cond.Shared).Condition(cond.Source{Text: "x.vip" + strings.Repeat(" and x.age > 3", 100), Place: place})
		require.Empty(t, problems)
	})
	for name, src := range attacks() {
		t.Run(name, func(t *testing.T) {
			var problems diag.List
			attack := func() {
				_, problems = cond.NewBuilder(names(t), cond.Shared).Condition(cond.Source{Text: src, Place: place})
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			attack()
			runtime.ReadMemStats(&after)
			require.NotEmpty(t, problems)
			for _, p := range problems {
				_, known := diag.Help(p.Code)
				require.True(t, known, "%s has no help", p.Code)
				require.NotContains(t, p.Message, "goroutine", "no stack traces for authors")
			}
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "memory")
			require.LessOrEqual(t, cputime.Within(dearest*lawful, attack), dearest*lawful, "time")
		})
	}
}

// A rule may be lawful and still too much for one contact: it ends in an error.
func TestStepBudget(t *testing.T) {
	items := strings.TrimSuffix(strings.Repeat("1,", 1000), ",")
	body := fmt.Sprintf(`{"x":{"nums":[%s],"vip":true}}`, items)
	for _, src := range []string{
		`all(x.nums, all(x.nums, # > 0))`,
		`count(x.nums, count(x.nums, # > 0) > 0) > 0`,
		`sum(x.nums, sum(x.nums, #)) > 0`,
	} {
		const limit = 2 * time.Second // it takes a few milliseconds
		took := cputime.Within(limit, func() { require.Equal(t, cond.Error, evalIn(t, src, body, cond.Shared), src) })
		require.LessOrEqual(t, took, limit, src)
	}
	require.Equal(t, cond.True, evalIn(t, `all(x.nums, # > 0)`, body, cond.Shared))
}

func TestMatchesBoundsItsText(t *testing.T) {
	body := fmt.Sprintf(`{"x":{"country":%q}}`, strings.Repeat("a", 3000))
	require.Equal(t, cond.Error, eval(t, `x.country matches "(a|b)+c"`, body))
}

func TestMistakes(t *testing.T) {
	for src, want := range map[string][]string{
		`x.contry == "PL"`:                         {diag.UnknownField},
		`contact.emial == "a" and x.contry == "b"`: {diag.UnknownField, diag.UnknownField},
		`x.age > "18"`:                             {diag.TypeMismatch},
		`x.age = 18`:                               {diag.SingleEquals},
		`x.age=18`:                                 {diag.SingleEquals},
		`x.age <> 18`:                              {diag.NotEqualSign},
		`x.vip AND x.age > "3"`:                    {diag.UpperCaseWord, diag.TypeMismatch},
		`NOT x.vip`:                                {diag.UpperCaseWord},
		`x.country == “PL”`:                        {diag.CurlyQuotes},
		`x.vip & x.vip`:                            {diag.SingleAmpersand},
		`x.vip | x.vip`:                            {diag.SingleAmpersand},
		`ago(x.signup) > duration("30d")`:          {diag.DaysInDuration},
		`x.age`:                                    {diag.NotBoolean},
		`x.plan == "gold"`:                         {diag.NotInEnum},
		`x.plan in ["free", "prp"]`:                {diag.NotInEnum},
		`persona("nobody")`:                        {diag.UnknownPersona},
		`signal.nothing`:                           {diag.UnknownSignal},
		`params.mim > 3`:                           {diag.UnknownParam},
		`in_list("rival", x.country)`:              {diag.UnknownList},
		`dayssince(x.signup) > 3`:                  {diag.UnknownFunction},
		`repeat("a", 3) == "aaa"`:                  {diag.FunctionNotAvailable},
		`x.country matches "["`:                    {diag.BadRegex},
		`x.signup > date("2026-13-01")`:            {diag.BadDateLiteral},
		`x.signup > "2026-01-01"`:                  {diag.TypeMismatch},
		`has(x.tags)`:                              {diag.WrongArguments},
		`any(x.orders, .totl > 3)`:                 {diag.UnknownField},
		`x.age ?? 0 > 3`:                           {diag.ConditionSyntax},
		`contact > 3`:                              {diag.UnknownField},
		`1 == 1`:                                   {diag.ConstantCondition},
		`  `:                                       {diag.EmptyCondition},
		`x.vip and`:                                {diag.ConditionSyntax},
		`x.vip + 1 > 2`:                            {diag.TypeMismatch},
		`bucket("s", x.age)`:                       {diag.TypeMismatch},
		`x.tags == "vip"`:                          {diag.TypeMismatch},
		`x.tags contains "vip"`:                    {diag.TypeMismatch},
	} {
		t.Run(src, func(t *testing.T) {
			b := cond.NewBuilder(names(t), cond.Shared)
			_, problems := b.Condition(cond.Source{Text: src, Place: place})
			var got []string
			for _, p := range problems {
				got = append(got, p.Code)
				require.Positive(t, p.Column)
				require.LessOrEqual(t, p.Column, len([]rune(src))+1)
			}
			require.Equal(t, want, got, "%v", problems)
		})
	}
}

func TestSuggestions(t *testing.T) {
	for src, want := range map[string]string{
		`contact.emial == "a"`:        "contact.email",
		`dayssince(x.signup) > 3`:     "days_since",
		`x.plan == "por"`:             "pro",
		`params.mim > 3`:              "min",
		`in_list("rivls", x.country)`: "rivals",
	} {
		b := cond.NewBuilder(names(t), cond.Shared)
		_, problems := b.Condition(cond.Source{Text: src, Place: place})
		require.Len(t, problems, 1, src)
		require.Contains(t, problems[0].Hint, want, src)
	}
}
