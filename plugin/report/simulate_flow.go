package report

import (
	"fmt"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/census"
)

// funnel is the sieve for those who can't see pictures, and for phones.
func funnel(r *census.ReachReport) console.Bars {
	b := console.Bars{Title: "Who is left after each step", Max: float64(r.Contacts)}
	add := func(label string, n int64, tone console.Tone) {
		b.Bars = append(b.Bars, console.Bar{Label: label, Value: float64(n), Text: with(n, r.Contacts), Tone: tone})
	}
	add("audience", r.Contacts, console.Plain)
	open := r.Contacts
	kept := map[string]int64{}
	for _, a := range r.Actions {
		kept[a.Name] = a.N
	}
	open -= kept["gate"]
	add("past the gates", open, console.Plain)
	for _, step := range [...]string{"suppress", "hold", "reroute", "cap"} {
		if kept[step] > 0 {
			open -= kept[step]
			add("after personas that "+step, open, console.Plain)
		}
	}
	add("sent", r.Sent, console.Good)
	return b
}

// manyNodes is how many places a column of the picture shows; the smallest
// beyond go together.
const manyNodes = 9

func flow(r *census.ReachReport) console.Flow {
	f := console.Flow{Title: "Where contacts go", Note: "Widths are numbers of contacts."}
	columns := map[string]int{}
	to := make([]int, len(r.Flow.Nodes))
	rest := map[string]int{}
	for i, n := range r.Flow.Nodes {
		key := fmt.Sprint(n.Column, outside(n.Kind))
		columns[key]++
		if columns[key] > manyNodes {
			if at, ok := rest[key]; ok {
				to[i] = at
				f.Nodes[at].Value += float64(n.N)
				f.Nodes[at].Text = with(int64(f.Nodes[at].Value), r.Contacts)
				continue
			}
			rest[key] = len(f.Nodes)
			n.Name = "others"
		}
		to[i] = len(f.Nodes)
		f.Nodes = append(f.Nodes, console.FlowNode{Column: n.Column, Name: nodeName(n), Value: float64(n.N), Text: with(n.N, r.Contacts), Tone: nodeTone(n.Kind)})
	}
	joined := map[[2]int]int64{}
	var order [][2]int
	for _, l := range r.Flow.Links {
		k := [2]int{to[l.From], to[l.To]}
		if joined[k] == 0 {
			order = append(order, k)
		}
		joined[k] += l.N
	}
	for _, k := range order {
		f.Links = append(f.Links, console.FlowLink{From: k[0], To: k[1], Value: float64(joined[k]), Text: number(joined[k])})
	}
	f.Desc = reachLead(r)
	return f
}

func outside(kind string) bool { return kind == "gate" || kind == "persona" }

func nodeName(n census.FlowNode) string {
	name := n.Name
	if n.Kind == "gate" {
		name = "gate " + name
	}
	if name == "" {
		name = "(no persona)"
	}
	if r := []rune(name); len(r) > 22 { // as many as there is room for
		name = string(r[:21]) + "…"
	}
	return name
}

func nodeTone(kind string) console.Tone {
	switch kind {
	case "gate", "persona":
		return console.Bad
	case "unsure":
		return console.Warn
	case "sent", "variant":
		return console.Good
	}
	return console.Plain
}
