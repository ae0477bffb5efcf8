//go:build wasip1

// Command stdio is the sample rule as a plain WASI program: JSON on standard
// input, JSON on standard output. It shows that any language which reads and
// writes can be a module, without a kit.
package main

import (
	"encoding/json"
	"os"
	"slices"
)

type input struct {
	Now    int64 `json:"now"`
	Fields struct {
		Country   *string   `json:"contact.country"`
		Tags      []string  `json:"contact.tags"`
		CreatedAt *int64    `json:"contact.created_at"`
		Count     *int64    `json:"orders.count"`
		Total     float64   `json:"orders.total"`
		Consent   *bool     `json:"consent.marketing"`
		Amounts   []float64 `json:"orders.amounts"`
	} `json:"fields"`
	Config int64 `json:"config"`
}

type answer struct {
	Verdict  string            `json:"verdict"`
	Reason   string            `json:"reason"`
	Outputs  map[string]any    `json:"outputs,omitempty"`
	Variants map[string]string `json:"variants,omitempty"`
}

func main() {
	var in input
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(decide(in)); err != nil {
		os.Exit(2)
	}
}

func decide(in input) answer {
	f := in.Fields
	switch {
	case f.Consent == nil:
		return answer{Verdict: "unknown", Reason: "consent unknown"}
	case !*f.Consent:
		return answer{Verdict: "no", Reason: "no consent"}
	case f.Count == nil:
		return answer{Verdict: "unknown", Reason: "orders unknown"}
	}
	days := int64(0)
	if f.CreatedAt != nil {
		days = max(0, (in.Now-*f.CreatedAt)/86_400_000)
	}
	spent := f.Total
	if f.Amounts != nil {
		spent = 0
		for _, a := range f.Amounts {
			spent += a
		}
	}
	member := slices.Contains(f.Tags, "member")
	a := answer{Verdict: "no", Reason: "not a member", Variants: map[string]string{}, Outputs: map[string]any{
		"score":       spent/float64(*f.Count+1) + float64(days)*0.01,
		"orders_left": max(0, in.Config-*f.Count), "eligible": member,
	}}
	if member {
		a.Verdict, a.Reason = "yes", "member"
	}
	switch {
	case *f.Count >= in.Config:
		a.Outputs["tier"], a.Variants["hero"] = "gold", "vip"
		return a
	case *f.Count >= 1:
		a.Outputs["tier"] = "silver"
	default:
		a.Outputs["tier"] = "bronze"
	}
	switch {
	case f.Country != nil && *f.Country == "DE":
		a.Variants["hero"] = "win-back"
	case f.Country != nil:
		a.Variants["hero"] = "generic"
	}
	return a
}
