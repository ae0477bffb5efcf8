package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/workload"
)

func inputs(tb testing.TB, b *rules.Bundle, n int) []*rules.Input {
	out := make([]*rules.Input, n)
	for i, body := range workload.Bodies(workload.People(n)) {
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
	ps := workload.People(256)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		workload.ByHand(&ps[i&255])
	}
}

func BenchmarkDecode(b *testing.B) {
	bu := workloadBundle(b)
	all := workload.Bodies(workload.People(256))
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

func benchRules(b *testing.B, n int) {
	bu := bundle(b, workload.ManyRules(n))
	ins := inputs(b, bu, 256)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		bu.Decide(ins[i&255])
	}
}

func BenchmarkRules25(b *testing.B)   { benchRules(b, 25) }
func BenchmarkRules250(b *testing.B)  { benchRules(b, 250) }
func BenchmarkRules1000(b *testing.B) { benchRules(b, 1000) }

// Missing data is every day's business: reporting it costs no memory either.
func TestUnknownsAllocateNothing(t *testing.T) {
	bu := workloadBundle(t)
	in, body := bu.NewInput(), []byte(`{"contact":{"id":"c1","email":"x"},"message":{"class":"marketing"}}`)
	var buf []byte
	require.Zero(t, testing.AllocsPerRun(500, func() {
		require.NoError(t, in.Decode(body))
		buf = bu.Decide(in).AppendJSON(buf[:0])
	}))
	require.Contains(t, string(buf), "persona_unknown")
}

func TestDecideAllocatesNothing(t *testing.T) {
	bu := workloadBundle(t)
	ins := inputs(t, bu, 64)
	all := workload.Bodies(workload.People(64))
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
