package facts

import (
	"encoding/json"
	"testing"

	"github.com/bytedance/sonic"
	"github.com/stretchr/testify/require"
)

func BenchmarkDecode(b *testing.B) {
	bodies := workload(b)
	size := 0
	for _, body := range bodies {
		size += len(body)
	}
	run := func(name string, decode func([]byte) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size / len(bodies)))
			for i := 0; b.Loop(); i++ {
				if err := decode(bodies[i&255]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	all, few := workLayout(b, workPaths()), workLayout(b, workPaths()[:workFew])
	f := &Facts{}
	run("facts-all", func(body []byte) error { return all.DecodeJSON(body, f) })
	run("facts-few", func(body []byte) error { return few.DecodeJSON(body, f) })
	run("sonic-struct", func(body []byte) error { var v workBody; return sonic.Unmarshal(body, &v) })
	run("sonic-std-struct", func(body []byte) error { var v workBody; return sonic.ConfigStd.Unmarshal(body, &v) })
	run("json-struct", func(body []byte) error { var v workBody; return json.Unmarshal(body, &v) })
}

func BenchmarkAppend(b *testing.B) {
	l := workLayout(b, workPaths())
	f := &Facts{}
	require.NoError(b, l.DecodeJSON(workload(b)[0], f))
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = l.AppendAll(dst[:0], f)
	}
	b.SetBytes(int64(len(dst)))
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	bodies := workload(t)
	l := workLayout(t, workPaths())
	f := &Facts{}
	var dst []byte
	hash := func(dst []byte, text string) []byte { return append(dst, "00"...) }
	each := func(do func(body []byte) error) {
		i := 0
		require.Zero(t, testing.AllocsPerRun(2*len(bodies), func() {
			if err := do(bodies[i%len(bodies)]); err != nil {
				panic(err)
			}
			i++
		}))
	}
	for _, body := range bodies { // warm up: the arenas grow to the largest body
		require.NoError(t, l.DecodeJSON(body, f))
	}
	dst = make([]byte, 0, 8<<10)
	each(func(body []byte) error { return l.DecodeJSON(body, f) })
	each(func(body []byte) error { return l.DecodeJSONLoose(body, f) })
	each(func(body []byte) error {
		err := l.DecodeJSON(body, f)
		l.ApplyAge(f, 0)
		dst, _ = l.AppendJSON(dst[:0], f, hash)
		dst = l.AppendAll(dst[:0], f)
		return err
	})
}
