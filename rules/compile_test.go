package rules_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

func mistakes(t testing.TB, files map[string]string) (*rules.Bundle, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return rules.Compile(fsys, rules.Options{})
}

const head = "winnow: 1\n"

func TestMistakesOfStructure(t *testing.T) {
	persona := func(more string) string {
		return head + "personas:\n  - id: n\n    kind: negative\n    name: N\n    when: orders.count > 2\n    action: suppress\n" + more
	}
	slot := func(rules string) string {
		return head + "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}}\n    rules:\n" + rules
	}
	for name, c := range map[string]struct {
		text string
		want []string // codes of errors, sorted by place
	}{
		"duplicate persona":     {persona("") + "  - {id: n, kind: positive, name: M, when: always}\n", []string{diag.DuplicateID}},
		"persona cycle":         {head + "personas:\n  - {id: a, kind: positive, name: A, when: persona(\"b\")}\n  - {id: b, kind: positive, name: B, when: persona(\"a\")}\n", []string{diag.Cycle}},
		"signal cycle":          {head + "signals:\n  a: signal.b and true\n  b: signal.a\n", []string{diag.Cycle}},
		"self":                  {persona("    unless: persona(\"n\")\n"), []string{diag.Cycle}},
		"no action":             {head + "personas:\n  - {id: n, kind: negative, name: N, when: orders.count > 2}\n", []string{diag.ActionMissing}},
		"action on positive":    {head + "personas:\n  - {id: n, kind: positive, name: N, when: always, action: suppress}\n", []string{diag.ActionOnPositive}},
		"holdout on positive":   {head + "personas:\n  - {id: n, kind: positive, name: N, when: always, holdout: 5%}\n", []string{diag.NegativeKeyOnPositive}},
		"unknown pin":           {head + "personas:\n  - {id: n, kind: negative, name: N, when: always, action: {pin: {hreo: b}}}\nslots:\n  hero: {default: b, variants: {b: {}}}\n", []string{diag.UnknownSlot}},
		"unknown pinned":        {head + "personas:\n  - {id: n, kind: negative, name: N, when: always, action: {pin: {hero: c}}}\nslots:\n  hero: {default: b, variants: {b: {}}}\n", []string{diag.UnknownVariant}},
		"empty pin":             {head + "personas:\n  - {id: n, kind: negative, name: N, when: orders.count > 2, action: {pin: {}}}\n", []string{diag.MissingKey}},
		"no variants":           {head + "slots:\n  hero: {default: b, variants: {}}\n", []string{diag.MissingKey}},
		"no weights":            {slot("      - {when: always, split: {salt: s, weights: {}}}\n"), []string{diag.MissingKey}},
		"open gate of fields":   {head + "gates:\n  - {id: g, fields: [contact.city], on_unknown: open}\n", []string{diag.NotAllowed}},
		"no id":                 {head + "gates:\n  - {require: consent.marketing}\n", []string{diag.MissingKey}},
		"condition is no text":  {head + "gates:\n  - {id: g, require: true}\n", []string{diag.ConditionNotText}},
		"empty signal":          {head + "signals:\n  a:\n", []string{diag.EmptyCondition}},
		"age in quotes":         {head + "gates:\n  - {id: g, min_age: '18'}\n", []string{diag.WrongType}},
		"list without a file":   {head + "lists:\n  x: x.csv\n", []string{diag.WrongType}},
		"waiver without a rule": {persona("    waive: [too-broad]\n"), []string{diag.WrongType}},
		"below a field":         {head + "fields:\n  orders.count.x: {type: int}\n", []string{diag.BadFieldOption}},
		"above a field":         {head + "fields:\n  contact.name: {type: string}\n", []string{diag.BadFieldOption}},
		"field among params":    {head + "fields:\n  params.x: {type: int}\n", []string{diag.BadFieldPath}},
		"sent in no days":       {persona("    unless: sent(0) > 1\n"), []string{diag.WrongArguments}},
		"test in a rule file":   {"winnow_test: 1\n", []string{diag.UnknownKey}},
		"unknown default":       {head + "slots:\n  hero: {default: c, variants: {b: {}}}\n", []string{diag.UnknownVariant}},
		"no default":            {head + "slots:\n  hero: {variants: {b: {}}}\n", []string{diag.MissingKey}},
		"unknown variant":       {slot("      - {when: always, use: c}\n"), []string{diag.UnknownVariant}},
		"use and split":         {slot("      - {when: always, use: b, split: {salt: s, weights: {b: 100}}}\n"), []string{diag.SlotRuleNeedsOne}},
		"neither":               {slot("      - {when: orders.count > 1}\n"), []string{diag.SlotRuleNeedsOne}},
		"weights":               {slot("      - {when: always, split: {salt: s, weights: {a: 50, b: 40}}}\n"), []string{diag.WeightsSum}},
		"split field":           {slot("      - {when: always, split: {by: contact.idd, salt: s, weights: {b: 100}}}\n"), []string{diag.UnknownField}},
		"split by time":         {slot("      - {when: always, split: {by: orders.last_at, salt: s, weights: {b: 100}}}\n"), []string{diag.TypeMismatch}},
		"window":                {slot("      - {when: always, use: b, active: {from: 2026-11-02, to: 2026-11-01}}\n"), []string{diag.ActiveWindow}},
		"zone":                  {slot("      - {when: always, use: b, active: {from: 2026-11-02, tz: Europe/Warszawa}}\n"), []string{diag.BadTimeZone}},
		"gate of two":           {head + "gates:\n  - {id: g, require: consent.marketing, min_age: 18}\n", []string{diag.GateNeedsOne}},
		"gate of none":          {head + "gates:\n  - {id: g}\n", []string{diag.GateNeedsOne}},
		"gate of an empty list": {head + "gates:\n  - {id: g, fields: []}\n", []string{diag.EmptyList}},
		"gate of a mapping":     {head + "gates:\n  - {id: g, fields: {}}\n", []string{diag.WrongType}},
		"list of an empty file": {head + "lists:\n  rivals: {file: }\n", []string{diag.EmptyText}},
		"module without a file": {head + "modules: [{id: m, file: }]\n", []string{diag.EmptyText}},
		"gate field":            {head + "gates:\n  - {id: g, fields: [contact.cty]}\n", []string{diag.UnknownField}},
		"ask for a condition":   {head + "gates:\n  - {id: g, require: consent.marketing, otherwise: ask}\n", []string{diag.NotAllowed}},
		"age":                   {head + "gates:\n  - {id: g, min_age: 17.5}\n", []string{diag.NotAllowed}},
		"list file":             {head + "lists:\n  rivals: {file: rivals.csv}\n", []string{diag.ListFileMissing}},
		"field path":            {head + "fields:\n  Count: {type: int}\n", []string{diag.BadFieldPath}},
		"field clash":           {head + "fields:\n  contact.country: {type: int}\n", []string{diag.BadFieldOption}},
		"list of nothing":       {head + "fields:\n  x.y: {type: list}\n", []string{diag.BadFieldOption}},
		"as_of":                 {head + "fields:\n  x.y: {type: int, max_age: 3d, as_of: contact.country}\n", []string{diag.BadFieldOption}},
		"protected":             {head + "personas:\n  - {id: n, kind: negative, name: N, when: contact.birth_year < 1960, action: suppress}\n", []string{diag.ProtectedTrait}},
		"protected by a signal": {head + "signals:\n  old: contact.birth_year < 1960\npersonas:\n  - {id: n, kind: negative, name: N, when: signal.old, action: {cap: 1 per 7d}}\n", []string{diag.ProtectedTrait}},
		"bad id":                {head + "personas:\n  - {id: \"n n\", kind: positive, name: N, when: always}\n", []string{diag.BadName}},
		"bad signal name":       {head + "signals:\n  a-b: consent.marketing\n", []string{diag.BadName}},
		"several at once":       {persona("    unless: persona(\"m\")\n    owner: a\n    colour: red\n    release_when: orders.cuont < 1\n"), []string{diag.UnknownPersona, diag.UnknownKey, diag.UnknownField}},
	} {
		t.Run(name, func(t *testing.T) {
			b, list := mistakes(t, map[string]string{"r.yaml": c.text})
			require.Nil(t, b)
			var got []string
			for _, d := range list {
				require.Equal(t, "r.yaml", d.File)
				require.Positive(t, d.Line)
				if _, known := diag.Help(d.Code); !known {
					t.Errorf("%s has no help", d.Code)
				}
				if d.Severity == diag.Error {
					got = append(got, d.Code)
				}
			}
			require.Equal(t, c.want, got, "%v", list)
		})
	}
}

func TestAdvice(t *testing.T) {
	b, list := mistakes(t, map[string]string{"r.yaml": head + `
signals:
  unused: orders.count > 3
personas:
  - {id: n, kind: negative, name: N, when: orders.count > 2, action: suppress}
slots:
  hero:
    default: a
    variants: {a: {}, b: {}, c: {}}
    rules:
      - {when: always, use: b}
      - {when: orders.count > 1, use: b}
`})
	require.NotNil(t, b)
	got := map[string]int{}
	for _, d := range list {
		require.NotEqual(t, diag.Error, d.Severity)
		got[d.Code]++
	}
	for _, code := range []string{diag.UnusedSignal, diag.NoExit, diag.NoHoldout, diag.NoOwner, diag.UnusedVariant, diag.UnreachableRule} {
		require.Equal(t, 1, got[code], "%s in %v", code, list)
	}
	require.Equal(t, list, b.Warnings())
}

func TestLists(t *testing.T) {
	rule := head + "lists:\n  rivals: {file: data/rivals.csv, column: domain}\n  plain: {file: plain.csv, case: exact}\npersonas:\n" +
		"  - {id: rival, kind: positive, name: R, when: 'in_list(\"rivals\", domain(contact.email))'}\n" +
		"  - {id: plain, kind: positive, name: P, when: 'in_list(\"plain\", contact.city)'}\n"
	files := map[string]string{
		"r.yaml": rule, "data/rivals.csv": "\ufeffname,domain\r\nAcme, ACME.example \n\"Beta, Inc\",beta.example\n", "plain.csv": "Hel\nGdynia\n",
	}
	b, list := mistakes(t, files)
	require.NotNil(t, b, list)
	for body, want := range map[string][]string{
		`{"contact":{"email":"a@Acme.Example","city":"Hel"}}`:   {"rival", "plain"},
		`{"contact":{"email":"a@beta.example","city":"hel"}}`:   {"rival"},
		`{"contact":{"email":"a@gamma.example","city":"Hela"}}`: nil,
	} {
		require.Equal(t, want, decide(t, b, body).Personas, body)
	}
	for name, c := range map[string][2]string{
		"column":    {"domian\nx\n", diag.ListColumnMissing},
		"empty":     {"domain\n\n", diag.BadList},
		"no header": {"", diag.BadList},
		"quotes":    {"domain\n\"x\n", diag.BadList},
		"two":       {"domain,domain\na,b\n", diag.BadList},
		"UTF-16":    {"d\x00o\x00m\x00a\x00i\x00n\x00\n\x00", diag.BadList},
	} {
		files["data/rivals.csv"] = c[0]
		b, list := mistakes(t, files)
		require.Nil(t, b, name)
		require.Equal(t, c[1], list[0].Code, "%s: %v", name, list)
	}
	// Other separators would make a value of each line; within quotes they are one.
	files["data/rivals.csv"] = "domain\nacme.example\n"
	for _, text := range []string{"Hel;town\r\nGdynia;town\r\n", "Hel\ttown\n"} {
		files["plain.csv"] = text
		b, list := mistakes(t, files)
		require.Nil(t, b)
		require.Equal(t, diag.BadList, list[0].Code, list)
		require.Equal(t, "plain.csv", list[0].File)
	}
	files["plain.csv"] = "\"Hel;town\"\nGdynia\n"
	b, list = mistakes(t, files)
	require.NotNil(t, b, list)
	require.Equal(t, []string{"plain"}, decide(t, b, `{"contact":{"email":"a@x.example","city":"Hel;town"}}`).Personas)
}

func TestFilesOfABundle(t *testing.T) {
	rule := head + "signals:\n  a: orders.count > 1\n"
	base := map[string]string{"r.yaml": rule, "r_test.yaml": "winnow_test: 1\n", ".hidden/x.yaml": "nonsense: [", "README.md": "x"}
	b, list := mistakes(t, base)
	require.NotNil(t, b, list)
	require.Len(t, b.Tests(), 1)
	digest := b.Digest()
	require.Len(t, digest, 64)
	base["README.md"], base[".hidden/x.yaml"] = "y", "z"
	b, _ = mistakes(t, base)
	require.Equal(t, digest, b.Digest(), "what does not belong to the bundle does not name it")
	base["r_test.yaml"] = "winnow_test: 1 \n"
	b, _ = mistakes(t, base)
	require.NotEqual(t, digest, b.Digest())

	for name, c := range map[string]struct {
		files map[string]string
		code  string
	}{
		"nothing":   {map[string]string{"README.md": "x"}, diag.EmptyBundle},
		"too large": {map[string]string{"r.yaml": rule + "# " + strings.Repeat("x", 1<<20)}, diag.FileTooLarge},
		"version":   {map[string]string{"r.yaml": "winnow: 2\n"}, diag.FormatVersion},
	} {
		b, list := mistakes(t, c.files)
		require.Nil(t, b, name)
		require.Equal(t, c.code, list[0].Code, name)
	}
	for _, text := range []string{"", "# to do\n", "---\n"} {
		b, list := mistakes(t, map[string]string{"r.yaml": rule, "s.yaml": text})
		require.NotNil(t, b, text)
		d := list[len(list)-1] // after the hints about r.yaml
		require.Equal(t, []any{diag.Warn, "s.yaml", diag.EmptyFile}, []any{d.Severity, d.File, d.Code}, text)
	}
	b, list = mistakes(t, map[string]string{"r.yaml": rule, "GATES.YAML": rule, "x.Csv": "a"})
	require.NotNil(t, b, list)
	require.Equal(t, []any{diag.Warn, "GATES.YAML", diag.BadName}, []any{list[0].Severity, list[0].File, list[0].Code}, "%v", list)
	require.Equal(t, "x.Csv", list[len(list)-1].File, "%v", list)
	_, list = rules.Compile(fstest.MapFS{
		"r.yaml": {Data: []byte(rule)}, ".there/gates.yaml": {Data: []byte("{")}, "gates": {Data: []byte(".there"), Mode: fs.ModeSymlink},
		"s.yaml": {Data: []byte(".there/more.yaml"), Mode: fs.ModeSymlink}, ".there/more.yaml": {Data: []byte(head)},
	}, rules.Options{})
	require.Equal(t, []any{diag.Warn, "gates", diag.BadName}, []any{list[0].Severity, list[0].File, list[0].Code}, "%v", list)
	many := map[string]string{}
	for i := range 1001 {
		many[fmt.Sprintf("r%d.yaml", i)] = rule
	}
	b, list = mistakes(t, many)
	require.Nil(t, b)
	require.Equal(t, diag.TooManyFiles, list[0].Code)
}

func TestLoadErrorNamesThePlace(t *testing.T) {
	_, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte(head + "personas:\n  - {id: n, kind: positive, name: N, when: contact.emial == \"a\"}\n")}}, rules.Options{})
	require.ErrorContains(t, err, "r.yaml:3:")
	require.ErrorContains(t, err, "contact.emial")
}

// Whatever the bytes, compiling ends with diagnostics or a bundle that decides.
func FuzzCompile(f *testing.F) {
	f.Add([]byte(head + shop))
	f.Add([]byte(head + "personas:\n  - id: n\n    kind: negative\n    name: N\n    when: " + strings.Repeat("(", 4000) + "\n    action: suppress\n"))
	f.Add([]byte(head + "signals:\n  a: !contact.vip\n  b: any(contact.tags, # == \"x\")\n"))
	f.Add([]byte(head + "slots:\n  h: {default: a, variants: {a: {}}, rules: [{when: always, split: {salt: s, weights: {a: 100}}}]}\n"))
	f.Add([]byte("a: &a [*a, *a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, list := rules.Compile(fstest.MapFS{"r.yaml": {Data: data}}, rules.Options{})
		require.Equal(t, b == nil, list.HasErrors())
		if b == nil {
			return
		}
		in := b.NewInput()
		in.Now = noon
		d := b.Decide(in)
		require.NotEmpty(t, d.AppendJSON(nil))
	})
}
