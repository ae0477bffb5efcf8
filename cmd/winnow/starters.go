package main

import "strings"

// starter is a persona that init can write, with the cases that show it.
type starter struct{ id, name, persona, cases string }

const starterHead = `# yaml-language-server: $schema=rules.schema.json
winnow: 1
{{params}}
# What must be true before anything else. Nothing undoes these.
gates:
  - id: consent
    require: consent.marketing and not (consent.objects_marketing ?? false)
    classes: [marketing]
    reason: Marketing goes only to people who agreed to it

# Whom we do not market to, and why. Missing data never leaves anybody out.
personas:
`

const starterParams = `
params:
  own_domains: [{{domain}}]
`

const starterTail = `
  - id: regular
    kind: positive
    name: Buys from us again and again
    when: orders.count >= 3
    owner: {{owner}}

# What people see. The default goes out whenever no rule says otherwise.
slots:
  hero:
    default: generic
    variants:
      regular: {headline: Good to see you again}
      generic: {headline: New this week}
    rules:
      - when: persona("regular")
        use: regular
`

const starterTests = `# yaml-language-server: $schema=tests.schema.json
winnow_test: 1
now: {{today}}T12:00:00Z
message: {class: marketing}

contacts:
  anybody:
    contact: {id: anybody, email: a@example.com}
    consent: {marketing: true, objects_marketing: false}
    orders.count: 1

cases:
  - name: somebody about whom nothing speaks gets the generic hero
    contact: anybody
    expect: {send: true, action: send, personas: [], variants: {hero: generic}}

  - name: regular customers get their own hero
    contact: anybody
    set: {orders.count: 3}
    expect: {send: true, personas: [regular], variants: {hero: regular}}

  - name: no consent, no marketing
    contact: anybody
    table:
      columns: [consent.marketing, consent.objects_marketing, expect.send, expect.reasons]
      rows:
        - [false, false, false, gate_closed consent]
        - [true, true, false, gate_closed consent]
        - [~, false, false, gate_unknown consent]
        - [true, ~, true, slot_default hero]
`

// starters are the personas that init knows.
func starters() []starter {
	return []starter{
		starterOf("own-people", "Our own people", "not_for_them", "domain(contact.email) in params.own_domains", "suppress",
			"set: {contact.email: b@{{domain}}}", "set: {contact.email: b@example.com}"),
		starterOf("open-complaint", "Has an open complaint", "wont_be_satisfied", "support.open_complaint", "{hold: 7d}",
			"set: {support.open_complaint: true}", "set: {support.open_complaint: false}"),
		starterOf("over-mailed", "Got three messages this week", "wont_buy", "sent(7) >= 3", "{hold: 3d}",
			"state: {sent: [{at: -2d, count: 3}]}", "state: {sent: [{at: -2d, count: 2}]}"),
		starterOf("serial-returner", "Sends back most of what they buy", "not_for_them", "orders.count >= 5 and orders.returns_count / orders.count >= 0.6", "suppress",
			"set: {orders.count: 5, orders.returns_count: 3}", "set: {orders.count: 5, orders.returns_count: 2}"),
		starterOf("job-seeker", "Looks for a job, not for goods", "wont_buy", "web.careers_views_30d >= 3 and orders.count == 0", "{reroute: [careers]}",
			"set: {web.careers_views_30d: 3, orders.count: 0}", "table: {columns: [web.careers_views_30d, orders.count], rows: [[2, 0], [3, 1]]}"),
		starterOf("disengaged", "Has not reacted for half a year", "wont_buy", "engagement.sent_90d >= 12 and days_since(engagement.last_click_at) > 180", "{cap: 1 per 30d}",
			"set: {engagement.sent_90d: 12, engagement.last_click_at: -200d}", "table: {columns: [engagement.sent_90d, engagement.last_click_at], rows: [[11, -200d], [12, -180d]]}"),
	}
}

// draftStarter is a persona that the user named in words: a tag finds them, and
// nobody is left out yet.
func draftStarter(id, name string) starter {
	name = strings.Join(strings.Fields(strings.Map(plainRune, name)), " ")
	s := starterOf(id, name, "", `has(contact.tags, "`+id+`")`, "suppress",
		"set: {contact.tags: ["+id+"]}", "set: {contact.tags: []}")
	s.persona += "    mode: observe\n"
	return s
}

// plainRune keeps what can stand in YAML text without quotes.
func plainRune(r rune) rune {
	if strings.ContainsRune(`:#"'{}[]&*!|>%@,`+"`", r) {
		return ' '
	}
	return r
}

// starterOf writes a persona and a case for each side of its condition.
func starterOf(id, name, why, when, action, hit, miss string) starter {
	persona := "  - id: " + id + "\n    kind: negative\n    name: " + name + "\n"
	if why != "" {
		persona += "    why: " + why + "\n"
	}
	persona += "    when: |\n      " + when + "\n    action: " + action +
		"\n    holdout: 5%\n    review_by: {{review}}\n    owner: {{owner}}\n    status: draft\n"
	cases := "\n  - name: " + id + " matches\n    contact: anybody\n    " + hit + "\n    expect: {personas_include: [" + id + "]}\n" +
		"\n  - name: " + id + " does not match\n    contact: anybody\n    " + miss + "\n    expect: {personas_exclude: [" + id + "]}\n"
	return starter{id, name, persona, cases}
}
