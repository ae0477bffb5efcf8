package replay

import (
	"context"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/store"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// survey finds the fields that bundles which are not here did read: those that
// any of their records holds.
func (p *Player) survey(ctx context.Context) error {
	b := p.opts.With
	if b == nil {
		return nil
	}
	seen := map[string]map[string]bool{}
	f := &facts.Facts{}
	err := p.log.Scan(ctx, p.opts.From, p.opts.To, func(r *store.Record) error {
		if p.by[r.Bundle] != nil {
			return ctx.Err()
		}
		if _, err := b.Layout().DecodeRecord(r.Facts, f); err != nil {
			return ctx.Err() // it is reported when it is replayed
		}
		if seen[r.Bundle] == nil {
			seen[r.Bundle] = map[string]bool{}
		}
		for i := range f.Slots {
			if f.Slots[i].State != facts.Absent {
				seen[r.Bundle][b.Layout().Field(i).Path] = true
			}
		}
		for _, i := range f.Lost() {
			seen[r.Bundle][b.Layout().Field(i).Path] = true
		}
		return ctx.Err()
	})
	for digest, had := range seen {
		p.unread[digest] = map[string]bool{}
		for _, x := range b.Layout().Fields() {
			if !had[x.Path] && !always(x.Path) {
				p.unread[digest][x.Path] = true
			}
		}
	}
	return err
}

// always reports whether every bundle reads a field: deciding itself does.
func always(path string) bool {
	switch path {
	case "contact.id", "contact.email", "message.class", "message.channel", "message.campaign", "message.id":
		return true
	}
	return false
}

// lost lists the slots that a record can't fill.
func (p *Player) lost(b *rules.Bundle, in *rules.Input, r *store.Record) rules.Lost {
	l := rules.Lost{Values: slices.Clone(in.Facts().Lost())}
	if r.Bundle == b.Digest() {
		return l
	}
	own := p.by[r.Bundle]
	for i, f := range b.Layout().Fields() {
		unread := p.unread[r.Bundle][f.Path]
		if own != nil {
			unread = own.Layout().Slot(f.Path) < 0
		}
		if unread {
			l.Slots = append(l.Slots, i)
		}
	}
	return l
}

// blame finds the fields without which a record can't be decided: those that
// alone are enough to keep it from that, or all when none is. known tells that the
// bundle that decided is at hand.
func (p *Player) blame(b *rules.Bundle, in *rules.Input, l rules.Lost, known bool) (Why, string) {
	why, culprits := NotKept, []int(nil)
	unread := NotSeen
	if known {
		unread = NotRead
	}
	for _, s := range l.Values {
		if _, sure := b.DecideWithout(in, rules.Lost{Values: []int{s}}); !sure {
			culprits = append(culprits, s)
		}
	}
	for _, s := range l.Slots {
		if _, sure := b.DecideWithout(in, rules.Lost{Slots: []int{s}}); !sure {
			culprits = append(culprits, s)
			why = unread
		}
	}
	if len(culprits) == 0 {
		culprits = slices.Concat(l.Values, l.Slots)
	}
	var paths []string
	for _, s := range culprits {
		paths = append(paths, b.Layout().Field(s).Path)
	}
	slices.Sort(paths)
	return why, strings.Join(paths, ", ")
}
