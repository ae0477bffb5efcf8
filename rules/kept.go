package rules

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/rules/cond"
	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// A log keeps no addresses, only hashes of them, with which nothing can be
// decided again. So a record also keeps what the predicates answered that read
// one: not the address, but that its domain was none of the competitors'.

// keptLeaf is a predicate whose answer a record keeps.
type keptLeaf struct {
	leaf    int
	sum     string // names what it asks, in every bundle
	open    []byte // "text#sum": as a record has it
	slots   []int  // hashed fields that it reads
	ask     bool   // cheap enough to be asked for the record alone
	unknown bool   // that it is unknown says all there is to know
}

// keep finds the predicates whose answers records keep: those that read a hashed
// field, none that is dropped, and else only what a record holds.
func (c *compiler) keep() {
	b, seen := c.out, map[string]bool{}
	b.sums = map[int]string{}
	for _, l := range b.decisive() {
		m, ok := c.build.Meaning(l.Index, func(name string) string { return c.listSums[name] })
		if ok {
			m.Slots, ok = b.hashedOf(m.Slots)
		}
		if !ok || b.sums[l.Index] != "" {
			continue
		}
		digest := sha256.Sum256([]byte(m.Text))
		sum := base64.RawURLEncoding.EncodeToString(digest[:8])
		b.sums[l.Index] = sum
		if seen[sum] {
			continue
		}
		seen[sum] = true
		open := append(appendText(nil, shorter(cond.WithoutConstants(l.Text))+"#"+sum), ':')
		b.kept = append(b.kept, keptLeaf{l.Index, sum, open, m.Slots, !m.Walks, !m.Signals})
	}
}

// decisive are the leaves that decisions about messages rest on.
func (b *Bundle) decisive() (out []cond.Leaf) {
	add := func(qs ...*cond.Cond) {
		for _, q := range qs {
			if q != nil {
				out = append(out, q.Leaves()...)
			}
		}
	}
	for _, g := range slices.Concat(b.legal, b.data) {
		add(g.when, g.require)
	}
	for _, p := range slices.Concat(b.positives, b.negatives) {
		add(p.when, p.unless, p.match)
	}
	for _, s := range b.slots {
		for _, r := range s.rules {
			add(r.when)
		}
	}
	for _, s := range b.signals {
		add(s.cond)
	}
	return out
}

// hashedOf are the slots of hashed fields; ok is false when there are none, or
// any of a field that is dropped or filled in by a table, which another bundle
// may fill in otherwise.
func (b *Bundle) hashedOf(slots []int) (hashed []int, ok bool) {
	for _, s := range slots {
		switch f := b.layout.Field(s); {
		case f.Sensitivity == field.Drop, b.fromTable(s), b.computed(s):
			return nil, false
		case f.Sensitivity == field.Hash:
			hashed = append(hashed, s)
		}
	}
	return hashed, len(hashed) > 0
}

func (b *Bundle) fromTable(slot int) bool {
	return slices.ContainsFunc(b.tables, func(t *table) bool {
		return slices.ContainsFunc(t.columns, func(c tableColumn) bool { return c.slot == slot })
	})
}

// shorter cuts texts that are there for people to read.
func shorter(text string) string {
	const most = 80
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// AppendRecord appends what a log may keep of the input just decided on:
// its facts as facts.Layout.AppendJSON writes them, and under "=" what the
// predicates answered that read a hashed value:
//
//	"=":{"domain(contact.email) in params.own_domains#0XyJm5a1gkE":false}
//
// null is unknown, and a text is why there was an error. Fixed texts and numbers
// are left out of the predicate, since they may be somebody's; behind # stands
// what it means. Predicates that deciding did not come to are asked now, but not
// for a contact whom a gate closed: of them no more is asked than must be.
func (in *Input) AppendRecord(dst []byte, hash facts.HashFunc) (out []byte, complete bool) {
	b := in.bundle
	dst, complete = b.layout.AppendJSON(dst, &in.facts, hash)
	if complete || len(b.kept) == 0 || in.decision.Degraded {
		return dst, complete
	}
	out = facts.OpenSaid(dst)
	first := len(out)
	for i := range b.kept {
		if k := &b.kept[i]; in.lacks(k.slots) {
			out = in.appendKept(out, k, first)
		}
	}
	if len(out) == first {
		return append(dst[:len(dst)-1], '}'), complete
	}
	return append(out, "}}"...), complete
}

// lacks reports whether a record has no value of a field that has one.
func (in *Input) lacks(hashed []int) bool {
	for _, s := range hashed {
		if v := &in.facts.Slots[s]; v.State == facts.Known || v.State == facts.Stale {
			return true
		}
	}
	return false
}

// appendKept appends a predicate with its answer, or nothing. first is where the
// first one stands.
func (in *Input) appendKept(dst []byte, k *keptLeaf, first int) []byte {
	v, known := in.frame.Peek(k.leaf)
	if !known {
		if !in.profiled || !k.ask {
			return dst
		}
		v = in.frame.Force(k.leaf)
	}
	if v == cond.Unknown && !k.unknown {
		return dst
	}
	if len(dst) > first {
		dst = append(dst, ',')
	}
	switch dst = append(dst, k.open...); v {
	case cond.True:
		return append(dst, "true"...)
	case cond.False:
		return append(dst, "false"...)
	case cond.Unknown:
		return append(dst, "null"...)
	default:
		return appendText(dst, in.frame.Fault(k.leaf))
	}
}

// said reads what a record kept, by what was asked.
func (in *Input) said() map[string]any {
	raw := in.facts.Said()
	if raw == nil {
		return nil
	}
	var texts map[string]any
	if json.Unmarshal(raw, &texts) != nil {
		return nil
	}
	out := make(map[string]any, len(texts))
	for k, v := range texts {
		out[k[strings.LastIndexByte(k, '#')+1:]] = v
	}
	return out
}

// recall settles a predicate by what the record says of it. An unknown one is
// told with what it lacked, so that has to be known too.
func (in *Input) recall(leaf int, said map[string]any) bool {
	v, ok := said[in.bundle.sums[leaf]]
	if !ok {
		return false
	}
	switch v := v.(type) {
	case bool:
		in.frame.Preset(leaf, cond.Of(v), "")
	case string:
		in.frame.Preset(leaf, cond.Error, v)
	case nil:
		if slices.ContainsFunc(in.bundle.set.SlotsOf(leaf), func(s int) bool { return slices.Contains(in.lost.Slots, s) }) {
			return false
		}
		in.frame.Preset(leaf, cond.Unknown, "")
	default:
		return false
	}
	return true
}
