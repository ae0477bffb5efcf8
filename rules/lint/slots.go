package lint

import (
	"fmt"
	"slices"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/format"
)

// shadowed goes by rules that surely pick: one that is active now and then, or
// that only observes, or whose module may decline, leaves room for the next.
func shadowed(c *checker, r *Rule) {
	for i := range c.Slots {
		s := &c.Slots[i]
		pairs := 0
		for j := range s.Rules {
			own := c.about(s.Rules[j].When)
			for k := 0; own.few && k < j && pairs < maxPairs; k++ {
				if pairs++; !picks(c, &s.Rules[k]) || !own.kinds.Make(s.Rules[k].When) {
					continue
				}
				why := "takes everyone that this one would"
				if v, fixed := c.Logic.Constant(s.Rules[k].When); fixed && v == cond.True {
					why = "takes everyone"
				}
				c.find(r, slotOf(s), s.Rules[j].Decl.At, fmt.Sprintf("this rule is never reached: %s above it %s", s.Rules[k].ID, why), "move it up, or remove it")
				break
			}
		}
	}
}

func picks(c *checker, r *SlotRule) bool {
	d := r.Decl
	if d.Active != nil || d.Mode != nil && d.Mode.Kind.Value != "enforce" || d.Module != nil {
		return false
	}
	return d.Use != nil || c.constant(r.When) // a split passes over people without an id
}

func unusedVariant(c *checker, r *Rule) {
	for i := range c.Slots {
		s := &c.Slots[i]
		used := map[string]bool{s.Decl.Default.Value: true}
		for _, d := range s.Decl.Rules {
			for _, v := range variantsOf(s.Decl, &d) {
				used[v] = true
			}
		}
		if misspelled(s.Decl, used) { // it may be meant for any of them
			continue
		}
		for _, v := range s.Decl.Variants {
			if !used[v.Key.Value] && !c.pinned(s.Name.Value, v.Key.Value) {
				c.find(r, slotOf(s), v.Key.At, fmt.Sprintf("variant %q is never shown: no rule uses it", v.Key.Value), "let a rule use it, or remove it")
			}
		}
	}
}

// misspelled reports whether one of these names is no variant of the slot.
func misspelled(s *format.Slot, used map[string]bool) bool {
	for name := range used {
		if !slices.ContainsFunc(s.Variants, func(v format.Entry[format.Content]) bool { return v.Key.Value == name }) {
			return true
		}
	}
	return false
}

// variantsOf are the variants that a rule may pick.
func variantsOf(s *format.Slot, d *format.SlotRule) []string {
	var out []string
	switch {
	case d.Use != nil:
		out = append(out, d.Use.Value)
	case d.Split != nil:
		for _, w := range d.Split.Weights {
			out = append(out, w.Key.Value)
		}
	case d.Module != nil:
		for _, v := range s.Variants {
			out = append(out, v.Key.Value)
		}
	}
	return out
}

func (c *checker) pinned(slot, variant string) bool {
	for _, f := range c.Files {
		for _, p := range f.Personas {
			if p.Action == nil {
				continue
			}
			for _, e := range p.Action.Pin {
				if e.Key.Value == slot && e.Value.Value == variant {
					return true
				}
			}
		}
	}
	return false
}

// contentOf is the content of a variant, "" when there is none.
func contentOf(s *format.Slot, variant string) string {
	for _, v := range s.Variants {
		if v.Key.Value == variant {
			return string(v.Value.JSON)
		}
	}
	return ""
}

func promotionInService(c *checker, r *Rule) {
	for i := range c.Slots {
		s := &c.Slots[i]
		for j := range s.Rules {
			classes, ok := c.Logic.OneOf(s.Rules[j].When, "message.class")
			if !ok || slices.Contains(classes, "marketing") || slices.Contains(classes, "research") {
				continue
			}
			for _, v := range variantsOf(s.Decl, s.Rules[j].Decl) {
				if word := c.words.selling.FindString(contentOf(s.Decl, v)); word != "" {
					c.find(r, slotOf(s), s.Rules[j].Decl.At, fmt.Sprintf("variant %q promotes (%q) in a message that is not marketing", v, word), "keep it out, or send it as marketing, with its consent")
				}
			}
		}
	}
}
