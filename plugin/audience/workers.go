package audience

import "runtime"

// MostWorkers is how many are started unless more are asked for. Each holds blocks
// and answers in memory, and a run is to keep to 128 MiB on any machine: one for
// each of 64 processors took 137.
const MostWorkers = 16

// Workers is how many are to go through an audience at once: as many as were asked
// for, otherwise one a processor, up to MostWorkers.
func Workers(asked int) int {
	if asked > 0 {
		return asked
	}
	return min(runtime.GOMAXPROCS(0), MostWorkers)
}
