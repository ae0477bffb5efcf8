//go:build unix

package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// What takes longer or more memory than is promised is told and counted, so that
// -check can fail; what differs by noise is not.
func TestScreeningIsHeldToItsLimits(t *testing.T) {
	for want, last := range map[int]cost{
		0: {cpu: 1.8, memory: maxScreenMemory},
		1: {cpu: 1.9, memory: 30},
		2: {cpu: 9, memory: maxScreenMemory + 1},
	} {
		s := &screening{contacts: 10, rounds: 1}
		passes := make([]pass, floorOfScreening+2)
		took := make([][]cost, len(passes))
		for i := range took {
			took[i] = []cost{{cpu: 1, wall: 1, memory: 500}}
		}
		passes[floorOfScreening+1] = pass{name: "screen", must: 1.6}
		took[floorOfScreening+1] = []cost{last}
		var out bytes.Buffer
		require.Equal(t, want, s.report(&out, passes, took), "%s", &out)
		require.Equal(t, want > 0, bytes.Contains(out.Bytes(), []byte("over the limit")))
		require.Equal(t, want > 1, bytes.Contains(out.Bytes(), []byte("more memory than 128 MiB")))
	}
}

func TestAnalysesAreHeldToTheirLimits(t *testing.T) {
	for want, last := range map[int]cost{
		0: {cpu: 2.2, memory: maxAnalysisMemory},
		1: {cpu: 2.4, memory: 30},
		2: {cpu: 9, memory: maxAnalysisMemory + 1},
	} {
		passes := []pass{{name: "encoding/csv"}, {name: "analyze", must: mustAnalyse}}
		took := [][]cost{{{cpu: 2}, {cpu: 1}}, {{cpu: 10}, last}} // the least counts
		var out bytes.Buffer
		require.Equal(t, want, new(analysis).report(&out, passes, took), "%s", &out)
		require.Equal(t, want > 0, bytes.Contains(out.Bytes(), []byte("over the limit")))
		require.Equal(t, want > 1, bytes.Contains(out.Bytes(), []byte("more memory than 160 MiB")))
	}
}

func TestServersAreHeldToTheirLimits(t *testing.T) {
	b := &bench{
		rounds: 1,
		list:   []contender{{name: "floor"}, {name: "decide", must: 2}, {name: "large"}, {name: "source", must: 1.25, from: &source{}}},
		cpu:    map[string][]float64{"floor": {1}, "decide": {2.5}, "large": {7}, "source": {4}},
		bases:  map[string][]float64{"source": {3.5}}, // at its own server
		rate:   map[string][]float64{"floor": {1}, "decide": {1}, "large": {1}, "source": {1}},
		memory: map[string]float64{"large": maxMemory + 1},
	}
	var out bytes.Buffer
	require.Equal(t, 2, b.report(&out), "%s", &out)
	require.Contains(t, out.String(), "over the limit: 2.50 > 2.00")

	b.bases["source"][0] = 2
	require.Equal(t, 3, b.report(&out), "%s", &out)
	require.Contains(t, out.String(), "over the limit: 2.00 > 1.25")
	require.Contains(t, out.String(), "more memory than 64 MiB")
}
