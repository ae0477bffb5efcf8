package rules

import "github.com/winnow-gate/winnow/rules/lint"

// advice adds what the linter finds. It comes last: it looks at the conditions
// when all of them are compiled.
func (c *compiler) advice() {
	b := &c.lint
	b.Files, b.Logic, b.Now, b.Retention = c.files, c.build.Logic(), c.opts.Now, c.opts.Retention
	b.Field, b.Behind = c.names.Fields.Lookup, c.inputsBehind
	for _, t := range c.tables {
		if day, ok := t.asOf(); ok && !day.Wall.IsZero() { // the reader reported what is no date
			dated := lint.Table{ID: t.id, AsOf: day}
			if t.decl.MaxAge != nil {
				dated.MaxAge = t.decl.MaxAge.Value
			}
			b.Tables = append(b.Tables, dated)
		}
	}
	c.list = append(c.list, lint.Check(b)...)
}
