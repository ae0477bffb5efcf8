package rules

import (
	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
)

// askMissing asks the contact for those of the fields that have no value.
func (c *deciding) askMissing(slots []int) {
	for _, s := range slots {
		c.in.metState(s)
		if c.in.facts.Slots[s].State != facts.Known {
			c.d.askFor(c.b.paths[s])
		}
	}
}

func (c *deciding) allKnown(slots []int) bool {
	for _, s := range slots {
		c.in.metState(s)
		if c.in.facts.Slots[s].State != facts.Known {
			return false
		}
	}
	return true
}

// missing names the fields that left a condition unknown.
func (c *deciding) missing(q *cond.Cond) []string {
	return c.paths(c.b.set.Missing(q, c.f))
}

// missingOf names those of the fields that have no value.
func (c *deciding) missingOf(slots []int) []string {
	start := len(c.in.names)
	for _, s := range slots {
		c.in.metState(s)
		if c.in.facts.Slots[s].State != facts.Known {
			c.in.names = append(c.in.names, c.b.paths[s])
		}
	}
	return c.named(start)
}

func (c *deciding) paths(slots []int) []string {
	start := len(c.in.names)
	for _, s := range slots {
		c.in.names = append(c.in.names, c.b.paths[s])
	}
	return c.named(start)
}

// named cuts what was added since start off the input's store of names.
func (c *deciding) named(start int) []string {
	if start == len(c.in.names) {
		return nil
	}
	return c.in.names[start:len(c.in.names):len(c.in.names)]
}
