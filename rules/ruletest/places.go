package ruletest

import (
	"bytes"

	"go.yaml.in/yaml/v3"

	"github.com/winnow-gate/winnow/rules/diag"
)

// places finds where a key within a value stands. Values are read as JSON and
// have lost the places of what is inside; only a mistake asks for them, so the
// file is parsed again then.
type places struct {
	src  []byte
	root *yaml.Node
}

func (p *places) nodes() *yaml.Node {
	if p.root == nil {
		p.root = &yaml.Node{}
		// The file was read before; if this reading fails, places are coarser.
		_ = yaml.Unmarshal(bytes.TrimPrefix(p.src, []byte("\ufeff")), p.root)
	}
	return p.root
}

// within is the place of the key path below the key or value that stands at a
// place; the latter when there is no such key.
func (p *places) within(at diag.Place, path []string) diag.Place {
	if len(path) == 0 {
		return at
	}
	n := find(p.nodes(), at)
	out := at
	for _, name := range path {
		key, value := child(n, name)
		if key == nil {
			return out
		}
		out = diag.Place{File: at.File, Line: key.Line, Column: key.Column, EndColumn: key.Column + len([]rune(key.Value))}
		n = value
	}
	return out
}

// find returns the value whose key stands at a place.
func find(n *yaml.Node, at diag.Place) *yaml.Node {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if k := n.Content[i]; k.Line == at.Line && k.Column == at.Column {
				return n.Content[i+1]
			}
		}
	}
	for _, c := range n.Content {
		if out := find(c, at); out != nil {
			return out
		}
	}
	return nil
}

func child(n *yaml.Node, name string) (key, value *yaml.Node) {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}
