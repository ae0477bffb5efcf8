package ruletest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Coverage is what tests exercised of the rules: each part of a condition seen
// true and false, each gate open and closed, each persona and slot rule matched
// and skipped, each variant served.
type Coverage struct {
	Seen, Total int
	// Missing is what no test showed, by place.
	Missing []rules.Point
}

// Percent is the share that was exercised; 100 when there is nothing to
// exercise.
func (c Coverage) Percent() float64 {
	if c.Total == 0 {
		return 100
	}
	return 100 * float64(c.Seen) / float64(c.Total)
}

func newCoverage(points []rules.Point, source fs.FS) Coverage {
	c := Coverage{Total: len(points)}
	for _, p := range points {
		if p.Seen {
			c.Seen++
		} else {
			c.Missing = append(c.Missing, p)
		}
	}
	if source != nil && len(c.Missing) > 0 {
		place(c.Missing, source)
	}
	return c
}

// Describe says in words what is missing.
func Describe(p rules.Point) string {
	switch p.Kind {
	case "leaf":
		return fmt.Sprintf("%s: `%s` was never %s", p.Rule, strings.Join(strings.Fields(p.Text), " "), p.Want)
	case "variant":
		return fmt.Sprintf("slot %s: variant %s was never served", p.Slot, p.Variant)
	case "slot_rule":
		return fmt.Sprintf("slot rule %s was never %s", p.Rule, p.Want)
	default:
		return fmt.Sprintf("%s %s was never %s", p.Kind, p.Rule, p.Want)
	}
}

// place finds where gates and variants are declared: the compiled bundle no
// longer knows.
func place(points []rules.Point, source fs.FS) {
	at := map[[3]string]diag.Place{}
	// A file that can't be read has no places; the bundle was compiled from it.
	_ = fs.WalkDir(source, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".yaml") && !strings.HasSuffix(name, ".yml") || strings.Contains(name, "_test.y") {
			return nil
		}
		src, err := fs.ReadFile(source, name)
		if err != nil {
			return nil
		}
		f, _ := format.Read(name, src)
		for _, g := range f.Gates {
			at[[3]string{"gate", g.ID.Value}] = g.ID.At
		}
		for _, s := range f.Slots {
			for _, v := range s.Value.Variants {
				at[[3]string{"variant", s.Key.Value, v.Key.Value}] = v.Key.At
			}
		}
		return nil
	})
	for i, p := range points {
		key := [3]string{p.Kind, p.Rule}
		if p.Kind == "variant" {
			key = [3]string{p.Kind, p.Slot, p.Variant}
		}
		if found, ok := at[key]; ok {
			points[i].At = found
		}
	}
	slices.SortStableFunc(points, func(a, b rules.Point) int {
		if a.At.File != b.At.File {
			return strings.Compare(a.At.File, b.At.File)
		}
		return a.At.Line - b.At.Line
	})
}
