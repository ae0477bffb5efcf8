package ruletest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/ruletest"
)

const shop = `winnow: 1
fields:
  loyalty.points: {type: int, min: 0}
gates:
  - id: consent
    require: consent.marketing
    classes: [marketing]
  - id: reachable
    fields: [contact.email]
    otherwise: ask
personas:
  - id: champion
    kind: positive
    name: Champion
    when: rfm.r >= 4 and loyalty.points >= 100
  - id: serial-returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.count >= 5 and orders.returns_count / orders.count >= 0.6
    unless: persona("champion")
    release_when: orders.returns_count == 0
    action: suppress
    holdout: 0%
    review_by: 2027-01-12
  - id: over-mailed
    kind: negative
    name: Got three messages this week
    when: sent(7) >= 3
    messages: message.channel == "email"
    action: {hold: 2d}
    review_by: 2027-01-12
  - id: lately
    kind: negative
    name: Bought lately
    when: any(orders.history, days_since(.at) <= 3)
    action: {reroute: [push]}
slots:
  hero:
    default: generic
    variants: {vip: {}, generic: {}}
    rules:
      - when: persona("champion")
        use: vip
`

const people = `winnow_test: 1
now: 2026-11-22T12:00:00Z
message: {class: marketing, channel: email}
contacts:
  plain:
    contact: {id: plain, email: a@example.com}
    consent.marketing: true
    rfm.r: 3
    loyalty.points: 10
    orders: {count: 6, returns_count: 1, history: [{at: -30d, total: 10}]}
  returner:
    extends: plain
    orders.returns_count: 5
`

// run compiles the shop with one test file and runs it.
func run(t *testing.T, cases string) *ruletest.Report {
	t.Helper()
	return runFiles(t, people+"cases:\n"+cases, ruletest.Options{})
}

func runFiles(t *testing.T, test string, opts ruletest.Options) *ruletest.Report {
	t.Helper()
	files := fstest.MapFS{"shop.yaml": {Data: []byte(shop)}}
	if test != "" {
		files["shop_test.yaml"] = &fstest.MapFile{Data: []byte(test)}
	}
	b, list := rules.Compile(files, rules.Options{})
	require.NotNil(t, b, "%+v", list)
	opts.Source = files
	return ruletest.Run(b, opts)
}

func mistakes(r *ruletest.Report) string {
	var out strings.Builder
	for _, d := range r.Diagnostics {
		fmt.Fprintf(&out, "%d:%d %s %s | %s\n", d.Line, d.Column, d.Code, d.Message, d.Hint)
	}
	return out.String()
}

func TestCasesThatPass(t *testing.T) {
	for name, text := range map[string]string{
		"plain":          `{contact: plain, expect: {send: true, action: send, personas: [], variants: {hero: generic}, ask: [], route: [], holdout: false, hold_until: none, review_by: none}}`,
		"extends":        `{contact: returner, expect: {send: false, action: suppress, personas: [serial-returner], review_by: 2027-01-12}}`,
		"set":            `{contact: plain, set: {orders.returns_count: 5}, expect: {send: false}}`,
		"set a tree":     `{contact: plain, set: {orders: {returns_count: 5}}, expect: {send: false}}`,
		"unknown":        `{contact: returner, set: {orders.returns_count: null}, expect: {send: true, reasons: [persona_unknown serial-returner]}}`,
		"unknown group":  `{contact: returner, set: {orders: null}, expect: {send: true}}`,
		"unless":         `{contact: returner, set: {rfm.r: 5, loyalty.points: 100}, expect: {send: true, personas: champion, reasons: [persona_exempt serial-returner], variants: {hero: vip}}}`,
		"gate":           `{contact: plain, set: {consent.marketing: false}, expect: {send: false, action: gate, reasons: gate_closed}}`,
		"class":          `{contact: plain, message: {class: service}, set: {consent.marketing: false}, expect: {send: true}}`,
		"ask":            `{contact: plain, set: {contact.email: null}, expect: {action: ask, ask: contact.email}}`,
		"sent":           `{contact: plain, state: {sent: [{at: -1d}, {at: -6d, count: 2}, {at: -8d, count: 9}]}, expect: {action: hold, hold_until: 2d, send: false}}`,
		"sent is none":   `{contact: plain, state: {sent: []}, expect: {send: true, reasons_exclude: [persona_unknown over-mailed]}}`,
		"sent unknown":   `{contact: plain, expect: {reasons: [persona_unknown over-mailed]}}`,
		"hold, absolute": `{contact: plain, state: {sent: [{at: now, count: 3}]}, expect: {hold_until: 2026-11-24T12:00:00Z}}`,
		"held":           `{contact: plain, state: {held: [serial-returner]}, expect: {personas_include: [serial-returner]}}`,
		"not held":       `{contact: plain, expect: {personas_exclude: [serial-returner]}}`,
		"clock":          `{contact: returner, now: 2027-03-01, expect: {send: true, reasons: [persona_overdue serial-returner]}}`,
		"times in lists": `{contact: plain, set: {orders.history: [{at: -2d}]}, expect: {route: push, action: reroute}}`,
		"nobody":         `{expect: {send: false, reasons: [gate_unknown consent]}}`,
		"table":          `{contact: plain, table: {columns: [orders.returns_count, expect.send, expect.personas], rows: [[3, true, []], [4, false, [serial-returner]], [~, true, ~]]}}`,
		"table of all":   `{contact: returner, table: {columns: [expect.action, expect.review_by, expect.variants.hero, now, expect.reasons], rows: [[suppress, 2027-01-12, generic, 2026-12-01, persona_match]]}}`,
		"table, contact": `{table: {columns: [orders.returns_count, contact, expect.send], rows: [[4, plain, false], [0, returner, true]]}}`,
		"matrix":         `{matrix: {contact: [plain, returner], message.class: [service, legal]}, expect: {send: true}}`,
	} {
		r := run(t, "  - {name: x, "+text[1:]+"\n")
		require.Empty(t, mistakes(r), name)
		for _, x := range r.Results {
			require.Empty(t, x.Misses, "%s: %s", name, x.Name)
		}
		require.True(t, r.OK(), name)
	}
}

func TestTablesAndMatricesMakeCases(t *testing.T) {
	r := run(t, "  - {name: x, matrix: {contact: [plain, returner], message.class: [service, legal]}, expect: {send: true}}\n")
	var names []string
	for _, x := range r.Results {
		names = append(names, x.Name)
	}
	require.Equal(t, []string{
		"x / plain / class service", "x / plain / class legal", "x / returner / class service", "x / returner / class legal",
	}, names)
}

func TestAFailureSaysWhatAndWhy(t *testing.T) {
	r := run(t, `  - name: returners are sent to
    contact: returner
    expect:
      send: true
      personas: []
      variants: {hero: vip}
`)
	require.False(t, r.OK())
	require.Equal(t, 1, r.Failed())
	var out bytes.Buffer
	require.NoError(t, r.WriteText(&out, false))
	for _, want := range []string{
		"FAIL shop_test.yaml:15: returners are sent to\n",
		"  send\n    expected  true\n    got       false\n",
		"  personas\n    expected  none\n    got       serial-returner\n",
		"  variants.hero\n    expected  vip\n    got       generic\n",
		"orders.returns_count / orders.count >= 0.6  true",
		"FAIL  1 case in 1 file, 1 failed\n",
	} {
		require.Contains(t, out.String(), want)
	}
	require.NotContains(t, out.String(), "lately (Bought lately)", "rules that have nothing to do with it stay out")
}

// A review date is shown as it is written, not as the moment at which it ends.
func TestAReviewDateIsShownAsWritten(t *testing.T) {
	r := run(t, "  - {name: x, contact: returner, expect: {review_by: 2027-01-13}}\n")
	require.Empty(t, mistakes(r))
	require.Len(t, r.Results[0].Misses, 1)
	miss := r.Results[0].Misses[0]
	require.Equal(t, []string{"2027-01-13", "2027-01-12"}, []string{miss.Want, miss.Got})
}

func TestTestsThatTestNothingFail(t *testing.T) {
	for name, test := range map[string]string{
		"no file":      "",
		"no cases":     people + "cases: []\n",
		"no key":       people,
		"other format": strings.Replace(people, "winnow_test: 1", "winnow_test: 2", 1) + "cases: [{name: x, expect: {send: false}}]\n",
		"twice":        people + "cases: [{name: x, expect: {send: false}}, {name: x, expect: {send: false}}]\n",
	} {
		require.False(t, runFiles(t, test, ruletest.Options{}).OK(), name)
	}
	none := runFiles(t, people+"cases: [{name: x, expect: {send: false}}]\n", ruletest.Options{Run: regexp.MustCompile("nothing")})
	require.False(t, none.OK(), "a filter that matches nothing")
	one := runFiles(t, people+"cases: [{name: x, expect: {send: false}}, {name: other, expect: {send: true}}]\n", ruletest.Options{Run: regexp.MustCompile("shop_test.yaml: x")})
	require.True(t, one.OK())
	require.Len(t, one.Results, 1)
}

func TestFailuresForTheReloadGate(t *testing.T) {
	compile := func(test string) *rules.Bundle {
		files := fstest.MapFS{"shop.yaml": {Data: []byte(shop)}}
		if test != "" {
			files["shop_test.yaml"] = &fstest.MapFile{Data: []byte(test)}
		}
		b, _ := rules.Compile(files, rules.Options{})
		require.NotNil(t, b)
		return b
	}
	require.Empty(t, ruletest.Failures(compile("")), "a bundle without tests may be served")
	require.Empty(t, ruletest.Failures(compile(people+"cases: [{name: x, expect: {send: false}}]\n")))
	require.Equal(t, []string{"shop_test.yaml:14: x: send is false, expected true"},
		ruletest.Failures(compile(people+"cases: [{name: x, expect: {send: true}}]\n")))
	require.Len(t, ruletest.Failures(compile(people+"cases: [{name: x}]\n")), 1)
}

func TestSchemaAcceptsWhatTheReaderDoes(t *testing.T) {
	raw, err := ruletest.Schema()
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("tests.json", doc))
	schema, err := c.Compile("tests.json")
	require.NoError(t, err)

	valid := func(text string) error {
		var v map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(text), &v))
		delete(v, "now") // a date to YAML, text to the schema
		v["now"] = "2026-11-22T12:00:00Z"
		out, err := json.Marshal(v)
		require.NoError(t, err)
		inst, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		require.NoError(t, err)
		return schema.Validate(inst)
	}
	require.NoError(t, valid(people+`cases:
  - name: x
    contact: plain
    set: {orders.count: null}
    state: {sent: [{at: -1d, count: 2, tags: [sale]}], held: [champion]}
    expect: {send: true, personas: champion, variants: {hero: vip}}
    table: {columns: [orders.count, expect.send], rows: [[1, true], [~, ~]]}
    matrix: {contact: [plain, returner]}
`))
	require.Error(t, valid(people+"cases: [{name: x, expct: {}}]\n"))
	require.Error(t, valid(people+"cases: [{name: x, expect: {action: supress}}]\n"))
}

func TestFormatKeepsTestFiles(t *testing.T) {
	text := people + "cases:\n  - name: x\n    expect: {send: true}\n"
	out, err := ruletest.Format([]byte(text))
	require.NoError(t, err)
	require.Equal(t, text, string(out))
}
