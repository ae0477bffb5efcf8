// Package ruletest runs the tests that a bundle brings along.
//
// Whoever writes a rule knows people it must catch and people it must spare.
// Test files keep them next to the rules, so that a change that catches the
// wrong ones is found before it is served: `winnow test` runs them, and a
// server refuses to swap to a bundle whose tests fail.
//
// A test file ends in _test.yaml:
//
//	winnow_test: 1
//	now: 2026-11-22T12:00:00Z           # the clock stands still
//	message: {class: marketing}         # the default message
//	contacts:                           # named people
//	  regular:
//	    contact.id: regular
//	    orders: {count: 6, last_at: -40d}   # 40 days before now
//	  returner:
//	    extends: regular                # deep merge
//	    orders.returns_count: 5
//	cases:
//	  - name: most orders came back
//	    contact: returner
//	    expect: {send: false, personas: [serial-returner]}
//	  - name: where it begins
//	    contact: regular
//	    table:
//	      columns: [orders.returns_count, expect.send]
//	      rows:
//	        - [3, true]
//	        - [4, false]
//
// Nothing is expected that is not written down, and an empty expectation is a
// mistake: a test that can't fail is none. Running is pure: no I/O, no clock
// but the file's, so a result is the same everywhere.
package ruletest
