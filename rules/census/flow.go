package census

import "slices"

// Flow is the way of an audience through the sieve: nodes in columns and the
// links between them.
type Flow struct {
	Nodes []FlowNode `json:"nodes"`
	Links []FlowLink `json:"links"`
}

// FlowNode is one place. Kind is audience, gate, open, sure, unsure, persona,
// sent or variant.
type FlowNode struct {
	Column int    `json:"column"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	N      int64  `json:"n"`
}

// FlowLink leads from one node to another, by their numbers.
type FlowLink struct {
	From int   `json:"from"`
	To   int   `json:"to"`
	N    int64 `json:"n"`
}

func (r *Reach) flowReport() Flow {
	nodes := map[FlowNode]int64{}
	links := map[[2]FlowNode]int64{}
	for w, n := range r.ways {
		path := w.path(r.flow)
		for i, node := range path {
			nodes[node] += n
			if i > 0 {
				links[[2]FlowNode{path[i-1], node}] += n
			}
		}
	}
	f := Flow{Nodes: []FlowNode{}, Links: []FlowLink{}}
	at := map[FlowNode]int{}
	for node, n := range nodes {
		node.N = n
		f.Nodes = append(f.Nodes, node)
	}
	slices.SortFunc(f.Nodes, func(a, b FlowNode) int {
		if a.Column != b.Column {
			return a.Column - b.Column
		}
		if a.out() != b.out() { // what is sieved out lies below
			if a.out() {
				return 1
			}
			return -1
		}
		return byCount(a.N, b.N, a.Kind+a.Name, b.Kind+b.Name)
	})
	for i, node := range f.Nodes {
		node.N = 0
		at[node] = i
	}
	for ends, n := range links {
		f.Links = append(f.Links, FlowLink{at[ends[0]], at[ends[1]], n})
	}
	slices.SortFunc(f.Links, func(a, b FlowLink) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
	return f
}

// out reports whether messages end at the node without being sent.
func (n FlowNode) out() bool { return n.Kind == "gate" || n.Kind == "persona" }

// path is a way as nodes.
func (w way) path(slot string) []FlowNode {
	out := []FlowNode{{Kind: "audience", Name: "audience"}}
	if w.action == "gate" {
		return append(out, FlowNode{Column: 1, Kind: "gate", Name: w.by})
	}
	out = append(out, FlowNode{Column: 1, Kind: "open", Name: "past the gates"})
	if w.unsure {
		out = append(out, FlowNode{Column: 2, Kind: "unsure", Name: "something unknown"})
	} else {
		out = append(out, FlowNode{Column: 2, Kind: "sure", Name: "all known"})
	}
	if w.by != "" || w.action != "send" {
		return append(out, FlowNode{Column: 3, Kind: "persona", Name: w.by})
	}
	out = append(out, FlowNode{Column: 3, Kind: "sent", Name: "sent"})
	if w.shown != "" {
		out = append(out, FlowNode{Column: 4, Kind: "variant", Name: slot + ": " + w.shown})
	}
	return out
}
