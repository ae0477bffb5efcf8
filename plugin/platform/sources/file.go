// Package sources reads the file that says where calls come from: which
// platforms, how each signs, where its secrets are, which of its words are which
// fields, and what its owner wants in trouble. It exists so that a sender
// configures all that in one place, and is told of every mistake at once, with
// line, column and what to do, as for rules; a source that is wrong only shows
// when a campaign goes out.
//
//	winnow_sources: 1
//	public_url: https://winnow.shop.example
//	sources:
//	  - name: autumn
//	    platform: generic
//	    scheme: static-header
//	    secrets: [file:autumn.secret, env:AUTUMN_OLD]
//	    deadline: 300ms
//	    on_trouble: hold
//	    mapping: {contact.id: customer.id, contact.tags: customer.labels}
//	    defaults: {message.class: marketing}
//
// Secrets never stand in the file, so that it can be kept with the rules.
package sources

import (
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Version is the only version of the file format there is.
const Version = 1

// File is everything a file of sources may hold.
type File struct {
	Version   format.Number `yaml:"winnow_sources" required:"true" doc:"Version of the file format, always 1"`
	PublicURL *format.Text  `yaml:"public_url" doc:"Where platforms reach this server, as in https://winnow.shop.example; signatures of some platforms cover it"`
	Sources   []Source      `yaml:"sources" required:"true" doc:"Where calls come from"`
	Relay     *Relay        `yaml:"relay" doc:"How letters are delivered that platforms hand over for good, as listmonk does"`
}

// Source is one place that calls come from.
type Source struct {
	At          diag.Place
	Name        format.Text                   `yaml:"name" required:"true" doc:"Its part of the address: /v1/in/NAME"`
	Platform    format.Text                   `yaml:"platform" required:"true" doc:"The platform that calls: winnow connect lists them"`
	Scheme      *format.Text                  `yaml:"scheme" doc:"How it signs; the platform's usual way when left out; none lets everybody in"`
	Secrets     []format.Text                 `yaml:"secrets" doc:"Where the secrets are: file:PATH, relative to this file, or env:NAME; any of several verifies, for rotation"`
	Header      *format.Text                  `yaml:"header" doc:"Header of the scheme static-header (X-Winnow-Key when left out), or parameter of secret-query (key)"`
	Tolerance   *format.Duration              `yaml:"tolerance" doc:"How far a signed time may be from ours; 5m when left out, 9h of Mailgun, which repeats a call for eight hours"`
	Deadline    *format.Text                  `yaml:"deadline" doc:"Hard stop of a decision, below the platform's patience, as in 300ms; the server's when left out"`
	MaxBody     *format.Number                `yaml:"max_body" doc:"Size in bytes of a call, before and after unpacking; the platform's usual when left out"`
	OnTrouble   *format.Text                  `yaml:"on_trouble" enum:"send,hold,retry" doc:"What becomes of marketing and research when winnow can't decide: send the defaults, hold back, or have the platform ask again"`
	OnTroubleOf *OnTroubleOf                  `yaml:"on_trouble_of" doc:"The same, for one message class; transactional, service and legal messages are always sent"`
	Mapping     []format.Entry[[]format.Text] `yaml:"mapping" some:"true" doc:"Fields, each with its path in the payload; of several paths the first with a value counts"`
	As          []format.Entry[format.Text]   `yaml:"as" enum:"text,json" doc:"Fields whose values are read in another way: text makes a text of a number, json takes JSON out of a string"`
	Defaults    []format.Entry[format.Value]  `yaml:"defaults" doc:"Fields, each with the value that counts when the payload has none"`
	Set         []format.Entry[format.Value]  `yaml:"set" doc:"Fields, each with the value that counts whatever the payload says"`
	Settings    []format.Entry[format.Value]  `yaml:"settings" doc:"Settings of the platform: winnow connect PLATFORM lists them"`
	Doc         *format.Text                  `yaml:"doc" doc:"What the source is for, for people"`
}

// OnTroubleOf is what becomes of one message class.
type OnTroubleOf struct {
	At        diag.Place
	Marketing *format.Text `yaml:"marketing" enum:"send,hold,retry" doc:"Marketing messages"`
	Research  *format.Text `yaml:"research" enum:"send,hold,retry" doc:"Surveys and the like"`
}

// Schema is the JSON Schema of the file.
func Schema() ([]byte, error) { return format.SchemaOf[File]("winnow sources file") }

// Format writes the file as `winnow fmt` does.
func Format(src []byte) ([]byte, error) { return format.FormatAs[File](src) }
