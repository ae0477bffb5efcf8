package screen_test

import (
	"bytes"
	"context"
	"io"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/audience"
	"github.com/winnow-gate/winnow/plugin/screen"
	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/cputime"
	"github.com/winnow-gate/winnow/rules/workload"
)

// discard is a sink that only counts.
type discard struct{ rows int64 }

func (d *discard) Put(p *screen.Part) error {
	d.rows += p.Counts.Rows
	_, err := io.Discard.Write(p.Out)
	return err
}

// BenchmarkScreen screens contacts of about 1.2 KB that are in memory, each of both
// kinds of answers.
func BenchmarkScreen(b *testing.B) {
	bundle, err := rules.Load(fstest.MapFS{"r.yaml": {Data: []byte("winnow: 1\n" + workload.Rules())}}, rules.Options{})
	require.NoError(b, err)
	const people = 20_000
	contacts := bytes.Join(workload.Bodies(workload.People(people)), []byte("\n"))
	for name, csv := range map[string]bool{"CSV": true, "NDJSON": false} {
		b.Run(name, func(b *testing.B) {
			started, sink := cputime.Used(), discard{}
			for b.Loop() {
				src, err := audience.New(bytes.NewReader(contacts), audience.Options{})
				require.NoError(b, err)
				o := screen.Options{Bundle: bundle, Now: workload.Now(), CSV: csv}
				require.NoError(b, screen.Run(context.Background(), src, o, &sink))
			}
			require.Equal(b, int64(b.N*people), sink.rows)
			b.ReportMetric(float64((cputime.Used()-started).Nanoseconds())/float64(sink.rows), "cpu-ns/row")
		})
	}
}
