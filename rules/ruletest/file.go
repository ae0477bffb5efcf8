package ruletest

import (
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Version is the only version of the test file format there is.
const Version = 1

// File is everything one test file may hold.
type File struct {
	Version  format.Number                                `yaml:"winnow_test" required:"true" doc:"Version of the test file format, always 1"`
	Now      format.Moment                                `yaml:"now" required:"true" doc:"The clock of all cases; without an offset in UTC"`
	Message  []format.Entry[format.Value]                 `yaml:"message" doc:"The message of all cases, its fields without message. in front; a message without a class counts as marketing"`
	Contacts []format.Entry[[]format.Entry[format.Value]] `yaml:"contacts" doc:"Named people: fields by dotted path or as a tree; extends names another one to start from; times may be written -30d or now"`
	Cases    []Case                                       `yaml:"cases" required:"true" doc:"What is expected of whom"`
}

// Case is one test, or several when it has a table or a matrix.
type Case struct {
	At      diag.Place
	Name    format.Text                    `yaml:"name" required:"true" doc:"What the case shows, as a sentence"`
	Contact *format.Text                   `yaml:"contact" doc:"Name of the contact; an empty one when left out"`
	Set     []format.Entry[format.Value]   `yaml:"set" doc:"Fields that differ in this case; null makes one unknown"`
	Message []format.Entry[format.Value]   `yaml:"message" doc:"Message fields that differ in this case"`
	Now     *format.Moment                 `yaml:"now" doc:"Another clock for this case"`
	State   *State                         `yaml:"state" doc:"What is remembered of the contact"`
	Expect  *Expect                        `yaml:"expect" doc:"The answer, as far as it matters; at least one thing"`
	Table   *Table                         `yaml:"table" doc:"The case again for each row"`
	Matrix  []format.Entry[[]format.Value] `yaml:"matrix" doc:"The case again for each combination: contact, or fields by path, to lists of values"`
}

// State is what is remembered of the contact.
type State struct {
	Sent []Sent        `yaml:"sent" doc:"Earlier sends; [] for known to be none, left out for not known"`
	Held []format.Text `yaml:"held" doc:"Personas that the last decision matched"`
}

// Sent is one or more earlier sends.
type Sent struct {
	At    diag.Place
	When  format.Text    `yaml:"at" required:"true" doc:"When, as -3d or a date"`
	Count *format.Number `yaml:"count" doc:"How many; 1 when left out"`
	Tags  []format.Text  `yaml:"tags" doc:"Tags that they carried"`
}

// Expect is what the answer must be. What is left out is not looked at.
type Expect struct {
	At              diag.Place
	Send            *format.Bool                `yaml:"send" doc:"Whether the message goes out"`
	Action          *format.Text                `yaml:"action" enum:"send,gate,suppress,hold,reroute,cap,ask,pin" doc:"What becomes of the send"`
	Variants        []format.Entry[format.Text] `yaml:"variants" doc:"Variants by slot; other slots are not looked at"`
	Personas        []format.Text               `yaml:"personas" doc:"Exactly the personas that match, in any order"`
	PersonasInclude []format.Text               `yaml:"personas_include" doc:"Personas that match, among others"`
	PersonasExclude []format.Text               `yaml:"personas_exclude" doc:"Personas that do not match"`
	Reasons         []format.Text               `yaml:"reasons" doc:"Reasons that are given, among others: a code, or a code and the rule or slot, as in persona_match champion"`
	ReasonsExclude  []format.Text               `yaml:"reasons_exclude" doc:"Reasons that are not given"`
	Ask             []format.Text               `yaml:"ask" doc:"Exactly the fields that are asked for, in any order"`
	Route           []format.Text               `yaml:"route" doc:"Exactly the channels, in order"`
	HoldUntil       *format.Text                `yaml:"hold_until" doc:"A time, or a span from now as in 7d; none for no hold"`
	ReviewBy        *format.Text                `yaml:"review_by" doc:"Review date of the persona that decided; none for none"`
	Holdout         *format.Bool                `yaml:"holdout" doc:"Sent although a persona would have kept it back"`
}

// Table makes a case of each row. A column is name, contact, now, a field by
// path, or something expected: expect.send, expect.variants.hero …
type Table struct {
	At      diag.Place
	Columns []format.Text    `yaml:"columns" required:"true" doc:"name, contact, fields by path, and expect.send, expect.variants.hero …"`
	Rows    [][]format.Value `yaml:"rows" required:"true" doc:"A value for each column; ~ leaves an expectation out and makes a field unknown"`
}

// Schema is the JSON Schema of test files.
func Schema() ([]byte, error) { return format.SchemaOf[File]("winnow test file") }

// Format writes a test file as `winnow fmt` does.
func Format(src []byte) ([]byte, error) { return format.FormatAs[File](src) }
