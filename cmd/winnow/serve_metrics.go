package main

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

// serveMetrics are those of the process, of the ledger of events and of the
// outlets; the last two may be nil.
func serveMetrics(events *ledger.Ledger, out *outlets) prometheus.Gatherer {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if events != nil {
		reg.MustRegister(&eventMetrics{events})
	}
	if out == nil {
		return reg
	}
	if out.letters != nil {
		reg.MustRegister(out.letters.Collector())
	}
	if e := out.engine.Load(); e != nil {
		reg.MustRegister(e.Collector())
	}
	return reg
}
