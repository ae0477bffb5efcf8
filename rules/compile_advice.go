package rules

import "github.com/winnow-gate/winnow/rules/lint"

// advice adds what the linter finds. It comes last: it looks at the conditions
// when all of them are compiled.
func (c *compiler) advice() {
	b := &c.lint
	b.Files, b.Logic, b.Now = c.files, c.build.Logic(), c.opts.Now
	b.Field, b.Behind = c.names.Fields.Lookup, c.inputsBehind
	c.list = append(c.list, lint.Check(b)...)
}
