package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform/platforms"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// helpExample is what the help on a code shows as wrong or right.
type helpExample struct {
	wrong bool
	text  string
}

var helpMark = regexp.MustCompile(`(?:^|  +)(wrong|right): ?`)

// helpExamples reads the examples of a help text: a mark, what follows it, and
// the lines below that are as far in. What follows three spaces is a remark.
func helpExamples(text string) (out []helpExample) {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		marks := helpMark.FindAllStringSubmatchIndex(line, -1)
		if marks == nil {
			if more, ok := strings.CutPrefix(line, "         "); ok && len(out) > 0 {
				out[len(out)-1].text += "\n" + more
			}
			continue
		}
		for i, m := range marks {
			end := len(line)
			if i+1 < len(marks) {
				end = marks[i+1][0]
			}
			example, _, _ := strings.Cut(line[m[1]:end], "   (")
			out = append(out, helpExample{line[m[2]:m[3]] == "wrong", strings.TrimSpace(example)})
		}
	}
	return out
}

// What stands around an example, in place of the § and as far in.
const (
	someGate    = "gates: [{id: some, require: consent.marketing}]\n"
	inPersona   = "personas:\n  - id: n\n    name: N\n    kind: negative\n    when: orders.count >= 5\n    action: suppress\n    §\n" + inChampion
	inChampion  = "  - {id: champion, kind: positive, name: C, when: orders.count > 9}\n"
	inPositive  = "fields: {contact.vip: {type: bool}}\npersonas:\n  - id: n\n    name: N\n    kind: positive\n    §\n"
	inNegative  = "personas:\n  - id: n\n    name: N\n    kind: negative\n    when: orders.count >= 5\n    §\n"
	inCondition = "fields: {crm.stage: {type: string, enum: [lead, customer]}, crm.pattern: {type: string}}\n" + "personas:\n  - id: n\n    name: N\n    kind: positive\n    when: |\n      §\n"
	inSlot      = "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}, vip: {}, customer: {}, regular: {}}\n    rules:\n      §\npersonas:\n" + inChampion
	inRule      = "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {}}\n    rules:\n      - when: always\n        use: b\n        §\n"
	inModule    = "modules:\n  - id: m\n    file: m.wasm\n    §\n  - {id: propensity, file: m.wasm, inputs: [orders.count], outputs: {score: float}}\n"
	inSources   = "winnow_sources: 1\n§\nsources: [{name: s, platform: generic, scheme: static-header, header: X-Key, secrets: [file:shop.secret]}]\n"
)

// helpFrames says where the examples of a code stand, where the first word of one
// does not tell.
func helpFrames() map[string]string {
	return map[string]string{
		diag.BadFieldPath:   "fields:\n  §: {type: string}\n" + someGate,
		diag.StaleSource:    "lint: {stale-source: warn}\nfields:\n  §\npersonas: [{id: n, name: N, kind: negative, when: orders.returns_count > 5, action: suppress}]\n",
		diag.NumberNotPlain: "params:\n  §\n" + someGate,
		diag.OnlyUnknown:    "fields:\n  §\npersonas: [{id: n, name: N, kind: positive, when: club.share > 0.5}]\n",
		diag.FormatVersion:  "§\n" + someGate,
		diag.BadPath:        "winnow_sources: 1\npublic_url: https://winnow.shop.example\nsources: [{name: s, platform: generic, scheme: static-header, header: X-Key, secrets: [file:shop.secret], mapping: {contact.id: '§'}}]\n",
		diag.TooBroad:       "personas:\n  - id: n\n    name: N\n    kind: negative\n    action: suppress\n    §\n",
		diag.NotAllowed:     "personas:\n  - id: n\n    name: N\n    §\n    when: orders.count >= 5\n    action: suppress\n",
		diag.BadName:        "personas:\n  - §\n    name: N\n    kind: positive\n    when: orders.count >= 5\n",
		diag.ReleaseWithoutHold: "fields: {orders.return_rate: {type: float}}\npersonas:\n  - id: n\n    name: N\n    kind: negative\n" +
			"    §\n    action: suppress\n",
		diag.BadMoment:   strings.Replace(inRule, "§", "active:\n          §", 1),
		diag.BadTimeZone: strings.Replace(inRule, "§", "active:\n          from: 2026-11-01\n          §", 1),
		diag.FutureTable: "tables: {t: {file: t.csv, max_age: 45d}}\n" + someGate,
	}
}

// frameOf goes by the key that an example begins with.
func frameOf(example string) string {
	key, _, _ := strings.Cut(example, ":")
	switch key {
	case "when", "signal":
		return inPositive
	case "action":
		return inNegative
	case "hold", "cap":
		return strings.Replace(inNegative, "§", "action: {§}", 1)
	case "onknown", "on_unknown", "holdout", "review_by", "owner", "unless", "contrasts_with", "release_when", "basis":
		return inPersona
	case "classes":
		return "gates:\n  - id: g\n    require: consent.marketing\n    §\n"
	case "weights":
		return strings.Replace(inSlot, "§", "- when: always\n        split:\n          salt: s\n          §", 1)
	case "active":
		return inRule
	case "fields":
		return "§\n" + someGate
	case "inputs":
		return inModule
	case "public_url":
		return inSources
	case "secrets":
		return "winnow_sources: 1\npublic_url: https://winnow.shop.example\nsources:\n  - name: s\n    platform: generic\n    scheme: static-header\n    header: X-Key\n    §\n"
	}
	if strings.HasPrefix(example, "- {") {
		return inSlot
	}
	return inCondition
}

// placeholder is a name that stands for any condition.
var placeholder = regexp.MustCompile(`\b[ab]\b`)

// helpText makes a file of an example.
func helpText(code string, x helpExample) string {
	frame, ok := helpFrames()[code]
	if !ok {
		frame = frameOf(x.text)
	}
	example := x.text
	if slices.Contains([]string{diag.ConditionNotText, diag.UpperCaseWord, diag.SingleAmpersand, diag.Sequence}, code) {
		example = placeholder.ReplaceAllString(example, "consent.marketing")
	}
	for line := range strings.Lines(frame) {
		if before, _, ok := strings.Cut(line, "§"); ok {
			indent := strings.Repeat(" ", len(before)-len(strings.TrimLeft(before, " -")))
			example = strings.ReplaceAll(example, "\n", "\n"+indent)
		}
	}
	return strings.Replace(frame, "§", example, 1)
}

// noExample are right ones that are said rather than shown.
func noExample(code string) bool {
	return slices.Contains([]string{diag.UnreachableRule, diag.BeyondRetention, diag.ShortSecret}, code)
}

// helpLook finds what is wrong with the file of an example.
func helpLook(code, example, text string) diag.List {
	if strings.HasPrefix(text, "winnow_sources:") {
		key := fstest.MapFS{"shop.secret": {Data: []byte("0123456789abcdef0123456789abcdef")}}
		return sources.Load("s.yaml", []byte(text), sources.Options{
			Platforms: platforms.All(), ReadFile: key.ReadFile,
			Getenv: func(string) string { return "0123456789abcdef0123456789abcdef" },
		}).List
	}
	if code != diag.FormatVersion {
		text = "winnow: 1\n" + text
	}
	files := fstest.MapFS{"r.yaml": {Data: []byte(text)}, "m.wasm": {}, "t.csv": {Data: []byte(example + "\ncontact.id,rfm.segment\na,Champions\n")}}
	_, list := rules.Compile(files, rules.Options{Now: scriptNow, Retention: 90 * 24 * time.Hour})
	return list
}

// What the help calls wrong gives that code, and what it calls right does not, nor
// any other mistake.
func TestHelpIsShownByItsExamples(t *testing.T) {
	shown := 0
	for _, code := range diag.Codes() {
		help, _ := diag.Help(code)
		for _, x := range helpExamples(help.Text) {
			if !x.wrong && noExample(code) {
				continue
			}
			shown++
			text := helpText(code, x)
			given := false
			for _, d := range helpLook(code, x.text, text) {
				given = given || d.Code == code
				if !x.wrong && d.Severity == diag.Error && d.Code != diag.ModuleMissing {
					t.Errorf("%s: what is right is wrong: %s\n%s", code, d.Message, text)
				}
			}
			if given != x.wrong {
				t.Errorf("%s: wrong is %v, and is found: %v\n%s", code, x.wrong, given, text)
			}
		}
	}
	require.Greater(t, shown, 80)
}
