package rules

import (
	"math"

	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/lists"
)

// table fills in fields of contacts that stand in it: the classes that an
// analysis of orders gave them, say. Only columns that the bundle reads are
// kept, each value as a number among the different ones of its column.
type table struct {
	id      string
	key     int // slot of the field that contacts are found by
	index   *lists.Index
	columns []tableColumn
	origin  facts.Origin
	ends    int64 // Unix nanoseconds from which all of it is stale
}

type tableColumn struct {
	slot   int
	values []facts.Slot // the different ones; the first is Absent
	rows   []uint32
}

// never is when a table without max_age ends.
const never = math.MaxInt64

// fill puts the table's values where the request says nothing. It may be done
// again, with another clock or another contact: what it put there before goes.
func (t *table) fill(f *facts.Facts) {
	row, found := 0, false
	if k := &f.Slots[t.key]; k.State == facts.Known {
		row, found = t.index.Find(k.Str)
	}
	for i := range t.columns {
		c := &t.columns[i]
		s := &f.Slots[c.slot]
		switch {
		case !s.Origin.FromTable() && s.State != facts.Absent && s.State != facts.Null:
		case found:
			*s = c.values[c.rows[row]]
		case s.Origin.FromTable():
			*s = facts.Slot{}
		}
	}
}

// age makes what the table filled in stale when all of it is.
func (t *table) age(f *facts.Facts, now int64) {
	if now < t.ends {
		return
	}
	for i := range t.columns {
		if s := &f.Slots[t.columns[i].slot]; s.Origin.FromTable() && s.State == facts.Known {
			s.State = facts.Stale
		}
	}
}

// prepare fills the facts in from the tables and marks what is stale.
func (in *Input) prepare(now int64) {
	b := in.bundle
	for _, t := range b.tables {
		t.fill(&in.facts)
	}
	b.layout.ApplyAge(&in.facts, now)
	for _, t := range b.tables {
		t.age(&in.facts, now)
	}
}

// TablePlan says which fields a table fills in, and by which contacts are found
// in it.
type TablePlan struct {
	ID     string
	Key    string
	Fields []string
}

// Tables lists the tables of the bundle.
func (b *Bundle) Tables() []TablePlan {
	var out []TablePlan
	for _, t := range b.tables {
		plan := TablePlan{ID: t.id, Key: b.layout.Field(t.key).Path}
		for _, c := range t.columns {
			plan.Fields = append(plan.Fields, b.layout.Field(c.slot).Path)
		}
		out = append(out, plan)
	}
	return out
}

// tableOf names the table that filled a slot in, "" for none.
func (b *Bundle) tableOf(f *facts.Facts, slot int) string {
	if !f.Slots[slot].Origin.FromTable() {
		return ""
	}
	for _, t := range b.tables {
		for _, c := range t.columns {
			if c.slot == slot {
				return t.id
			}
		}
	}
	return ""
}
