// Package lint says what is probably wrong with a bundle that compiles: a
// persona that takes in everybody, one that rests on nothing, a name that people
// would be hurt to read, a variant that nobody can ever get.
//
// A compiler can't refuse such things, because each of them is right now and
// then. So every rule here has a name, a level that the bundle may change
// (lint:), and a waiver with a written reason (waive:); package diag explains
// each under its code. What rests on logic is never a guess: when it can't be
// shown, nothing is said.
package lint

import (
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// Bundle is what the compiler knows of a bundle. Parts that did not compile are
// left out.
type Bundle struct {
	Files      []*format.File
	Logic      *cond.Logic
	Conditions []Condition
	Personas   []Persona
	Slots      []Slot
	Tables     []Table
	// Field finds a declared field. Behind are the fields that a value comes
	// from: of a module's output the module's inputs, else the field itself.
	Field  func(path string) (*field.Field, bool)
	Behind func(path string) []string
	// Now is the day of the check; zero leaves out what depends on it.
	Now time.Time
	// Retention is how long decisions are kept; 0 and below leave out what depends
	// on it.
	Retention time.Duration
}

// Subject is what findings are about and waived for: a persona, a slot, or
// neither.
type Subject struct{ Kind, ID string }

// Condition is a compiled condition.
type Condition struct {
	Of   Subject
	Decl *format.Condition
	Cond *cond.Cond
}

// Persona is a persona's card with its conditions. When, Unless and Release are
// as written; Match is all of them together. Those that are not there are nil.
type Persona struct {
	Card                         *format.Persona
	Negative                     bool
	When, Unless, Release, Match *cond.Cond
	// KeepsBack is set when the action holds messages back.
	KeepsBack bool
}

// Slot is a slot with the rules that compiled.
type Slot struct {
	Name  format.Text
	Decl  *format.Slot
	Rules []SlotRule
}

// SlotRule is a rule with its condition.
type SlotRule struct {
	ID   string
	Decl *format.SlotRule
	When *cond.Cond
	// Ends is when it stops being active for good; zero when it does not.
	Ends time.Time
}

// Table is a table that says of which day it is.
type Table struct {
	ID     string
	AsOf   format.Moment
	MaxAge time.Duration // 0 for none
}

// Level is what a finding counts as.
type Level string

// The levels, as bundles write them.
const (
	Off   Level = "off"
	Hint  Level = "hint"
	Warn  Level = "warn"
	Error Level = "error"
)

// severity is the level as diagnostics have it.
func (l Level) severity() diag.Severity {
	switch l {
	case Error:
		return diag.Error
	case Warn:
		return diag.Warn
	default:
		return diag.Hint
	}
}

// Rule is one kind of finding.
type Rule struct {
	Code string
	// Name is what bundles call it.
	Name string
	// Level is what it counts as when the bundle says nothing.
	Level Level
	// Fixed is set when neither lint: nor waive: can change it.
	Fixed bool

	check func(*checker, *Rule)
}

// Title is the rule in a few words.
func (r *Rule) Title() string {
	e, _ := diag.Help(r.Code)
	return e.Title
}

// Check lists all findings at the levels that the bundle sets.
func Check(b *Bundle) diag.List {
	c := newChecker(b)
	rules := Rules()
	for i := range rules {
		if c.level(&rules[i]) != Off && rules[i].check != nil {
			rules[i].check(c, &rules[i])
		}
	}
	c.unusedWaivers()
	return c.list
}
