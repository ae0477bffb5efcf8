package wasm

import (
	"fmt"
	"time"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// Limits bound one module. A zero field takes its default; a field above its
// hard maximum is refused by Admit.
type Limits struct {
	ModuleBytes int           // size of the module; default 4 MiB, at most 16 MiB
	MemoryPages uint32        // memory in pages of 64 KiB; default 256 (16 MiB), at most 1024
	MinPages    uint32        // raises the initial memory, so that calls need not grow it; default 0
	Fuel        int64         // instructions per call; default 10,000,000, at most 50,000,000
	InitFuel    int64         // instructions to start an instance; default 100,000,000, which is also the most
	Depth       int64         // units of call depth, see ABI.md; default and most 62,000
	HostCalls   int           // calls of host functions per call; default 10,000, at most 100,000
	InputBytes  int           // input document; default 128 KiB, at most 1 MiB
	OutputBytes int           // all texts of one answer; default 4 KiB, at most 64 KiB
	ReasonBytes int           // reason of a verdict; default 256, at most 1 KiB
	LogBytes    int           // log of one call, the rest is cut off; default 2 KiB, at most 64 KiB
	Instances   int           // instances kept; default twice the processors, at most 256
	Compile     time.Duration // compiling; default 15 s, at most 60 s
}

// DefaultLimits returns what zero fields stand for, for a machine with procs processors.
func DefaultLimits(procs int) Limits {
	return Limits{
		ModuleBytes: 4 << 20, MemoryPages: 256, Fuel: 10_000_000, InitFuel: 100_000_000, Depth: 62_000,
		HostCalls: 10_000, InputBytes: 128 << 10, OutputBytes: 4 << 10, ReasonBytes: 256,
		LogBytes: 2 << 10, Instances: max(2, 2*procs), Compile: 15 * time.Second,
	}
}

// HardLimits returns the hard maxima. Depth stays within the 2,000 frames that
// the interpreter allows, so that both engines stop at the same place.
func HardLimits() Limits {
	return Limits{
		ModuleBytes: 16 << 20, MemoryPages: 1024, MinPages: 1024, Fuel: 50_000_000, InitFuel: 100_000_000,
		Depth: 62_000, HostCalls: 100_000, InputBytes: 1 << 20, OutputBytes: 64 << 10,
		ReasonBytes: 1 << 10, LogBytes: 64 << 10, Instances: 256, Compile: time.Minute,
	}
}

// Longest is about how long a call with this fuel can take: 20 ns per unit, which
// is what a load costs that no cache of the processor has.
func Longest(fuel int64) time.Duration { return time.Duration(fuel) * 20 * time.Nanosecond }

// fill puts defaults into zero fields and refuses what is out of range.
func (l Limits) fill(procs int) (Limits, error) {
	d, h := DefaultLimits(procs), HardLimits()
	err := firstError(
		limit("module_bytes", &l.ModuleBytes, d.ModuleBytes, h.ModuleBytes),
		limit("memory_pages", &l.MemoryPages, d.MemoryPages, h.MemoryPages),
		limit("min_pages", &l.MinPages, d.MinPages, h.MinPages),
		limit("fuel", &l.Fuel, d.Fuel, h.Fuel),
		limit("init_fuel", &l.InitFuel, d.InitFuel, h.InitFuel),
		limit("depth", &l.Depth, d.Depth, h.Depth),
		limit("host_calls", &l.HostCalls, d.HostCalls, h.HostCalls),
		limit("input_bytes", &l.InputBytes, d.InputBytes, h.InputBytes),
		limit("output_bytes", &l.OutputBytes, d.OutputBytes, h.OutputBytes),
		limit("reason_bytes", &l.ReasonBytes, d.ReasonBytes, h.ReasonBytes),
		limit("log_bytes", &l.LogBytes, d.LogBytes, h.LogBytes),
		limit("instances", &l.Instances, d.Instances, h.Instances),
		limit("compile", &l.Compile, d.Compile, h.Compile),
	)
	if err == nil && l.MinPages > l.MemoryPages {
		err = fmt.Errorf("limit min_pages: %d is above memory_pages %d", l.MinPages, l.MemoryPages)
	}
	return l, err
}

func limit[T int | uint32 | int64 | time.Duration](name string, v *T, def, hard T) error {
	switch {
	case *v == 0:
		*v = def
	case *v < 0 || *v > hard:
		return fmt.Errorf("limit %s: %v is outside 1 to %v", name, *v, hard)
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// pageBytes is the size of a page of linear memory.
const pageBytes = 64 << 10

// caps are the structural caps of every admission.
func caps() wbin.Caps { return wbin.DefaultCaps() }
