package field

import (
	"fmt"
	"strings"
)

// With is the schema with extra fields on top. An extra field of a new path is
// added. One of a known path refines it: it must have the same type; enum,
// bounds, max_age, as_of and doc replace what stands there when they are set;
// sensitivity can only become stricter and protected cannot be lifted, so that
// adding a max_age to contact.email never puts addresses into a log. The
// receiver is unchanged. Errors are those of New.
func (s *Schema) With(extra []Field) (*Schema, error) {
	fields := s.Fields()
	at := make(map[string]int, len(fields))
	for i, f := range fields {
		at[f.Path] = i
	}
	refined := map[string]bool{}
	for _, f := range extra {
		i, known := at[f.Path]
		if !known || refined[f.Path] {
			fields = append(fields, f) // New reports doubled extras
			continue
		}
		refined[f.Path] = true
		if !f.Type.Equal(fields[i].Type) {
			return nil, &Error{Path: f.Path, Msg: fmt.Sprintf("is built in as %s and cannot become %s: use another path", fields[i].Type, f.Type)}
		}
		fields[i] = refine(fields[i], f)
	}
	return New(fields)
}

func refine(base, f Field) Field {
	if len(f.Enum) > 0 {
		base.Enum = f.Enum
	}
	if f.Min != nil {
		base.Min = f.Min
	}
	if f.Max != nil {
		base.Max = f.Max
	}
	if f.MaxAge != 0 {
		base.MaxAge = f.MaxAge
	}
	if f.AsOf != "" {
		base.AsOf = f.AsOf
	}
	if f.Doc != "" {
		base.Doc = f.Doc
	}
	base.Sensitivity = max(base.Sensitivity, f.Sensitivity)
	base.Protected = base.Protected || f.Protected
	return base
}

// Suggest finds the path that a mistyped one most likely meant, or "". It
// looks for a path a few edits away, then for the same last name in another
// group (order.count → orders.count, country → contact.country).
func (s *Schema) Suggest(path string) string {
	if len(path) > MaxPathBytes {
		return ""
	}
	lower := strings.ToLower(path)
	best, bestCost := "", 1+min(3, len(path)/4)
	for _, p := range s.paths {
		if c := distance(lower, strings.ToLower(p), bestCost); c < bestCost {
			best, bestCost = p, c
		}
	}
	if best != "" {
		return best
	}
	last := "." + lower[strings.LastIndexByte(lower, '.')+1:]
	for _, p := range s.paths {
		if strings.HasSuffix(strings.ToLower(p), last) && (best == "" || len(p) < len(best)) {
			best = p
		}
	}
	return best
}

func (s *Schema) hint(path string) string {
	if p := s.Suggest(path); p != "" {
		return fmt.Sprintf(": did you mean %s?", p)
	}
	return ""
}

// distance is the number of edits (insert, delete, replace, swap of two
// neighbours) between two short texts; at least limit once it is sure to be.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	var rows [3][MaxPathBytes + 1]int
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		lowest := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
			lowest = min(lowest, cur[j])
		}
		if lowest >= limit {
			return limit
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
