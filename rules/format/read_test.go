package format_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

func sample(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("testdata/sample.yaml")
	require.NoError(t, err)
	return src
}

func TestReadSample(t *testing.T) {
	f, list := format.Read("a/b.yaml", sample(t))
	require.Empty(t, list)
	require.Equal(t, "a/b.yaml", f.Path)
	require.Equal(t, "orders.returns_count", f.Fields[0].Key.Value)
	require.Equal(t, diag.Place{File: "a/b.yaml", Line: 3, Column: 3, EndColumn: 23}, f.Fields[0].Key.At)
	require.Equal(t, 30*24*time.Hour, f.Fields[0].Value.MaxAge.Value)
	require.Equal(t, "price", f.Fields[2].Value.Of.Members[1].Key.Value)
	require.Equal(t, int64(40), f.Params[0].Value.Value)
	require.Equal(t, []string{"PL", "NO"}, f.Params[1].Value.Value)
	require.Equal(t, "2026-01-01", f.Params[2].Value.Value)
	require.Equal(t, true, f.Params[3].Value.Value)
	require.Equal(t, "marketing", f.Gates[1].Classes[0].Value, "a single word is a list of one")

	p := f.Personas[0]
	require.Equal(t, diag.Place{File: "a/b.yaml", Line: 21, Column: 5, EndColumn: 7}, p.At)
	require.Equal(t, "orders.count >= 5 and orders.returns_count / orders.count >= 0.6", p.When.Source)
	require.Equal(t, "orders.returns_count / orders.count < 0.4", p.ReleaseWhen.Source)
	require.Equal(t, format.Cap{Count: 1, Per: 30 * 24 * time.Hour}, p.Action.Cap)
	require.Equal(t, "cap", p.Action.Kind.Value)
	require.Equal(t, 5000, p.Holdout.Buckets)
	require.Equal(t, 10_000, p.Mode.Canary.Buckets)
	require.Nil(t, p.Reason, "a key without a value is a key left out")
	require.True(t, p.ReviewBy.Date)

	hero := f.Slots[0].Value
	require.Equal(t, `{"headline":"We kept your <size>","tags":["a",1,2.50,true,null],"deep":{"z":1,"a":2}}`, string(hero.Variants[1].Value.JSON))
	require.Equal(t, "{}", string(hero.Variants[2].Value.JSON))
	require.Equal(t, 33_333, hero.Rules[1].Split.Weights[0].Value.Buckets)
	require.Equal(t, 66_667, hero.Rules[1].Split.Weights[1].Value.Buckets)
	require.True(t, hero.Rules[1].Active.To.Offset)
	require.Equal(t, 17, hero.Rules[1].Active.To.Wall.Hour())
}

// found writes diagnostics as "line:column code" so that a table can list them.
func found(list diag.List) []string {
	out := []string{}
	for _, d := range list {
		out = append(out, fmt.Sprintf("%d:%d %s", d.Line, d.Column, d.Code))
	}
	return out
}

const persona = "personas:\n  - id: a\n    kind: negative\n    name: n\n    "

func TestMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		want []string
		says string
	}{
		"unknown key":          {"winow: 1\n", []string{"1:1 WN001"}, `did you mean "winnow"?`},
		"unknown key goes on":  {persona + "wen: x\n    holdout: 5x\n", []string{"2:5 WN004", "5:5 WN001", "6:14 WN014"}, `"when"`},
		"doubled key":          {"winnow: 1\nwinnow: 1\n", []string{"2:1 WN002"}, "line 1, column 1"},
		"wrong type":           {"gates: x\n", []string{"1:8 WN003"}, "a list"},
		"mapping wanted":       {"slots: [a]\n", []string{"1:8 WN003"}, "a mapping"},
		"missing":              {"gates:\n  - require: a\n", []string{"2:5 WN004"}, "Stable name"},
		"enum":                 {"fields: {a.b: {type: strin}}\n", []string{"1:22 WN005"}, `"string"`},
		"enum of a bool":       {"gates: [{id: a, kind: true}]\n", []string{"1:23 WN005"}, "yes or no"},
		"enum in a list":       {"gates: [{id: a, classes: [marketing, lega]}]\n", []string{"1:38 WN005"}, `"legal"`},
		"empty text":           {"gates: [{id: ''}]\n", []string{"1:14 WN025"}, ""},
		"null text":            {"gates:\n  - id:\n", []string{"2:8 WN025"}, ""},
		"bool as text":         {"gates: [{id: true}]\n", []string{"1:14 WN003"}, `"true"`},
		"quoted number":        {"winnow: '1'\n", []string{"1:9 WN003"}, "remove the quotes"},
		"version":              {"winnow: 2\n", []string{"1:9 WN021"}, "not 2"},
		"octal":                {"winnow: 01\n", []string{"1:9 WN024"}, "plainly"},
		"octal param":          {"params: {a: 012, b: 0x1f, c: 1_000, d: .inf, e: +5, f: 0o14}\n", []string{"1:13 WN024", "1:21 WN024", "1:30 WN024", "1:40 WN024", "1:49 WN024", "1:56 WN024"}, ""},
		"params":               {"params: {a: , b: [], c: [1, x], d: {e: f}, g: [[1]]}\n", []string{"1:13 WN029", "1:18 WN029", "1:25 WN029", "1:37 WN029", "1:48 WN029"}, ""},
		"duration":             {"fields: {a.b: {type: int, max_age: 30}}\n", []string{"1:36 WN013"}, "30d is days"},
		"duration zero":        {"fields: {a.b: {type: int, max_age: 0d}}\n", []string{"1:36 WN013"}, "no time"},
		"duration endless":     {"fields: {a.b: {type: int, max_age: 99999999999999999999w}}\n", []string{"1:36 WN013"}, "hundred years"},
		"moment":               {persona + "when: a\n    review_by: 12.1.2027\n", []string{"6:16 WN015"}, "2026-11-01"},
		"moment that is not":   {persona + "when: a\n    review_by: 2027-02-30\n", []string{"6:16 WN015"}, ""},
		"action alone":         {persona + "when: a\n    action: hold\n", []string{"6:13 WN030"}, "hold: 7d"},
		"action mistyped":      {persona + "when: a\n    action: supress\n", []string{"6:13 WN005"}, `"suppress"`},
		"action key mistyped":  {persona + "when: a\n    action: {rerute: [x]}\n", []string{"6:14 WN005"}, `"reroute"`},
		"two actions":          {persona + "when: a\n    action: {hold: 7d, ask: [x]}\n", []string{"6:14 WN030"}, "exactly one"},
		"suppress with value":  {persona + "when: a\n    action: {suppress: true}\n", []string{"6:14 WN030"}, "action: suppress"},
		"cap":                  {persona + "when: a\n    action: {cap: 1/month}\n", []string{"6:19 WN028"}, "1 per 30d"},
		"reroute nothing":      {persona + "when: a\n    action: {reroute: []}\n", []string{"6:23 WN030"}, ""},
		"mode alone":           {persona + "when: a\n    mode: canary\n", []string{"6:11 WN030"}, "canary: 10%"},
		"mode off":             {persona + "when: a\n    mode: off\n", []string{"6:11 WN005"}, "observe"},
		"content not mapping":  {"slots: {a: {default: x, variants: {x: [1]}}}\n", []string{"1:39 WN003"}, ""},
		"content doubled key":  {"slots: {a: {default: x, variants: {x: {b: 1, b: 2}}}}\n", []string{"1:46 WN002"}, ""},
		"content infinity":     {"slots: {a: {default: x, variants: {x: {b: -.inf}}}}\n", []string{"1:43 WN024"}, ""},
		"anchor":               {"slots: {a: {default: &x x, variants: {x: {b: *x}}}}\n", []string{"1:22 WN010", "1:46 WN010"}, ""},
		"merge":                {"slots:\n  <<: {a: b}\n", []string{"2:3 WN010"}, ""},
		"tag":                  {"gates: [{id: !x a}]\n", []string{"1:14 WN027"}, ""},
		"explicit str tag":     {"gates: [{id: !!str a}]\n", []string{"1:14 WN027"}, ""},
		"several documents":    {"winnow: 1\n---\nwinnow: 1\n", []string{"3:1 WN022"}, ""},
		"key is a list":        {"? [a]\n: b\n", []string{"1:3 WN003"}, ""},
		"not a mapping":        {"- a\n", []string{"1:1 WN003"}, ""},
		"list element":         {"fields: {a.b: {type: list, of: strng}}\n", []string{"1:32 WN005"}, `"string"`},
		"list without members": {"fields: {a.b: {type: list, of: {}}}\n", []string{"1:32 WN003"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, list := format.Read("f.yaml", []byte(c.src))
			require.Equal(t, c.want, found(list), "%v", list)
			require.Contains(t, list[len(list)-1].Message+list[len(list)-1].Hint+list[0].Message+list[0].Hint+said(list), c.says)
		})
	}
}

func said(list diag.List) string {
	var b strings.Builder
	for _, d := range list {
		b.WriteString(d.Message + " " + d.Hint + "\n")
	}
	return b.String()
}

func TestEmptyFilesAreNoMistake(t *testing.T) {
	for _, src := range []string{"", "# only a comment\n", "---\n", "\ufeff\r\n", "null\n"} {
		f, list := format.Read("f.yaml", []byte(src))
		require.Empty(t, list, "%q", src)
		require.NotNil(t, f)
	}
}

func TestBytes(t *testing.T) {
	for name, c := range map[string]struct {
		src  string
		want string
	}{
		"too large":  {strings.Repeat("#", format.MaxFileSize+1), "0:0 WN017"},
		"not UTF-8":  {"a: b\nc: \xff\n", "2:4 WN019"},
		"NUL":        {"a: \x00\n", "1:4 WN019"},
		"lone CR":    {"a: b\rc: d\n", "1:5 WN019"},
		"U+2028":     {"a: b\u2028c\n", "1:5 WN019"},
		"BOM inside": {"a: b\ufeffc\n", "1:5 WN019"},
	} {
		_, list := format.Read("f.yaml", []byte(c.src))
		require.Equal(t, []string{c.want}, found(list), name)
	}
	f, list := format.Read("f.yaml", []byte("\ufeffwinnow: 1\r\nsignals:\r\n  a: |\r\n    x and\r\n    y\r\n"))
	require.Empty(t, list)
	require.Equal(t, "x and\ny", f.Signals[0].Value.Source)
	_, list = format.Read("f.yaml", []byte("signals:\n  a: '\ufffd'\n"))
	require.Empty(t, list, "U+FFFD itself is a character")
}

func TestDeepFilesEnd(t *testing.T) {
	for _, src := range []string{
		strings.Repeat("[", 200_000),
		strings.Repeat("- ", 9_000) + "a",
		"params: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
		"slots: {a: {default: x, variants: {x: " + strings.Repeat("{a: ", 500) + "1" + strings.Repeat("}", 500) + "}}}",
	} {
		_, list := format.Read("f.yaml", []byte(src))
		require.True(t, list.HasErrors())
	}
}

func TestHintsNameTheSlip(t *testing.T) {
	for src, hint := range map[string]string{
		"gates:\n  - id: a\n    require: x\n    id: b\n":          "write `- ` before it",
		"gates:\n  - id: #1\n    require: x\n":                    "put the text in quotes",
		"gates:\n  - id: a\n    require:\n      - x\n      - y\n": "join its parts with and, or",
		"gates:\n  - id: a\n    require: [x]\n":                   "starts with [ or {",
		"\u00a0\u00a0gates: []\n":                                 `before or behind "gates"`,
		"winnow_test: 1\n":                                        "ends in _test.yaml",
		"winnow_sources: 1\n":                                     "winnow serve --sources",
	} {
		_, list := format.Read("f.yaml", []byte(src))
		require.NotEmpty(t, list, src)
		require.Contains(t, list[0].Hint, hint, src)
	}
}

func TestSyntaxErrorsPointAtTheLine(t *testing.T) {
	before := strings.Repeat("# x\n", 50) + "winnow: 1\nsignals:\n  ok: a\n"
	after := "  more: b\ngates: []\n"
	for line, hint := range map[string]string{
		`  a: "x" == 1`:            "starts with a quote",
		`  a: [1, 2`:               "bracket",
		`  a: hold: 7d`:            "action: {hold: 7d}",
		"  a: b\n\tc: d":           "tabs",
		"  a: *":                   "cannot start with *",
		"  a: any(x, # == 1\n   y": "starts a comment",
		"  a: 'x":                  "starts with a quote",
		"  a: x\n   b: y":          "",
		"  a:x > 1":                "a space behind the colon",
		"  a: |\n  x > 1":          "deeper than the key",
		"  a x > 1":                "a colon and a space",
		"  a: {b: (x ?? 0) > 1}":   "in quotes",
		"  a":                      "",
	} {
		_, list := format.Read("f.yaml", []byte(before+line+"\n"+after))
		require.Len(t, list, 1, line)
		require.Equal(t, diag.YAMLSyntax, list[0].Code, line)
		require.InDelta(t, 54, list[0].Line, 1, "%s: %v", line, list)
		require.Contains(t, list[0].Hint, hint, line)
	}
}

type testFile struct {
	At      diag.Place
	Name    string                       `yaml:"name" required:"true"`
	Count   int                          `yaml:"count"`
	Ratio   float64                      `yaml:"ratio"`
	On      bool                         `yaml:"on"`
	Contact []format.Entry[format.Value] `yaml:"contact"`
	Cases   []struct {
		At     diag.Place
		Input  *format.Value     `yaml:"input"`
		Expect *format.Condition `yaml:"expect"`
	} `yaml:"cases"`
}

func TestDecodeFillsOtherStructs(t *testing.T) {
	f, list := format.Decode[testFile]("x_test.yaml", []byte("name: n\ncount: 3\nratio: 0.5\non: true\n"+
		"contact: {a: [1, {b: null}], c: 2026-01-01}\ncases:\n  - input: text\n    expect: a\n"))
	require.Empty(t, list)
	require.Equal(t, "n", f.Name)
	require.Equal(t, 3, f.Count)
	require.InDelta(t, 0.5, f.Ratio, 0)
	require.True(t, f.On)
	require.Equal(t, `[1,{"b":null}]`, string(f.Contact[0].Value.JSON))
	require.Equal(t, `"2026-01-01"`, string(f.Contact[1].Value.JSON))
	require.Equal(t, `"text"`, string(f.Cases[0].Input.JSON))
	require.Equal(t, 7, f.Cases[0].At.Line)

	_, list = format.Decode[testFile]("x_test.yaml", []byte("nam: n\ncount: 1.5\n"))
	require.Equal(t, []string{"1:1 WN001", "1:1 WN004", "2:8 WN031"}, found(list))
}

// An empty list would count as if the key were left out: for all, where somebody
// may have meant none.
func TestListsThatNameNothing(t *testing.T) {
	for _, text := range []string{
		"gates:\n  - {id: g, require: consent.marketing, classes: []}\n",
		"gates:\n  - {id: g, require: consent.marketing, classes: }\n",
		"gates:\n  - id: g\n    require: consent.marketing\n    classes: # - marketing\n",
		"gates:\n  - {id: g, require: consent.marketing, stages: []}\n",
		"gates:\n  - {id: g, fields: []}\n",
		"fields: {crm.stage: {type: string, enum: []}}\n",
		"personas:\n  - {id: n, kind: negative, name: N, when: always, action: suppress, classes: []}\n",
		"slots:\n  hero: {default: a, variants: {a: {}}, rules: [{when: always, use: a, active: {days: []}}]}\n",
	} {
		_, list := format.Read("r.yaml", []byte("winnow: 1\n"+text))
		require.Len(t, list, 1, text)
		require.Equal(t, diag.EmptyList, list[0].Code, text)
		require.Contains(t, list[0].Message, "names nothing")
		require.Equal(t, "name some, or leave the key out", list[0].Hint)
	}
	_, list := format.Read("r.yaml", []byte("winnow: 1\npersonas: []\ngates:\nmodules: [{id: m, file: m.wasm, inputs: [], slots: []}]\n"))
	require.Empty(t, list, "there are none, and that is all it can mean")
}
