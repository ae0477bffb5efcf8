package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
)

func inputs(tb testing.TB, b *rules.Bundle, n int) []*rules.Input {
	out := make([]*rules.Input, n)
	for i, body := range bodies(tb, people(n)) {
		in, err := b.Input(body, noon)
		require.NoError(tb, err)
		out[i] = in
	}
	return out
}

func BenchmarkDecide(b *testing.B) {
	bu := workloadBundle(b)
	ins := inputs(b, bu, 256)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		bu.Decide(ins[i&255])
	}
}

func BenchmarkByHand(b *testing.B) {
	ps := people(256)
	for i := range ps {
		if len(ps[i].Data.Purchases) == 0 {
			ps[i].Data.Purchases = ps[1].Data.Purchases
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		byHand(&ps[i&255])
	}
}

func BenchmarkDecode(b *testing.B) {
	bu := workloadBundle(b)
	all := bodies(b, people(256))
	in := bu.NewInput()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := in.Decode(all[i&255]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	bu := workloadBundle(b)
	ins := inputs(b, bu, 256)
	ds := make([]*rules.Decision, len(ins))
	for i := range ins {
		ds[i] = bu.Decide(ins[i])
	}
	var buf []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf = ds[i&255].AppendJSON(buf[:0])
	}
}

// manyRules has n conditions built from 50 distinct predicates, seldom true.
func manyRules(n int) string {
	var b strings.Builder
	b.WriteString(strings.SplitAfter(workload(), "personas:\n")[0])
	fields := []string{"complaints", "bounces", "sends_7d", "opens_30d", "clicks_30d", "cart_adds_7d", "page_views_30d", "opens_90d", "clicks_90d", "complaints"}
	predicate := func(i int) string { return fmt.Sprintf("events.%s > %d", fields[i%10], 5+i/10*3) }
	for i := range n {
		fmt.Fprintf(&b, "  - {id: p%d, kind: negative, name: p%d, action: suppress, when: '%s and %s and %s'}\n",
			i, i, predicate(i%50), predicate((i*7+i/50)%50), predicate((i*11+3)%50))
	}
	return b.String()
}

func benchRules(b *testing.B, n int) {
	bu := bundle(b, manyRules(n))
	ins := inputs(b, bu, 256)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		bu.Decide(ins[i&255])
	}
}

func BenchmarkRules25(b *testing.B)   { benchRules(b, 25) }
func BenchmarkRules250(b *testing.B)  { benchRules(b, 250) }
func BenchmarkRules1000(b *testing.B) { benchRules(b, 1000) }

func TestDecideAllocatesNothing(t *testing.T) {
	bu := workloadBundle(t)
	ins := inputs(t, bu, 64)
	all := bodies(t, people(64))
	var buf []byte
	i := 0
	allocs := testing.AllocsPerRun(2000, func() {
		in := ins[i&63]
		require.NoError(t, in.Decode(all[i&63]))
		buf = bu.Decide(in).AppendJSON(buf[:0])
		i++
	})
	require.Zero(t, allocs)
}
