package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/lists"
)

const (
	classRules = head + `
tables:
  classes: {file: data/classes.csv, max_age: 30d}
personas:
  - {id: champion, kind: positive, name: C, when: 'rfm.segment == "Champions"'}
  - {id: elite, kind: positive, name: E, when: 'abcxyz.abc == "A" and rfm.r >= 4'}
  - {id: slipping, kind: negative, name: S, why: not_for_them, when: trend.slipping, action: suppress}
`
	classTable = "# a note\n# as_of: 2026-11-01\ncontact.id,rfm.r,rfm.segment,abcxyz.abc,trend.slipping,abcxyz.xyz\r\n" +
		"anna,5,Champions,A,false,X\r\nben,2,\"At Risk\",C,true,Z\r\ncleo,,,,,\r\n"
)

var tableDay = time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)

func tableBundle(t testing.TB, files map[string]string, opts rules.Options) *rules.Bundle {
	t.Helper()
	b, list := rules.Compile(fsOf(files), opts)
	require.NotNil(t, b, list)
	return b
}

func fsOf(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func decideAt(t testing.TB, b *rules.Bundle, body string, now time.Time) *rules.Explanation {
	t.Helper()
	in, err := b.Input([]byte(body), now)
	require.NoError(t, err)
	defer in.Release()
	return b.Explain(in)
}

func TestTableFillsFields(t *testing.T) {
	b := tableBundle(t, map[string]string{"r.yaml": classRules, "data/classes.csv": classTable}, rules.Options{})
	for _, c := range []struct {
		body     string
		personas []string
		send     bool
	}{
		{`{"contact":{"id":"anna"}}`, []string{"champion", "elite"}, true},
		{`{"contact":{"id":"ben"}}`, []string{"slipping"}, false},
		{`{"contact":{"id":"cleo"}}`, nil, true},   // in the table, but nothing is known
		{`{"contact":{"id":"nobody"}}`, nil, true}, // missing data leaves nobody out
		{`{"contact":{"id":"BEN"}}`, nil, true},    // ids are exact
		{`{}`, nil, true},
		{`{"contact":{"id":"ben"},"trend":{"slipping":false}}`, nil, true}, // the request knows better
		{`{"contact":{"id":"ben"},"trend":{"slipping":null}}`, []string{"slipping"}, false},
		{`{"contact":{"id":"ben"},"trend":{"slipping":"?"}}`, nil, true},
	} {
		x := decideAt(t, b, c.body, tableDay)
		require.Equal(t, c.personas, x.Decision.Personas, c.body)
		require.Equal(t, c.send, x.Decision.Send, c.body)
	}
	x := decideAt(t, b, `{"contact":{"id":"ben"}}`, tableDay)
	var text strings.Builder
	require.NoError(t, x.WriteText(&text, rules.Look{}))
	require.Contains(t, text.String(), `rfm.segment = "At Risk" (table classes)`)
}

// Past its max_age a table is unknown, to the nanosecond.
func TestTableGrowsStale(t *testing.T) {
	b := tableBundle(t, map[string]string{"r.yaml": classRules, "data/classes.csv": classTable}, rules.Options{})
	end := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	in, err := b.Input([]byte(`{"contact":{"id":"ben"}}`), end.Add(-1))
	require.NoError(t, err)
	defer in.Release()
	for range 2 { // and back: the same input may be asked again with another clock
		in.Now = end.Add(-1)
		require.False(t, b.Decide(in).Send)
		in.Now = end
		d := b.Decide(in)
		require.True(t, d.Send)
		require.Contains(t, fmt.Sprint(d.Reasons), "trend.slipping")
	}
	declared := strings.Replace(classRules, "max_age: 30d", "max_age: 30d, as_of: 2026-01-01", 1)
	b = tableBundle(t, map[string]string{"r.yaml": declared, "data/classes.csv": classTable}, rules.Options{})
	require.True(t, decideAt(t, b, `{"contact":{"id":"ben"}}`, tableDay).Decision.Send, "the rule file's date counts before the table's")
}

// A record holds what came from outside; who replays it finds the rest in the
// bundle again, and another bundle's table has its own say.
func TestTableStaysOutOfRecords(t *testing.T) {
	files := map[string]string{"r.yaml": classRules, "data/classes.csv": classTable}
	b := tableBundle(t, files, rules.Options{})
	in, err := b.Input([]byte(`{"contact":{"id":"ben"}}`), tableDay)
	require.NoError(t, err)
	defer in.Release()
	require.False(t, b.Decide(in).Send)
	record, complete := b.Layout().AppendJSON(nil, in.Facts(), nil)
	require.JSONEq(t, `{"contact":{"id":"ben"}}`, string(record))
	require.True(t, complete)

	files["data/classes.csv"] = strings.Replace(classTable, "C,true", "C,false", 1)
	next := tableBundle(t, files, rules.Options{})
	require.True(t, decideAt(t, next, string(record), tableDay).Decision.Send)
	require.NotEqual(t, b.Digest(), next.Digest(), "the digest covers the table")

	// By e-mail, which the log does not keep: then it keeps what was looked up.
	files["data/classes.csv"] = strings.Replace(classTable, "contact.id", "contact.email", 1)
	mail := tableBundle(t, files, rules.Options{})
	in, err = mail.Input([]byte(`{"contact":{"email":" BEN "}}`), tableDay)
	require.NoError(t, err)
	require.False(t, mail.Decide(in).Send)
	record, _ = mail.Layout().AppendJSON(nil, in.Facts(), nil)
	require.Contains(t, string(record), `"slipping":true`)
	in.Release()
}

var tableSecret = []byte("0123456789abcdef")

func TestTableAndListOfKeyedHashes(t *testing.T) {
	files := map[string]string{
		"r.yaml": head + `
tables:
  classes: {file: c.csv, hashed: shop}
lists:
  refused: {file: refused.csv, column: mail, hashed: shop}
personas:
  - {id: a, kind: positive, name: A, when: 'abcxyz.abc == "A"'}
  - {id: r, kind: positive, name: R, when: 'in_list("refused", contact.email)'}
`,
		"c.csv":       "contact.email,abcxyz.abc\n" + lists.Digest(tableSecret, "anna@example.com") + ",A\n",
		"refused.csv": "mail\n" + lists.Digest(tableSecret, "ben@example.com") + "\n",
	}
	opts := rules.Options{Secret: func(name string) ([]byte, error) {
		require.Equal(t, "shop", name)
		return tableSecret, nil
	}}
	b := tableBundle(t, files, opts)
	require.Equal(t, []string{"a"}, decideAt(t, b, `{"contact":{"email":"Anna@Example.com"}}`, tableDay).Decision.Personas)
	require.Equal(t, []string{"r"}, decideAt(t, b, `{"contact":{"email":" ben@example.com"}}`, tableDay).Decision.Personas)
	for name, secret := range map[string]func(string) ([]byte, error){
		"none given": nil,
		"not there":  func(string) ([]byte, error) { return nil, errors.New("WINNOW_SECRET_SHOP is not set") },
		"empty":      func(string) ([]byte, error) { return nil, nil },
	} {
		_, list := rules.Compile(fsOf(files), rules.Options{Secret: secret})
		require.Equal(t, diag.SecretMissing, list[0].Code, name)
		require.Equal(t, "r.yaml", list[0].File)
	}
	opts.Secret = func(string) ([]byte, error) { return []byte("short"), nil }
	_, list := rules.Compile(fsOf(files), opts)
	require.Contains(t, fmt.Sprint(list), "at least 16")
	files["refused.csv"] = "mail\nben@example.com\n"
	opts.Secret = func(string) ([]byte, error) { return tableSecret, nil }
	_, list = rules.Compile(fsOf(files), opts)
	require.Equal(t, "refused.csv", list[0].File)
	require.Equal(t, 2, list[0].Line)
}

func TestTableMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		rules, table string
		file         string
		line         int
		says         string
	}{
		"no header":      {classRules, "", "data/classes.csv", 1, "no header"},
		"no rows":        {classRules, "# as_of: 2026-11-01\ncontact.id,rfm.r\n", "r.yaml", 4, "no rows"},
		"no such key":    {classRules, "customer,rfm.r\na,1\n", "data/classes.csv", 1, "contacts can't be found by \"customer\""},
		"key of numbers": {classRules, "rfm.r,rfm.f\n1,1\n", "data/classes.csv", 1, "can't be found by"},
		"twice":          {classRules, "# as_of: 2026-11-01\ncontact.id,rfm.r\na,1\nb,2\na,3\n", "data/classes.csv", 5, "second time"},
		"no key":         {classRules, "# as_of: 2026-11-01\ncontact.id,rfm.r\n,1\n", "data/classes.csv", 3, "no key"},
		"bad value":      {classRules, "# as_of: 2026-11-01\ncontact.id,rfm.r\na,five\n", "data/classes.csv", 3, "the value of rfm.r is no int"},
		"not in enum":    {classRules, "# as_of: 2026-11-01\ncontact.id,abcxyz.abc\na,D\n", "data/classes.csv", 3, "the value of abcxyz.abc"},
		"width":          {classRules, "# as_of: 2026-11-01\ncontact.id,rfm.r\na\n", "data/classes.csv", 3, "can't be read"},
		"no date":        {classRules, "contact.id,rfm.r\na,1\n", "r.yaml", 4, "says none"},
		"bad date":       {classRules, "# as_of: 1.11.2026\ncontact.id,rfm.r\na,1\n", "data/classes.csv", 1, "is not a date"},
		"semicolons":     {classRules, "# as_of: 2026-11-01\ncontact.id;rfm.r\na;1\n", "data/classes.csv", 2, "parted by semicolons"},
		"column twice":   {classRules, "contact.id,rfm.r,rfm.r\na,1,1\n", "data/classes.csv", 1, "fills in rfm.r already"},
		"no file":        {strings.Replace(classRules, "classes.csv", "no.csv", 1), classTable, "r.yaml", 4, "no file data/no.csv"},
	} {
		b, list := rules.Compile(fsOf(map[string]string{"r.yaml": c.rules, "data/classes.csv": c.table}), rules.Options{})
		require.Nil(t, b, name)
		require.Contains(t, fmt.Sprint(list), c.says, name)
		require.Equal(t, c.file, list[0].File, "%s: %v", name, list)
		require.Equal(t, c.line, list[0].Line, "%s: %v", name, list)
	}
	b, list := rules.Compile(fsOf(map[string]string{"r.yaml": classRules, "data/classes.csv": strings.Replace(classTable, "abcxyz.xyz", "shoe.size", 1)}), rules.Options{})
	require.NotNil(t, b)
	require.Contains(t, fmt.Sprint(list), "shoe.size is no field")
}

func TestTableAllocatesNothing(t *testing.T) {
	var rows strings.Builder
	rows.WriteString("# as_of: 2026-11-01\ncontact.id,rfm.r,rfm.segment,abcxyz.abc,trend.slipping\n")
	for i := range 10_000 {
		fmt.Fprintf(&rows, "c-%d,%d,Champions,%c,%t\n", i, i%5+1, 'A'+i%3, i%2 == 0)
	}
	b := tableBundle(t, map[string]string{"r.yaml": classRules, "data/classes.csv": rows.String()}, rules.Options{})
	in := b.NewInput()
	defer in.Release()
	in.Now = tableDay
	require.NoError(t, in.Decode([]byte(`{"contact":{"id":"c-7777"}}`)))
	b.Decide(in)
	require.Zero(t, testing.AllocsPerRun(200, func() { b.Decide(in) }))
}
