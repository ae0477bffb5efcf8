package gate

import (
	"encoding/json"
	"time"

	"github.com/winnow-gate/winnow/plugin/store"
)

// Entry is a record as people and programs read it, in answers and listings.
type Entry struct {
	ID         string          `json:"decision_id"`
	At         time.Time       `json:"at"`
	Bundle     string          `json:"bundle"`
	Class      string          `json:"class"`
	Outcome    string          `json:"outcome"`
	Send       bool            `json:"send"`
	Degraded   bool            `json:"degraded"`
	Replayable bool            `json:"replayable"`
	Tags       []string        `json:"tags"`
	Facts      json.RawMessage `json:"facts"`
	Answer     json.RawMessage `json:"answer"`
}

// EntryOf shows a record. The entry shares the record's memory.
func EntryOf(r *store.Record) Entry {
	tags := r.Tags
	if tags == nil {
		tags = []string{}
	}
	return Entry{
		ID: FormatID(r.ID), At: time.UnixMilli(r.At).UTC(), Bundle: r.Bundle, Class: r.Class,
		Outcome: r.Outcome, Send: r.Send, Degraded: r.Degraded, Replayable: r.Replayable,
		Tags: tags, Facts: r.Facts, Answer: r.Answer,
	}
}
