package verify_test

import (
	"testing"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

// BenchmarkVerify is what a scheme adds to a call: what speed figures of
// adapters leave out.
func BenchmarkVerify(b *testing.B) {
	for _, id := range v.IDs() {
		bench := newBench(b, id)
		s := bench.scheme(b, bench.opts, bench.verifiers()[0])
		b.Run(string(id), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Verify(bench.signed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
