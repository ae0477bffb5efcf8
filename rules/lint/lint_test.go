package lint_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/lint"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// check compiles rule text and returns what is found, with the files beside it.
func check(t testing.TB, yaml string) diag.List {
	t.Helper()
	fsys := fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\n" + yaml)}, "rivals.csv": {Data: []byte("rival.example\n")}, "classes.csv": {Data: []byte("contact.id,rfm.segment\nanna,Champions\n")}}
	_, list := rules.Compile(fsys, rules.Options{Now: today, Retention: 90 * 24 * time.Hour})
	return list
}

// sound is a negative persona that nothing is wrong with; keys replace its own.
func sound(keys ...string) string { return "personas:\n" + persona("n", keys...) }

func persona(id string, keys ...string) string {
	own := map[string]string{
		"kind": "negative", "name": "Sends back most of what they buy", "when": "orders.returns_count >= 5", "action": "suppress",
		"holdout": "5%", "review_by": "2027-01-12", "owner": "anna@shop.example", "status": "draft",
	}
	order := []string{"kind", "name", "when", "action", "holdout", "review_by", "owner", "status"}
	for _, k := range keys {
		name, value, _ := strings.Cut(k, ": ")
		if _, ok := own[name]; !ok {
			order = append(order, name)
		}
		own[name] = value
	}
	out := "  - id: " + id + "\n"
	for _, name := range order {
		if own[name] != "none" {
			out += "    " + name + ": " + own[name] + "\n"
		}
	}
	return out
}

func positive(id string, keys ...string) string {
	return persona(id, append([]string{"kind: positive", "action: none", "holdout: none"}, keys...)...)
}

func slot(rules string) string {
	return "slots:\n  hero:\n    default: a\n    variants: {a: {}, b: {price: 9}, c: {text: \"10% off everything\"}}\n    rules:\n      - {when: orders.count > 90, use: b}\n      - {when: orders.count > 80, use: c}\n" + rules
}

const talked = "{team: service, kind: interview, count: 9}"

// examples are, for each rule, rules that it finds and rules that it leaves be.
func examples() map[string][2]string {
	return map[string][2]string{
		"protected-trait": {
			sound("when: contact.gender == \"male\" and orders.count > 3"),
			"policy:\n  allow:\n    - {trait: contact.gender, for: n, reason: clothes for one sex only; checked by J. Kos}\n" + sound("when: contact.gender == \"male\" and orders.count > 3"),
		},
		"idle-release":       {sound("release_when: orders.returns_count > 2"), sound("release_when: orders.returns_count < 2")},
		"constant-condition": {sound("when: \"true\""), sound("when: always", "action: {cap: 1 per 7d}")},
		"no-review-date":     {sound("review_by: none", "release_when: orders.returns_count < 2"), sound()},
		"no-exit":            {sound("review_by: none"), sound("review_by: none", "release_when: orders.returns_count < 2")},
		"no-holdout":         {sound("holdout: none"), sound("holdout: 0%")},
		"no-owner":           {sound("owner: none"), sound()},
		"overdue":            {sound("review_by: 2026-11-20"), sound("review_by: 2026-11-22")},
		"shadowed": {
			slot("      - {when: orders.count > 3, use: b}\n      - {when: orders.count >= 5 and web.trials > 1, use: c}\n"),
			slot("      - {when: orders.count >= 5 and web.trials > 1, use: c}\n      - {when: orders.count > 3, use: b, mode: observe}\n      - {when: orders.count > 4, use: b}\n"),
		},
		"unused-variant": {"slots: {hero: {default: a, variants: {a: {}, b: {}}}}", slot("")},
		"unused-signal":  {"signals: {often: orders.count > 3}\n" + sound(), "signals: {often: orders.count > 3}\n" + sound("when: signal.often")},
		"unused-param":   {"params: {most: 3}\n" + sound(), "params: {most: 3}\n" + sound("when: orders.count > params.most")},
		"unused-list":    {"lists: {rivals: {file: rivals.csv}}\n" + sound(), "lists: {rivals: {file: rivals.csv}}\n" + sound("when: in_list(\"rivals\", domain(contact.email))")},
		"no-evidence":    {sound("status: none"), sound("status: none", "evidence: ["+talked+"]")},
		"no-reason":      {sound("status: approved"), sound("status: approved", "reason: We pause our offers")},
		"no-basis":       {sound("status: approved"), sound("status: approved", "basis: legitimate interest, docs/returns.md")},
		"single-source":  {sound("status: approved", "evidence: ["+talked+", "+talked+"]"), sound("status: approved", "evidence: ["+talked+", {team: sales, kind: ledger}]")},
		"few-teams": {
			sound("status: approved", "evidence: ["+talked+", {team: sales, kind: ledger}]"),
			sound("status: approved", "evidence: ["+talked+", {team: sales, kind: ledger}, {team: marketing, kind: ledger}]"),
		},
		"no-interview":         {sound("status: interviewed", "evidence: [{team: sales, kind: ledger}]"), sound("status: interviewed", "evidence: ["+talked+"]")},
		"small-sample":         {sound("status: approved", "evidence: [{team: sales, kind: ledger, count: 4}]"), sound("status: approved", "evidence: [{team: sales, kind: ledger, count: 4}, "+talked+"]")},
		"insulting-label":      {sound("name: Freeloaders and others"), sound("name: Uses what is free")},
		"personality-word":     {sound("name: Lazy and far away"), sound("name: Asks twice before buying")},
		"vanity-attribute":     {sound("when: prefs.car_brand == \"Lada\""), sound("when: prefs.car_brand == \"Lada\" and orders.count > 3")},
		"age-range":            {"personas:\n" + positive("p", "when: age(contact.birth_date) >= 18 and age(contact.birth_date) <= 65 and orders.count > 1"), "personas:\n" + positive("p", "when: orders.count > 1")},
		"demographics-only":    {sound("when: contact.city == \"Gdynia\" and contact.language == contact.locale"), sound("when: contact.city == \"Gdynia\" and orders.count == 0")},
		"out-of-scope":         {sound("when: contact.market == \"b2b\" and orders.count == 0", "scope: {markets: [b2c]}"), sound("when: contact.market == \"b2b\" and orders.count == 0", "scope: {markets: [b2b]}")},
		"too-broad":            {sound("when: contact.country != \"PL\""), sound("when: contact.country != \"PL\" and orders.count == 0")},
		"proxy-trait":          {sound("when: has(orders.categories, \"kosher\")"), sound("when: has(orders.categories, \"shoes\")")},
		"prediction-only":      {"fields: {crm.churn_score: {type: float}}\n" + sound("when: crm.churn_score > 0.9"), "fields: {crm.churn_score: {type: float}}\n" + sound("when: crm.churn_score > 0.9 and orders.count == 0")},
		"opens-only":           {sound("when: engagement.sent_90d > 12 and engagement.opens_90d == 0"), sound("when: engagement.sent_90d > 12 and engagement.clicks_90d == 0")},
		"short-history":        {sound("when: abcxyz.abc == \"C\" and abcxyz.xyz == \"Z\""), sound("when: abcxyz.abc == \"C\" and abcxyz.xyz == \"Z\" and days_since(orders.first_at) > 730")},
		"stale-source":         {"lint: {stale-source: warn}\n" + sound(), "lint: {stale-source: warn}\nfields: {orders.returns_count: {type: int, max_age: 30d}}\n" + sound()},
		"promotion-in-service": {slot("      - {when: message.class == \"service\", use: c}\n"), slot("      - {when: message.class == \"marketing\", use: c}\n")},
		"holds-service-mail":   {sound("classes: [marketing, legal]"), sound("classes: [marketing]")},
		"missing-on-unknown":   {"lint: {missing-on-unknown: warn}\n" + sound(), "lint: {missing-on-unknown: warn}\n" + sound("on_unknown: pass")},
		"never-true":           {sound("when: orders.count > 5 and orders.count < 3"), sound("when: orders.count > 5 or orders.count < 3")},
		"only-unknown":         {"fields: {club.share: {type: int, min: 0.1, max: 0.9}}\n" + sound("when: club.share > 0.5"), "fields: {club.share: {type: float, min: 0.1, max: 0.9}}\n" + sound("when: club.share > 0.5")},
		"constant-part":        {sound("when: orders.count >= 0 and orders.returns_count > 5"), sound("when: orders.count >= 1 and orders.returns_count > 5")},
		"self-comparison":      {sound("when: orders.count >= orders.count and orders.returns_count > 5"), sound("when: orders.count >= orders.count_online and orders.returns_count > 5")},
		"unshielded-exception": {sound("unless: rfm.f >= 4", "on_unknown: match"), sound("unless: rfm.f >= 4", "on_unknown: pass")},
		"contradiction": {
			sound("when: orders.count >= 2") + positive("p", "when: orders.count >= 5"),
			sound("when: orders.count >= 2", "unless: persona(\"p\")") + positive("p", "when: orders.count >= 5"),
		},
		"same-people":       {sound("when: orders.count >= 2 and web.trials > 1") + persona("m", "when: not (orders.count < 2 or web.trials <= 1)"), sound("when: orders.count >= 2 and web.trials > 1") + persona("m", "when: orders.count >= 2")},
		"protected-content": {slot("      - {when: contact.gender == \"male\", use: c}\n"), slot("      - {when: 'has(prefs.interests, \"shaving\")', use: c}\n")},
		"unused-waiver":     {sound("waive: [{rule: no-holdout, reason: none needed}]"), sound("holdout: none", "waive: [{rule: no-holdout, reason: too few to measure}]")},
		"too-many-personas": {
			"lint: {too-many-personas: hint}\npersonas:\n" + positives(6), "lint: {too-many-personas: hint}\npersonas:\n" + positives(5),
		},
		"stale-table":        {"tables: {classes: {file: classes.csv, max_age: 30d, as_of: 2026-10-23}}\n", "tables: {classes: {file: classes.csv, max_age: 30d, as_of: 2026-10-24}}\n"},
		"future-table":       {"tables: {classes: {file: classes.csv, as_of: 2026-11-24}}\n", "tables: {classes: {file: classes.csv, as_of: 2026-11-23}}\n"},
		"window-over":        {slot("      - {when: orders.count > 3, use: b, active: {to: 2026-11-21}}\n"), slot("      - {when: orders.count > 3, use: b, active: {to: 2026-11-22}}\n")},
		"beyond-retention":   {sound("when: sent(91) == 0 and orders.count > 1"), sound("when: sent(90) == 0 and orders.count > 1")},
		"significant-effect": {sound("effect: significant"), sound("effect: significant", "mode: observe")},
	}
}

func positives(n int) string {
	out := ""
	for i := range n {
		out += positive(string(rune('a'+i)), "when: orders.count == "+string(rune('1'+i)))
	}
	return out
}

// Every rule has a case that it finds and one that it does not.
func TestRules(t *testing.T) {
	cases := examples()
	rules := lint.Rules()
	require.NotEmpty(t, rules)
	for _, r := range rules {
		c, ok := cases[r.Name]
		require.True(t, ok, "%s has no cases", r.Name)
		require.Equal(t, 1, count(check(t, c[0]), r.Code), "%s should find something in\n%s%v", r.Name, c[0], check(t, c[0]))
		require.Zero(t, count(check(t, c[1]), r.Code), "%s should find nothing in\n%s%v", r.Name, c[1], check(t, c[1]))
		for i, text := range c {
			for _, d := range check(t, text) {
				require.True(t, d.Severity != diag.Error || d.Code == diag.ProtectedTrait && i == 0, "%s: %v", r.Name, d)
			}
		}
		delete(cases, r.Name)
	}
	require.Empty(t, cases, "cases without a rule")
}

func count(list diag.List, code string) int {
	n := 0
	for _, d := range list {
		if d.Code == code {
			n++
		}
	}
	return n
}

func TestHoldoutsThatDoNothing(t *testing.T) {
	for text, says := range map[string]string{
		sound("action: {ask: [contact.city]}"):                  "its holdout does nothing",
		sound("action: {ask: [contact.city]}", "holdout: 0%"):   "",
		sound("action: {ask: [contact.city]}", "holdout: none"): "",
		sound("holdout: 100%"):                                  "it keeps nobody back",
		sound("holdout: 99%"):                                   "",
	} {
		got := check(t, text)
		if says == "" {
			require.Empty(t, got, text)
			continue
		}
		require.Len(t, got, 1, text)
		require.Equal(t, diag.NoHoldout, got[0].Code)
		require.Contains(t, got[0].Message, says)
	}
}

// A gate holds people back as a persona does; only age may be a legal gate.
func TestProtectedTraitsCloseNoGates(t *testing.T) {
	gate := func(keys string) string { return "gates:\n  - {id: g, " + keys + "}\n" }
	const policy = "policy:\n  allow:\n    - {trait: contact.gender, for: g, reason: a clinic for women; checked by J. Kos}\n"
	const fields = "fields:\n  bank.age: {type: int, protected: true}\n"
	for text, refused := range map[string]bool{
		gate(`require: 'contact.gender == "f"'`):                          true,
		gate(`require: consent.marketing, when: 'contact.gender == "f"'`): true,
		gate(`require: 'contact.gender == "f"', stages: [sql]`):           true,
		policy + gate(`require: 'contact.gender == "f"'`):                 false,
		gate(`require: age(contact.birth_year) >= 18`):                    false,
		gate(`min_age: 18`):                                                  false,
		fields + gate(`require: bank.age >= 18`):                             false,
		fields + gate(`require: 'bank.age >= 18 and contact.gender == "f"'`): true,
	} {
		got := check(t, text)
		require.Equal(t, refused, got.HasErrors(), "%s%v", text, got)
		if refused {
			require.Equal(t, diag.ProtectedTrait, got[0].Code, text)
		}
	}
}

// That somebody has an id says nothing of them; that they have ordered does.
func TestTooBroadAsksForWhatEverybodyHas(t *testing.T) {
	for when, want := range map[string]int{
		"known(contact.id)":                              1,
		"known(contact.email) and known(message.class)":  1,
		"known(contact.id) or orders.count == 0":         1,
		"known(contact.id) and orders.count == 0":        0,
		"known(contact.birth_year) or orders.count == 0": 0,
		"known(orders.returns_count)":                    0,
		"not known(contact.email)":                       0,
	} {
		require.Equal(t, want, count(check(t, sound("when: "+when)), diag.TooBroad), when)
	}
}

// The help on it names what it does not count, and mends that are none too broad.
func TestTooBroadIsHelpedAsItIsFound(t *testing.T) {
	help, ok := diag.Help(diag.TooBroad)
	require.True(t, ok)
	for _, word := range []string{"an id", "an address", "a message.class"} {
		require.Contains(t, help.Text, word)
	}
	mend := `message.class == "research"`
	require.Contains(t, help.Text, mend)
	require.Zero(t, count(check(t, sound("when: "+mend)), diag.TooBroad))
	require.Equal(t, 1, count(check(t, sound("when: known(message.class)")), diag.TooBroad))
}

// A sound card has nothing to be said about.
func TestSound(t *testing.T) { require.Empty(t, check(t, sound())) }

// Rules are told apart by name and code, and each is explained.
func TestRulesAreNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range lint.Rules() {
		require.False(t, seen[r.Name] || seen[r.Code], r.Name)
		seen[r.Name], seen[r.Code] = true, true
		require.NotEmpty(t, r.Title(), r.Name)
	}
}

func TestLevels(t *testing.T) {
	list := check(t, "lint:\n  no-holdout: error\n  no-owner: off\n"+sound("holdout: none", "owner: none"))
	require.True(t, list.HasErrors())
	require.Equal(t, 1, count(list, diag.NoHoldout))
	require.Zero(t, count(list, diag.NoOwner))
	for text, want := range map[string]string{
		"lint: {no-holdouts: off}\n" + sound():                                                             diag.UnknownRule,
		"lint: {no-holdout: none}\n" + sound():                                                             diag.NotAllowed,
		"lint: {protected-trait: hint}\n" + sound():                                                        diag.RuleFixed,
		sound("waive: [{rule: protected-trait, reason: we want to}]"):                                      diag.RuleFixed,
		sound("waive: [{rule: no-owners, reason: x}]"):                                                     diag.UnknownRule,
		sound("waive: [{rule: no-owner}]"):                                                                 diag.MissingKey,
		"policy: {allow: [{trait: contact.gender, for: n}]}\n" + sound():                                   diag.MissingKey,
		"policy: {allow: [{trait: orders.count, for: n, reason: x}]}\n" + sound():                          diag.NotAllowed,
		"policy: {allow: [{trait: contact.sex, for: n, reason: x}]}\n" + sound():                           diag.UnknownField,
		"policy: {allow: [{trait: contact.gender, for: m, reason: x}]}\n" + sound():                        diag.UnusedWaiver,
		slot("      - {when: contact.gender == \"male\" and orders.count > 3, use: b}\n"):                  diag.ProtectedTrait,
		"modules: []\n" + sound("when: persona(\"p\")") + positive("p", "when: contact.birth_year < 1950"): diag.ProtectedTrait,
	} {
		require.Equal(t, 1, count(check(t, text), want), "%s in %v", text, check(t, text))
	}
}

// A level may be set once for the whole bundle.
func TestLevelsOfSeveralFiles(t *testing.T) {
	_, list := rules.Compile(fstest.MapFS{
		"a.yaml": {Data: []byte("winnow: 1\nlint: {no-owner: off}\n")},
		"b.yaml": {Data: []byte("winnow: 1\nlint: {no-owner: hint}\n" + sound("owner: none"))},
	}, rules.Options{})
	require.Equal(t, 1, count(list, diag.DuplicateID), list)
	require.Zero(t, count(list, diag.NoOwner))
}
