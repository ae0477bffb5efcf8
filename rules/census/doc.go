// Package census counts what rules do to an audience: whom a persona reaches,
// what a change of rules flips, which personas overlap, which fields are worth
// filling. It exists because nobody should have to switch a rule on to learn
// whom it leaves out.
//
// Every counter takes one decision after the other, in any order, and keeps
// numbers and a few ids, never a contact: memory is bounded by the rules, not by
// the audience. Counters of parts of an audience merge into that of the whole,
// so several workers may count. What a counter reports depends on the contacts
// alone, not on their order or on who counted them.
package census

import "slices"

// Outcome counts contacts that share a word.
type Outcome struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// tally counts by word.
type tally map[string]int64

func (t tally) merge(o tally) {
	for k, n := range o {
		t[k] += n
	}
}

// list gives the words, the most frequent first.
func (t tally) list() []Outcome {
	out := make([]Outcome, 0, len(t))
	for k, n := range t {
		out = append(out, Outcome{k, n})
	}
	slices.SortFunc(out, func(a, b Outcome) int {
		return byCount(a.N, b.N, a.Name, b.Name)
	})
	return out
}

// byCount orders greater numbers first, and equal ones by name.
func byCount(a, b int64, nameA, nameB string) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	case nameA < nameB:
		return -1
	case nameA > nameB:
		return 1
	}
	return 0
}

// KeepsBack reports whether the message does not go out under an action.
func KeepsBack(action string) bool {
	switch action {
	case "gate", "suppress", "hold", "reroute", "cap":
		return true
	}
	return false
}
