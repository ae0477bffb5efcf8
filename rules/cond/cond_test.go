package cond_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func schema(t testing.TB) *field.Schema {
	t.Helper()
	base, err := field.New(field.Canonical())
	require.NoError(t, err)
	s, err := base.With([]field.Field{
		{Path: "x.age", Type: field.Type{Kind: field.Int}},
		{Path: "x.n", Type: field.Type{Kind: field.Int}},
		{Path: "x.score", Type: field.Type{Kind: field.Float}},
		{Path: "x.vip", Type: field.Type{Kind: field.Bool}},
		{Path: "x.country", Type: field.Type{Kind: field.String}},
		{Path: "x.plan", Type: field.Type{Kind: field.String}, Enum: []string{"free", "pro"}},
		{Path: "x.signup", Type: field.Type{Kind: field.Time}},
		{Path: "x.tags", Type: field.Type{Kind: field.List, Elem: field.String}},
		{Path: "x.nums", Type: field.Type{Kind: field.List, Elem: field.Int}},
		{Path: "x.orders", Type: field.Type{Kind: field.List, Elem: field.Object, Members: []field.Member{
			{Name: "total", Kind: field.Float}, {Name: "status", Kind: field.String}, {Name: "date", Kind: field.Time}, {Name: "items", Kind: field.Int},
		}}},
	})
	require.NoError(t, err)
	return s
}

type set map[string]bool

func (s set) Contains(v string) bool { return s[v] }

func names(t testing.TB) cond.Names {
	return cond.Names{
		Fields:    schema(t),
		Params:    map[string]any{"min": int64(40), "own": []string{"shop.example"}},
		Lists:     map[string]cond.Lookup{"rivals": set{"rival.example": true}},
		Knowledge: map[string]func(string) bool{"is_edu": func(s string) bool { return strings.HasSuffix(s, ".edu") }},
	}
}

func place(from, to int) diag.Place {
	return diag.Place{File: "t", Line: 1, Column: from + 1, EndColumn: to + 1}
}

// program compiles one source and lays out its fields.
func program(t testing.TB, src string, mode cond.Mode) (*cond.Builder, *cond.Cond, *facts.Layout) {
	t.Helper()
	b := cond.NewBuilder(names(t), mode)
	c, problems := b.Condition(cond.Source{Text: src, Place: place})
	require.Empty(t, problems, src)
	l, err := facts.NewLayout(b.Fields())
	require.NoError(t, err)
	return b, c, l
}

func evalIn(t testing.TB, src, body string, mode cond.Mode) cond.Tri {
	t.Helper()
	b, c, l := program(t, src, mode)
	var fs facts.Facts
	fs.Reset(l)
	require.NoError(t, l.DecodeJSON([]byte(body), &fs))
	var f cond.Frame
	f.Reset(b.Set(), &fs, now.UnixNano(), nil)
	return c.Eval(&f)
}

func eval(t testing.TB, src, body string) cond.Tri {
	t.Helper()
	got := evalIn(t, src, body, cond.Shared)
	require.Equal(t, got, evalIn(t, src, body, cond.Plain), "plain: %s on %s", src, body)
	require.Equal(t, got, evalIn(t, src, body, cond.Machine), "machine: %s on %s", src, body)
	return got
}

// The missing-value traps of plain expr: none may surface.
func TestMissingValues(t *testing.T) {
	const body = `{"contact":{"id":"c"}}`
	for src, want := range map[string]cond.Tri{
		`x.country == "US"`:                         cond.Unknown,
		`x.country != "US"`:                         cond.Unknown,
		`x.age == 18`:                               cond.Unknown,
		`x.age > 18`:                                cond.Unknown,
		`x.age + 1 > 3`:                             cond.Unknown,
		`x.score / 2 > 1`:                           cond.Unknown,
		`x.signup < now()`:                          cond.Unknown,
		`x.vip`:                                     cond.Unknown,
		`x.vip and true`:                            cond.Unknown,
		`x.vip or true`:                             cond.True,
		`x.vip and false`:                           cond.False,
		`not x.vip`:                                 cond.Unknown,
		`x.country in ["US"]`:                       cond.Unknown,
		`x.country in ["", "US"]`:                   cond.Unknown,
		`x.age in [0, 1]`:                           cond.Unknown,
		`x.age not in [0, 1]`:                       cond.Unknown,
		`x.age in 0..5`:                             cond.Unknown,
		`x.country startsWith "U"`:                  cond.Unknown,
		`x.country endsWith "S"`:                    cond.Unknown,
		`x.country contains "U"`:                    cond.Unknown,
		`x.country matches "^U"`:                    cond.Unknown,
		`lower(x.country) == "us"`:                  cond.Unknown,
		`len(x.country) > 0`:                        cond.Unknown,
		`len(x.tags) > 0`:                           cond.Unknown,
		`any(x.tags, # == "a")`:                     cond.Unknown,
		`count(x.tags, # == "a") > 0`:               cond.Unknown,
		`sum(x.nums) > 0`:                           cond.Unknown,
		`x.tags[0] == "a"`:                          cond.Unknown,
		`max(x.age, 3) > 1`:                         cond.Unknown,
		`not known(x.age)`:                          cond.True,
		`known(x.age)`:                              cond.False,
		`known("x.age")`:                            cond.False,
		`(x.age ?? 0) > 18`:                         cond.False,
		`(x.score ?? 0) > 3`:                        cond.False,
		`(x.country ?? "US") == "US"`:               cond.True,
		`has(x.tags, "a")`:                          cond.Unknown,
		`"a" in x.tags`:                             cond.Unknown,
		`in_list("rivals", x.country)`:              cond.Unknown,
		`domain(contact.email) == "a.example"`:      cond.Unknown,
		`days_since(x.signup) > 3`:                  cond.Unknown,
		`not known(x.age) or x.age > 3`:             cond.True,
		`known(x.age) and x.age > 3`:                cond.False,
		`x.age > 5 or x.age <= 5`:                   cond.Unknown,
		`x.age >= 18 and contact.id == "other"`:     cond.False,
		`len(filter(x.nums, # > 3)) > 0`:            cond.Unknown,
		`(x.vip ? 1 : 2) == 1`:                      cond.Unknown,
		`sent(7) >= 3`:                              cond.Unknown,
		`bucket("s", 100)`:                          cond.True,
		`bucket("s", 0)`:                            cond.False,
		`any(x.orders, .total > 5)`:                 cond.Unknown,
		`x.orders[-1].total > 5`:                    cond.Unknown,
		`is_edu(contact.email)`:                     cond.Unknown,
		`mean(x.nums) > 3 or contact.id == "c"`:     cond.True,
		`all(x.orders, .total > 5) and x.age == 99`: cond.Unknown,
	} {
		t.Run(src, func(t *testing.T) { require.Equal(t, want, eval(t, src, body)) })
	}
}

const full = `{"contact":{"id":"c","email":"Ann@Rival.Example"},"x":{"age":18,"n":7,"score":2.5,"vip":true,"country":"PL","plan":"pro",
"signup":"2026-11-12T12:00:00Z","tags":["vip","b2b"],"nums":[1,2,3],
"orders":[{"total":10.5,"status":"paid","date":"2026-11-20","items":2},{"total":80,"status":"returned","date":"2026-01-02","items":1}]}}`

func TestValues(t *testing.T) {
	for src, want := range map[string]cond.Tri{
		`x.age == 18 and x.plan == "pro"`:                      cond.True,
		`18 <= x.age`:                                          cond.True,
		`x.age in [17, 18.0]`:                                  cond.True,
		`x.score in [2, 3]`:                                    cond.False,
		`x.age in 18..25`:                                      cond.True,
		`1 < x.age < 50`:                                       cond.True,
		`x.age + x.n == 25`:                                    cond.True,
		`x.age / x.n > 2.5`:                                    cond.True,
		`x.age % x.n == 4`:                                     cond.True,
		`-x.age == -18`:                                        cond.True,
		`x.n ** 2 == 49`:                                       cond.True,
		`abs(x.n - 10) == 3`:                                   cond.True,
		`min(x.age, x.n, 5) == 5`:                              cond.True,
		`max(x.age, x.score) == 18`:                            cond.True,
		`round(x.score) == 3`:                                  cond.True,
		`int(x.score) == 2`:                                    cond.True,
		`x.country not in ["DE", "AT"]`:                        cond.True,
		`x.country contains "L"`:                               cond.True,
		`x.country matches "^[A-Z]{2}$"`:                       cond.True,
		`domain(contact.email) == "rival.example"`:             cond.True,
		`in_list("rivals", domain(contact.email))`:             cond.True,
		`domain(contact.email) in params.own`:                  cond.False,
		`has(x.tags, "x", "b2b")`:                              cond.True,
		`has(x.nums, 9, 2)`:                                    cond.True,
		`"vip" in x.tags and 3 in x.nums`:                      cond.True,
		`x.n in x.nums`:                                        cond.False,
		`len(x.tags) == 2`:                                     cond.True,
		`any(x.tags, # startsWith "vi")`:                       cond.True,
		`all(x.tags, len(#) > 3)`:                              cond.False,
		`none(x.tags, # == "z")`:                               cond.True,
		`one(x.tags, # == "vip")`:                              cond.True,
		`count(x.nums, # >= 2) == 2`:                           cond.True,
		`sum(x.nums) == 6`:                                     cond.True,
		`sum(x.orders, .total) == 90.5`:                        cond.True,
		`any(x.orders, .status == "returned" and .total > 50)`: cond.True,
		`any(x.orders, days_since(.date) < 3)`:                 cond.True,
		`x.orders[-1].status == "returned"`:                    cond.True,
		`x.orders[5].status == "returned"`:                     cond.Unknown,
		`first(x.tags) == "vip" and last(x.tags) == "b2b"`:     cond.True,
		`days_since(x.signup) == 10`:                           cond.True,
		`ago(x.signup) >= days(10)`:                            cond.True,
		`x.signup > date("2026-11-01")`:                        cond.True,
		`now() - x.signup < duration("241h")`:                  cond.True,
		`month() == 11`:                                        cond.True,
		`month(x.signup) == 11`:                                cond.True,
		`age(x.n) == 2019`:                                     cond.True,
		`len(filter(x.orders, .items > 1)) == 1`:               cond.True,
		`sum(map(x.orders, .total)) > 90`:                      cond.True,
		`mean(x.nums) == 2.0`:                                  cond.True,
		`median(x.nums) == 2`:                                  cond.True,
		`max(x.nums) == 3`:                                     cond.True,
		`(x.vip ? x.age : x.n) == 18`:                          cond.True,
		`len(split(contact.email, "@")) == 2`:                  cond.True,
		`trimPrefix(x.country, "P") == "L"`:                    cond.True,
		`indexOf(contact.email, "@") == 3`:                     cond.True,
		`upper(lower(x.country)) == "PL"`:                      cond.True,
		`x.vip == true`:                                        cond.True,
		`x.vip != (x.age > 20)`:                                cond.True,
		`x.age > params.min`:                                   cond.False,
		`x.n / (x.age - 18) > 1`:                               cond.Error,
		`x.n % (x.age - 18) == 1`:                              cond.Error,
		`x.age == 1 and x.n / (x.age - 18) > 1`:                cond.False,
		`x.n / (x.age - 18) > 1 or x.vip`:                      cond.True,
		`not (x.n / (x.age - 18) > 1)`:                         cond.Error,
		`x.n * 9223372036854775807 > 1`:                        cond.Error,
		`any(x.orders, .total / (.items - 1) > 5)`:             cond.True,
		`all(x.orders, .total / (.items - 1) > 5)`:             cond.Error,
	} {
		t.Run(src, func(t *testing.T) { require.Equal(t, want, eval(t, src, full)) })
	}
}

// Members of list items may be missing one by one.
func TestItemsWithGaps(t *testing.T) {
	const body = `{"x":{"orders":[{"total":10},{"status":"paid"}]}}`
	for src, want := range map[string]cond.Tri{
		`any(x.orders, .total > 5)`:                 cond.True,
		`any(x.orders, .total > 50)`:                cond.Unknown,
		`all(x.orders, .total > 50)`:                cond.False,
		`all(x.orders, .total > 5)`:                 cond.Unknown,
		`none(x.orders, .total > 5)`:                cond.False,
		`count(x.orders, .total > 5) > 0`:           cond.Unknown,
		`sum(x.orders, .total) > 0`:                 cond.Unknown,
		`sum(x.orders, .total ?? 0) == 10`:          cond.True,
		`count(x.orders, known(.total)) == 1`:       cond.True,
		`len(filter(x.orders, .total > 5)) == 1`:    cond.Unknown,
		`any(x.orders, .total > 5 and .items == 1)`: cond.Unknown,
	} {
		t.Run(src, func(t *testing.T) { require.Equal(t, want, evalIn(t, src, body, cond.Shared)) })
	}
}
