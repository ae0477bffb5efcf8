package cond

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// References lists the signals and personas that a source names, as
// "signal.name" and "persona.id", sorted. A source that can't be parsed names
// nothing; compiling it reports why.
func References(source string) []string {
	text, _ := prescan(source)
	if text == "" {
		return nil
	}
	tree, problems := parse(text)
	if tree == nil || len(problems) > 0 {
		return nil
	}
	v := refVisitor{}
	ast.Walk(&tree, v)
	out := keysOf(v)
	slices.Sort(out)
	return out
}

type refVisitor map[string]bool

func (v refVisitor) Visit(n *ast.Node) {
	switch n := (*n).(type) {
	case *ast.MemberNode:
		path, _ := dotted(n)
		for _, prefix := range []string{"signal.", "signals.", "persona.", "personas."} {
			if name, ok := strings.CutPrefix(path, prefix); ok {
				v[strings.TrimSuffix(strings.TrimSuffix(prefix, "."), "s")+"."+name] = true
			}
		}
	case *ast.CallNode:
		id, ok := n.Callee.(*ast.IdentifierNode)
		if !ok || len(n.Arguments) != 1 || id.Value != "persona" && id.Value != "signal" {
			return
		}
		if s, ok := n.Arguments[0].(*ast.StringNode); ok {
			v[id.Value+"."+s.Value] = true
		}
	}
}
