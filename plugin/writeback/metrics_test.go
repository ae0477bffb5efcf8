package writeback_test

import (
	"testing"
	"testing/synctest"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/writeback"
)

// A queue that can't be read is itself a metric, and takes no others with it:
// they are asked for when something is wrong.
func TestMetricsOfAQueueThatCantBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, &world{}, writeback.Plan{}, writeback.Options{})
		require.Equal(t, map[string]float64{"winnow_writeback_broken": 0, "winnow_writeback_paused": 0}, gauges(t, r))
		r.close()
		require.Equal(t, map[string]float64{"winnow_writeback_broken": 1}, gauges(t, r))
	})
}

// gauges are the metrics that say yes or no.
func gauges(t *testing.T, r *rig) map[string]float64 {
	t.Helper()
	reg := prometheus.NewRegistry()
	reg.MustRegister(r.engine.Collector())
	families, err := reg.Gather()
	require.NoError(t, err)
	out := map[string]float64{}
	for _, f := range families {
		if name := f.GetName(); name == "winnow_writeback_broken" || name == "winnow_writeback_paused" {
			out[name] = f.GetMetric()[0].GetGauge().GetValue()
		}
	}
	return out
}
