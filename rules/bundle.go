package rules

import (
	"sync"
	"time"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// Grace is how long a persona goes on working past its review date.
const Grace = 30 * 24 * time.Hour

// Bundle is a compiled set of rules. It is immutable and safe for concurrent use.
type Bundle struct {
	digest    string
	layout    *facts.Layout
	paths     []string // of the layout's slots
	kinds     []field.Kind
	set       *cond.Set
	legal     []*gate // in file order
	data      []*gate
	passing   []*gate // that guard stages of a pipeline, not messages
	positives []*persona
	negatives []*persona
	slots     []*slot
	modules   []*module
	tables    []*table
	signals   []signalDecl
	cards     []*format.Persona
	warnings  diag.List
	schema    *field.Schema
	tests     []TestFile
	at        wellKnown
	needs     needs
	watched   watched
	kept      []keptLeaf
	sums      map[int]string // by leaf: what it asks, where records keep the answer
	pool      sync.Pool
}

// wellKnown are the slots of fields that deciding itself reads; -1 when absent.
type wellKnown struct {
	contact, email, class, channel, campaign, message int
}

// needs says what a caller has to remember of contacts for this bundle.
type needs struct{ sent, held bool }

// watched are the personas as deciding asks them.
type watched struct{ positives, negatives roll }

// roll is what deciding asks of some personas, one after the other. It is an array
// of its own, so that personas that do not match are never read.
type roll struct {
	word int // of the first one's bit, in the list of watched conditions
	asks []personaAsk
}

type personaAsk struct {
	match  cond.Entry
	exempt bool // there is an exception, which is reported
}

// ruleAsk is what deciding asks of a slot rule before it looks at it.
type ruleAsk struct {
	when  cond.Entry
	bit   int32 // in the list of watched conditions
	timed bool  // only active at times
}

// TestFile is a test file of the bundle, unread: package ruletest runs it.
type TestFile struct {
	Path   string
	Source []byte
}

type signalDecl struct {
	name string
	cond *cond.Cond // nil for a value
}

type gate struct {
	id        string
	require   *cond.Cond // nil when fields is set
	when      *cond.Cond // nil: always
	fields    []int      // slots that must be known
	classes   classSet
	otherwise string // block, default, ask
	closes    classSet
	reason    string
	stages    []string // that it guards; nil for a gate before messages
}

// persona has in front what every match reads.
type persona struct {
	id       string
	matched  Reason
	negative bool
	classes  classSet
	canary   int // buckets enforced; bucket.Count enforces all, 0 observes
	holdout  int // buckets
	review   time.Time
	action   Action

	canaryID string     // salt of the canary's buckets
	holdID   string     // salt of the holdout's
	when     *cond.Cond // as written
	match    *cond.Cond // with messages, unless and release_when
	unless   *cond.Cond // nil when none
	hold     time.Duration
	route    []string
	capCount int64
	capPer   time.Duration
	ask      []int
	pins     []pin
	matchOn  matchOn
	card     *format.Persona
}

// matchOn says when a persona counts as matched, or asks, although its condition
// has no value.
type matchOn struct{ unknown, err, ask bool }

type pin struct{ slot, variant int }

type slot struct {
	id       string
	variants []Choice
	fallback int
	rules    []*slotRule
	asks     []ruleAsk // of the rules
	passed   Reason    // no rule applies
}

type slotRule struct {
	id       string
	chosen   Reason // it applies
	use      int    // variant; -1 for a split or a module
	canary   int
	active   *window
	when     *cond.Cond
	canaryID string
	module   int // number of the module that chooses; -1 for none
	turn     int // number of this slot among the module's
	by       int // slot that the split goes by
	salt     string
	shares   []share
}

// share is a variant and the first bucket that is no longer its own.
type share struct{ variant, end int }

// Digest names the bundle: the SHA-256, in hex, of the paths and contents of
// its files.
func (b *Bundle) Digest() string { return b.digest }

// Tests returns the bundle's own test files.
func (b *Bundle) Tests() []TestFile { return b.tests }

// Schema returns the fields that the bundle's conditions may read.
func (b *Bundle) Schema() *field.Schema { return b.schema }

// Layout returns the fields that the bundle does read, with their slots.
func (b *Bundle) Layout() *facts.Layout { return b.layout }

// Warnings returns what the compiler found that does not refuse the bundle.
func (b *Bundle) Warnings() diag.List { return b.warnings }

// Personas returns the cards of all personas, in file order.
func (b *Bundle) Personas() []*format.Persona { return b.cards }

// NeedsSent reports whether caps or sent() ask for earlier sends.
func (b *Bundle) NeedsSent() bool { return b.needs.sent }

// NeedsHeld reports whether release_when asks for the personas of the last decision.
func (b *Bundle) NeedsHeld() bool { return b.needs.held }

// classSet is a set of message classes, one bit each.
type classSet uint8

const (
	marketing classSet = 1 << iota
	transactional
	service
	legal
	research
	allClasses classSet = 1<<iota - 1
)

func classOf(word string) classSet {
	switch word {
	case "transactional":
		return transactional
	case "service":
		return service
	case "legal":
		return legal
	case "research":
		return research
	default:
		return marketing
	}
}
