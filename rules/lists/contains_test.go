package lists

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

// batch is how many questions are timed together.
const batch = 256

// BenchmarkContains asks plain and keyed lists of a thousand to ten million
// entries, apart for values that are in the list and for values that are not,
// anywhere in it. Besides the mean it gives the median of batches: on a shared
// machine the mean is partly other programs'.
//
// What it is measured against: a read from far memory that waits for the one
// before, an HMAC-SHA-256, and the way from a text to its fingerprint.
func BenchmarkContains(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		words, x := make([]uint64, 60<<20/8), uint64(1)
		inHugePages(words)
		for i := range words {
			words[i] = mix(uint64(i))
		}
		inBatches(b, func() {}, func(int) { x = mix(x ^ words[share(x, len(words))]) })
	})
	mac, value := newMacer(testKey), make([]byte, 36, 5*shaBlock)
	b.Run("hmac", func(b *testing.B) { inBatches(b, func() {}, func(int) { mac.sum(value) }) })
	for _, kind := range []string{"plain", "keyed"} {
		s := &Set{seed: 1}
		if kind == "keyed" {
			s.mac = mac
		}
		b.Run(kind+"/print", func(b *testing.B) {
			askForCustomers(b, 0, 1000, func(text string) { s.print(text) })
		})
		for _, n := range []int{1_000, 10_000, 100_000, 1_000_000, 5_000_000, 10_000_000} {
			b.Run(fmt.Sprint(kind, "/", n), func(b *testing.B) {
				s.all = makePrints(n)
				var text []byte
				for i := range n {
					text = appendCustomer(text[:0], 'c', i)
					s.all.add(s.print(string(text)))
				}
				b.Run("hit", func(b *testing.B) { askForCustomers(b, 0, n, func(text string) { s.Contains(text) }) })
				b.Run("miss", func(b *testing.B) { askForCustomers(b, n, 2*n, func(text string) { s.Contains(text) }) })
			})
		}
	}
}

// askForCustomers asks for any from one number to another.
func askForCustomers(b *testing.B, from, to int, ask func(text string)) {
	random := rand.New(rand.NewPCG(1, 2))
	var buf []byte
	var texts [batch]string
	inBatches(b, func() {
		var ends [batch]int
		buf = buf[:0]
		for i := range ends {
			buf = appendCustomer(buf, 'C', from+random.IntN(to-from))
			ends[i] = len(buf)
		}
		all, begin := string(buf), 0
		for i, end := range ends {
			texts[i], begin = all[begin:end], end
		}
	}, func(i int) { ask(texts[i]) })
}

// inBatches times what is done, without what prepares a batch of it.
func inBatches(b *testing.B, prepare func(), do func(i int)) {
	var took []time.Duration
	sum := time.Duration(0)
	for b.Loop() {
		prepare()
		start := time.Now()
		for i := range batch {
			do(i)
		}
		took = append(took, time.Since(start))
		sum += took[len(took)-1]
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2])/batch, "median-ns")
	b.ReportMetric(float64(sum)/float64(len(took))/batch, "ns/op")
}

func appendCustomer(dst []byte, initial byte, i int) []byte {
	dst = append(append(dst, initial), "ustomer."...)
	dst = append(strconv.AppendInt(dst, int64(i), 10), "@shop-"...)
	return append(strconv.AppendInt(dst, int64(i%977), 10), ".example"...)
}
