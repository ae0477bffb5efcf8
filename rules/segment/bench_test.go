package segment

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules/cputime"
)

// million is a file of a million orders of 100,000 customers in three years.
var million = sync.OnceValue(func() []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	first := mustDay("2023-01-01")
	days := make([]string, 1096)
	for i := range days {
		days[i] = (first + Day(i)).String()
	}
	var b bytes.Buffer
	b.WriteString("customer_id,order_id,date,amount\n")
	for i := range 1_000_000 {
		fmt.Fprintf(&b, "c%06d,o%07d,%s,%d.%02d\n", rng.IntN(100_000), i, days[rng.IntN(len(days))], rng.IntN(300), rng.IntN(100))
	}
	return b.Bytes()
})

// BenchmarkMillionOrders puts reading and analysing beside just reading: run it
// with -bench Million -benchtime 3x.
func BenchmarkMillionOrders(b *testing.B) {
	data := million()
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"bytes", func() error { _, err := io.Copy(io.Discard, struct{ io.Reader }{bytes.NewReader(data)}); return err }},
		{"csv", func() error { return csvPass(data) }},
		{"read", func() error {
			_, err := Read(bytes.NewReader(data), ReadOptions{}, func(Order) error { return nil })
			return err
		}},
		{"analyse", func() error { _, err := analyseBytes(data, ReadOptions{Columns: Columns{Order: None}}); return err }},
		{"analyse lean", func() error { return analyseLean(data, ReadOptions{Columns: Columns{Order: None}}) }},
		{"all", func() error {
			a, err := analyseWith(data, Options{Lean: true}, ReadOptions{})
			if err != nil {
				return err
			}
			a.Summarise()
			return a.WriteTable(io.Discard, TableOptions{})
		}},
		{"analyse with ids", func() error { _, err := analyseBytes(data, ReadOptions{}); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				require.NoError(b, c.run())
			}
		})
	}
}

// BenchmarkRatio prints what an analysis costs in units of reading: processor
// time, all threads and the collector included, the least of several runs, which
// other work on the machine disturbs little. "csv" is a pass of encoding/csv over
// the same bytes, every record made and none kept. "lean" is what winnow analyze
// does with --order -; "all" is what it does with --out: order ids told apart, the
// summary and the class table made. Run it with -bench Ratio.
func BenchmarkRatio(b *testing.B) {
	data := million()
	columns := Columns{Order: None}
	least := map[string]time.Duration{}
	for b.Loop() {
		for range 7 {
			for name, run := range map[string]func() error{
				"csv": func() error { return csvPass(data) },
				"read": func() error {
					_, err := Read(bytes.NewReader(data), ReadOptions{Columns: columns}, func(Order) error { return nil })
					return err
				},
				"lean": func() error { return analyseLean(data, ReadOptions{Columns: columns}) },
				"all": func() error {
					a, err := analyseWith(data, Options{Lean: true}, ReadOptions{})
					if err != nil {
						return err
					}
					a.Summarise()
					return a.WriteTable(io.Discard, TableOptions{})
				},
				"full": func() error { _, err := analyseBytes(data, ReadOptions{Columns: columns}); return err },
			} {
				runtime.GC()
				start := cputime.Used()
				require.NoError(b, run())
				if took := cputime.Used() - start; least[name] == 0 || took < least[name] {
					least[name] = took
				}
			}
		}
	}
	for _, name := range []string{"read", "lean", "all", "full"} {
		b.ReportMetric(float64(least[name])/float64(least["csv"]), name+"/csv")
	}
	b.ReportMetric(least["csv"].Seconds()*1e3, "csv-ms")
}

func csvPass(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.ReuseRecord = true
	for {
		if _, err := r.Read(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func analyseBytes(data []byte, o ReadOptions) (*Analysis, error) {
	return analyseWith(data, Options{}, o)
}

func analyseWith(data []byte, options Options, o ReadOptions) (*Analysis, error) {
	l, err := NewLedger(options)
	if err != nil {
		return nil, err
	}
	if _, err := Read(bytes.NewReader(data), o, l.Add); err != nil {
		return nil, err
	}
	return l.Analyse(), nil
}

func analyseLean(data []byte, o ReadOptions) error {
	_, err := analyseWith(data, Options{Lean: true}, o)
	return err
}

func BenchmarkScore(b *testing.B) {
	a, err := analyseBytes(million()[:1<<20], ReadOptions{})
	require.NoError(b, err)
	p := a.Customers[7].Purchases(&a.Model.Options)
	b.ReportAllocs()
	for b.Loop() {
		a.Model.Score(p)
	}
}

// BenchmarkMemory reports what a ledger of a million orders holds on to.
func BenchmarkMemory(b *testing.B) {
	data := million()
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		l, err := NewLedger(Options{})
		require.NoError(b, err)
		_, err = Read(bytes.NewReader(data), ReadOptions{Columns: Columns{Order: None}}, l.Add)
		require.NoError(b, err)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB/ledger")
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/100_000, "B/customer")
		runtime.KeepAlive(l)
	}
}
