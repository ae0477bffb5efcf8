package replay

import (
	"cmp"
	"slices"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/rules/census"
)

// Report is what became of all records.
type Report struct {
	Records         int64 `json:"records"`
	Identical       int64 `json:"identical"`
	Changed         int64 `json:"changed"`
	NotReproducible int64 `json:"not_reproducible"`
	// Bundles are those that had decided, with their records.
	Bundles []census.Outcome `json:"bundles"`
	// Reasons say why records are not reproducible.
	Reasons []ReasonCount `json:"reasons"`
	// Flips are the changes among the records that are.
	Flips *census.FlipReport `json:"flips"`
}

// ReasonCount is how many records are not reproducible for one reason.
type ReasonCount struct {
	Why   Why    `json:"why"`
	About string `json:"about,omitempty"`
	Hint  string `json:"hint,omitempty"` // what to do about it
	N     int64  `json:"n"`
	// First is the id of the first such record.
	First string `json:"first"`
}

type summary struct {
	r       Report
	bundles map[string]int64
	reasons map[[2]string]*ReasonCount
	flips   *census.Flips
}

func newSummary(how census.Sampling) *summary {
	return &summary{bundles: map[string]int64{}, reasons: map[[2]string]*ReasonCount{}, flips: census.NewFlips(how)}
}

func (s *summary) add(o *Outcome) {
	s.r.Records++
	s.bundles[o.Record.Bundle]++
	switch o.Verdict {
	case Identical:
		s.r.Identical++
		s.flips.Same()
	case Changed:
		s.r.Changed++
		if id := factsContact(o.Record); id != "" {
			o.Was.Contact, o.Now.Contact = id, id
		}
		s.flips.Add(o.Was, o.Now)
	default:
		s.r.NotReproducible++
		k := [2]string{string(o.Why), o.About}
		if s.reasons[k] == nil {
			s.reasons[k] = &ReasonCount{Why: o.Why, About: o.About, Hint: o.Why.Hint(), First: gate.FormatID(o.Record.ID)}
		}
		s.reasons[k].N++
	}
}

func (s *summary) report() *Report {
	r := &s.r
	r.Flips, r.Bundles, r.Reasons = s.flips.Report(), []census.Outcome{}, []ReasonCount{}
	for digest, n := range s.bundles {
		r.Bundles = append(r.Bundles, census.Outcome{Name: digest, N: n})
	}
	slices.SortFunc(r.Bundles, func(a, b census.Outcome) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	for _, c := range s.reasons {
		r.Reasons = append(r.Reasons, *c)
	}
	slices.SortFunc(r.Reasons, func(a, b ReasonCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Why, b.Why), cmp.Compare(a.About, b.About))
	})
	return r
}
