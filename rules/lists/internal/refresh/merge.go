package main

import (
	"fmt"
	"io"
)

// merged are the lists as they are vendored.
type merged struct {
	academic, academicStop, disposable, free, relay, role set
	raw                                                   *raw
}

// merge makes the lists out of what the packages say. A person who is wrongly
// taken for a throwaway hears nothing any more, so whoever is in doubt is not
// disposable:
//
//   - a relay and all below it are no throwaways, whatever the block list says;
//   - a provider that all three lists of free mailboxes know, and that is
//     common, is none either: it is the accident that would cost most;
//   - the other domains in both are throwaways, for the list of free ones takes
//     the whole block list in and says nothing by having it.
//
// Free is what two lists agree on, what one keeper added by hand and ownFree:
// each list alone also holds throwaways.
func merge(r *raw) *merged {
	m := &merged{raw: r, relay: set{}, free: set{}, disposable: set{}, role: set{}}
	for _, service := range relays {
		for _, d := range service.domains {
			m.relay[d] = struct{}{}
		}
	}
	m.academic = pruned(union(r.academic, ownZones))
	m.academicStop = pruned(union(r.academicStop, ownStop))
	m.disposable = r.throwaways(m.relay)
	m.free = r.freeBut(m.disposable)
	for local := range union(r.role, rfc2142) {
		if _, person := givenNames[local]; !person {
			m.role[local] = struct{}{}
		}
	}
	return m
}

// throwaways is the block list without relays and common providers.
func (r *raw) throwaways(relay set) set {
	protected := set{}
	for d := range r.commonProviders {
		if r.freeListed.has(d) && r.freemail.has(d) {
			protected[d] = struct{}{}
		}
	}
	out := set{}
	for d := range r.disposable {
		if _, below := relay.above(d); !below {
			out[d] = struct{}{}
		}
	}
	for _, spared := range []set{protected, relay} {
		for d := range spared {
			for above, is := out.above(d); is; above, is = out.above(d) {
				delete(out, above)
			}
		}
	}
	return pruned(out)
}

// freeBut is the list of free mailboxes without the disposable ones.
func (r *raw) freeBut(disposable set) set {
	out := set{}
	for d := range union(r.freeListed, ownFree) {
		if !ownFree.has(d) && !r.freemail.has(d) && !r.providers.has(d) && !r.freeByHand.has(d) {
			continue
		}
		if _, throwaway := disposable.above(d); !throwaway {
			out[d] = struct{}{}
		}
	}
	return out
}

// pruned leaves out domains below others: those above answer for them.
func pruned(s set) set {
	out := set{}
	for d := range s {
		if above, is := s.above(d); !is || above == d {
			out[d] = struct{}{}
		}
	}
	return out
}

func union(a, b set) set {
	out := set{}
	for _, s := range []set{a, b} {
		for d := range s {
			out[d] = struct{}{}
		}
	}
	return out
}

// check refuses lists that break a promise of the package, or that are so short
// that the packages must have changed their layout.
func (m *merged) check() error {
	for _, c := range []struct {
		name  string
		list  set
		least int
	}{
		{"academic", m.academic, 15_000},
		{"academic stop", m.academicStop, 500},
		{"disposable", m.disposable, 5_000},
		{"free", m.free, 3_000},
		{"relay", m.relay, 20},
		{"role", m.role, 800},
	} {
		if len(c.list) < c.least {
			return fmt.Errorf("the %s list has only %d entries, fewer than %d: look at its package before taking it", c.name, len(c.list), c.least)
		}
	}
	for _, spared := range []set{m.free, m.relay} {
		for d := range spared {
			if above, is := m.disposable.above(d); is {
				return fmt.Errorf("%s is free or a relay, but %s is disposable", d, above)
			}
		}
	}
	for d := range m.disposable {
		if above, is := m.relay.above(d); is {
			return fmt.Errorf("%s is disposable, but %s is a relay", d, above)
		}
	}
	return nil
}

// report says what was made, for the commit message.
func (m *merged) report(out io.Writer) {
	fmt.Fprintf(out, "academic %d of %d (the others are below one of them), stop list %d\n", len(m.academic), len(m.raw.academic)+len(ownZones), len(m.academicStop))
	fmt.Fprintf(out, "disposable %d of %d, free %d of %d, relay %d, role %d\n",
		len(m.disposable), len(m.raw.disposable), len(m.free), len(m.raw.freeListed), len(m.relay), len(m.role))
	for _, d := range m.raw.disposable.sorted() {
		if _, kept := m.disposable.above(d); !kept {
			fmt.Fprintln(out, "blocked by its source, but spared:", d)
		}
	}
	for _, text := range m.raw.refused {
		fmt.Fprintf(out, "no domain: %q\n", text)
	}
}
