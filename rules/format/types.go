// Package format is the rule file: its Go types, the strict reader that fills
// them from YAML nodes, and the JSON Schema generated from them.
//
// It knows what a file may say, not what it means: names are resolved and
// conditions are compiled by package rules. Everything read keeps its place, so
// that each later mistake can be shown where it was written.
package format

import (
	"time"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Text is a scalar with its place.
type Text struct {
	Value string
	At    diag.Place
}

// Number is a YAML number with its place, exact as written in Text.
type Number struct {
	Value float64
	Text  string
	At    diag.Place
}

// Duration is a span of time: a whole number and a unit of s, m, h, d or w.
// A day is 24 hours.
type Duration struct {
	Value time.Duration
	At    diag.Place
}

// Percent is a share of people, 0 to 100 with at most three decimals, held as
// thousandths of a percent: the number of buckets out of 100,000.
type Percent struct {
	Buckets int
	At      diag.Place
}

// Moment is a point in time: a date, or a date and time. Without an offset it
// is read in the time zone that stands beside it (UTC when none does).
type Moment struct {
	Wall   time.Time // in UTC when HasOffset, else the wall clock reading as if in UTC
	Offset bool      // the text had an offset or Z
	Date   bool      // the text was a date without a time
	At     diag.Place
}

// Condition is the source text of a condition and where each rune of it stands.
type Condition struct {
	Source string
	At     diag.Place
	// marks[i] is the line and column of rune i of Source; filled by the reader.
	marks []mark
}

type mark struct{ line, column int }

// Entry is one key and value of a mapping, in file order.
type Entry[T any] struct {
	Key   Text
	Value T
}

// File is everything one rule file may hold.
type File struct {
	Path     string
	Winnow   Number             `yaml:"winnow" doc:"Version of the file format, always 1"`
	Fields   []Entry[Field]     `yaml:"fields" doc:"Fields on top of the canonical contact, by dotted path"`
	Params   []Entry[Param]     `yaml:"params" doc:"Named constants, read as params.name"`
	Lists    []Entry[List]      `yaml:"lists" doc:"Named lists of values from CSV files, asked with in_list"`
	Tables   []Entry[Table]     `yaml:"tables" doc:"CSV files with a row per contact that fill in fields, such as the class table of winnow analyze"`
	Signals  []Entry[Condition] `yaml:"signals" doc:"Named expressions, read as signal.name, computed at most once per contact"`
	Gates    []Gate             `yaml:"gates" doc:"Conditions that must hold before anything else"`
	Personas []Persona          `yaml:"personas" doc:"Documented types of person"`
	Slots    []Entry[Slot]      `yaml:"slots" doc:"Places in the message for content"`
	Modules  []Module           `yaml:"modules" doc:"WASM programs that compute typed outputs"`
	Lint     []Entry[Text]      `yaml:"lint" enum:"off,hint,warn,error" doc:"Level of each lint rule by its name; winnow check --rules lists them"`
	Policy   *Policy            `yaml:"policy" doc:"Exceptions that somebody has to answer for"`
}

// Policy holds the exceptions to what winnow refuses on its own.
type Policy struct {
	At    diag.Place
	Allow []Allowance `yaml:"allow" doc:"Protected traits that may be used after all, each for one persona, gate or slot, with the reason"`
}

// Allowance lets one persona, gate or slot use a protected trait.
type Allowance struct {
	At     diag.Place
	Trait  Text `yaml:"trait" required:"true" doc:"Path of the protected field"`
	For    Text `yaml:"for" required:"true" doc:"Id of the persona or gate, or name of the slot, that may read it"`
	Reason Text `yaml:"reason" required:"true" doc:"Why the law allows it, and who says so"`
}

// Waiver silences one lint rule for one persona or slot.
type Waiver struct {
	At     diag.Place
	Rule   Text `yaml:"rule" required:"true" doc:"Name of the lint rule, as in too-broad"`
	Reason Text `yaml:"reason" required:"true" doc:"Why the finding is right and the persona or slot is, too"`
}

// Field declares one field on top of the canonical contact.
type Field struct {
	Type        Text      `yaml:"type" required:"true" enum:"bool,int,float,string,id,time,list" doc:"Type of the value"`
	Of          *ListElem `yaml:"of" doc:"What a list holds: a scalar type, or members of an object by name"`
	Enum        []Text    `yaml:"enum" some:"true" doc:"The only values there are"`
	Min         *Number   `yaml:"min" doc:"Smallest value, inclusive; below it the value is unknown"`
	Max         *Number   `yaml:"max" doc:"Largest value, inclusive; above it the value is unknown"`
	MaxAge      *Duration `yaml:"max_age" doc:"Age from which the value is unknown, as in 30d"`
	AsOf        *Text     `yaml:"as_of" doc:"Path of the time field that dates this value; default updated_at beside it, if there is one"`
	Sensitivity *Text     `yaml:"sensitivity" enum:"keep,hash,drop" doc:"What the decision log keeps: the value, a keyed hash, or nothing"`
	Protected   *Bool     `yaml:"protected" doc:"A protected trait: never suppresses, caps or prices"`
	Doc         *Text     `yaml:"doc" doc:"What the field means, for people"`
}

// ListElem is what a list holds: Scalar, or Members of an object.
type ListElem struct {
	Scalar  Text
	Members []Entry[Text]
	At      diag.Place
}

// Bool is true or false with its place.
type Bool struct {
	Value bool
	At    diag.Place
}

// Param is a constant: a bool, number or text, or a list of texts or of numbers.
type Param struct {
	Value any // bool, int64, float64, string, []string, []int64 or []float64
	At    diag.Place
}

// List names a CSV file of the bundle.
type List struct {
	File   Text  `yaml:"file" required:"true" doc:"CSV file in the bundle, relative to this file"`
	Column *Text `yaml:"column" doc:"Name of the column in the header; without it the file has no header and the first column counts"`
	Hashed *Text `yaml:"hashed" doc:"Name of the secret with which the values were hashed (HMAC-SHA-256); the secret is given to winnow, never to the bundle"`
	Case   *Text `yaml:"case" enum:"fold,exact" doc:"fold (default) ignores case and outer spaces, exact does not"`
}

// Table names a CSV file of the bundle with a row per contact. Its first column
// is headed by the field that contacts are found by, the others by the fields
// that they fill in where the request says nothing.
type Table struct {
	File   Text      `yaml:"file" required:"true" doc:"CSV file in the bundle, relative to this file; its header names fields"`
	Hashed *Text     `yaml:"hashed" doc:"Name of the secret with which the first column was hashed (HMAC-SHA-256); the secret is given to winnow, never to the bundle"`
	MaxAge *Duration `yaml:"max_age" doc:"Age from which everything in the table is unknown, as in 45d"`
	AsOf   *Moment   `yaml:"as_of" doc:"Day of the table, if the file does not say it in a line such as # as_of: 2026-11-22"`
}

// Gate is a condition that must hold before anything else: exactly one of
// Require, Fields and MinAge.
type Gate struct {
	At        diag.Place
	ID        Text       `yaml:"id" required:"true" doc:"Stable name of the gate"`
	Kind      *Text      `yaml:"kind" enum:"legal,data" doc:"legal (default for require and min_age) can be undone by nothing; data (default for fields) is a house rule"`
	Require   *Condition `yaml:"require" doc:"Condition that must be true"`
	Fields    []Text     `yaml:"fields" some:"true" doc:"Fields that must be known"`
	MinAge    *Number    `yaml:"min_age" doc:"Legal age in years: the contact must be known to have reached it"`
	Classes   []Text     `yaml:"classes" some:"true" enum:"marketing,transactional,service,legal,research" doc:"Message classes the gate is for; all when left out"`
	When      *Condition `yaml:"when" doc:"The gate applies only to contacts and messages for which this is not false"`
	Otherwise *Text      `yaml:"otherwise" enum:"block,default,ask" doc:"When the gate is closed: block the send (default), send default variants without profiling, or send and ask for the fields"`
	OnUnknown *Text      `yaml:"on_unknown" enum:"close,open" doc:"What missing data does; default: close for marketing and research, open for transactional, service and legal"`
	Reason    *Text      `yaml:"reason" doc:"Neutral sentence for people"`
	Stages    []Text     `yaml:"stages" some:"true" doc:"Stages of a pipeline that the gate guards: asked by POST /v1/gate and winnow gate, never by a decision about a message"`
}

// Action is what a negative persona does. Kind is suppress, hold, reroute,
// cap, ask or pin; only that kind's member is set.
type Action struct {
	At      diag.Place
	Kind    Text
	Hold    Duration
	Reroute []Text
	Cap     Cap
	Ask     []Text
	Pin     []Entry[Text]
}

// Cap is "N per duration".
type Cap struct {
	Count int
	Per   time.Duration
}

// Mode is observe, canary or enforce; Canary is the enforced share.
type Mode struct {
	Kind   Text
	Canary Percent
}

// Slot is a place in the message for content.
type Slot struct {
	Default  Text             `yaml:"default" required:"true" doc:"Variant when no rule says otherwise"`
	Variants []Entry[Content] `yaml:"variants" required:"true" doc:"Contents by name; the value is passed on to the platform"`
	Rules    []SlotRule       `yaml:"rules" doc:"First rule that is true picks the variant"`
	Doc      *Text            `yaml:"doc" doc:"What the slot is for"`
	Waive    []Waiver         `yaml:"waive" doc:"Lint rules that do not apply to this slot, each with the reason"`
}

// Content is what a variant hands to the platform: a mapping, kept as
// canonical JSON (keys in file order), "{}" when empty.
type Content struct {
	JSON []byte
	At   diag.Place
}

// SlotRule picks a variant: exactly one of Use, Split and Module.
type SlotRule struct {
	At     diag.Place
	ID     *Text      `yaml:"id" doc:"Stable name; default slot/number"`
	When   *Condition `yaml:"when" required:"true" doc:"Condition; write always to mean everyone"`
	Use    *Text      `yaml:"use" doc:"Variant to use"`
	Split  *Split     `yaml:"split" doc:"Variants by share"`
	Module *Text      `yaml:"module" doc:"Module that chooses the variant; without a choice the next rule is asked"`
	Active *Active    `yaml:"active" doc:"When the rule applies; always when left out"`
	Mode   *Mode      `yaml:"mode" doc:"observe, canary: 10%, or enforce (default)"`
}

// Split divides people by a stable hash.
type Split struct {
	At      diag.Place
	By      *Text            `yaml:"by" doc:"Field that keeps a person in one place; default contact.id"`
	Salt    Text             `yaml:"salt" required:"true" doc:"Name of the experiment; another salt shuffles people anew"`
	Weights []Entry[Percent] `yaml:"weights" required:"true" doc:"Shares in percent; they add up to 100"`
}

// Active is a window of time: From inclusive, To exclusive (a date as To
// includes that whole day).
type Active struct {
	At   diag.Place
	From *Moment `yaml:"from" doc:"First moment"`
	To   *Moment `yaml:"to" doc:"End; a date without a time includes that day"`
	Days []Text  `yaml:"days" some:"true" enum:"mon,tue,wed,thu,fri,sat,sun" doc:"Days of the week; all when left out"`
	TZ   *Text   `yaml:"tz" doc:"IANA time zone; default UTC"`
}
