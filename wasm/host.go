package wasm

import (
	"context"

	"github.com/tetratelabs/wazero/api"

	"github.com/winnow-gate/winnow/wasm/internal/lmem"
	"github.com/winnow-gate/winnow/wasm/internal/meter"
)

// Names of the modules that a guest may import from.
const (
	hostModule = "winnow_v1"
	wasiModule = "wasi_snapshot_preview1"
)

// Costs of a host call, in fuel. A call takes about 40 ns, so that time is
// bounded by the same figure as instructions.
const (
	callCost  = 32
	byteShift = 4 // one fuel per 16 bytes copied or compared
)

// callKey finds the call state in the context of an instance.
type callKey struct{}

// call is the state of an instance that host functions work on. One value
// lives as long as its instance, so that calls allocate nothing.
type call struct {
	mod     *Module
	mem     *lmem.Memory
	in      *Input
	out     *Output
	fuel    int64 // used by host calls
	maxFuel int64
	calls   int
	logged  int
	texts   int    // bytes of output texts
	dirty   uint64 // pages that host functions wrote to, as the guest's own mask
	abort   *Failure
	exited  bool   // proc_exit(0)
	init    bool   // winnow_init or before
	doc     []byte // the input document, once it was asked for
	stdin   []byte
	stdout  []byte
	wasi    wasiState
	asked   map[string]bool // names asked for, and whether they are declared; nil outside admission
}

func (c *call) begin(in *Input, out *Output, maxFuel int64) {
	c.in, c.out, c.maxFuel = in, out, maxFuel
	c.fuel, c.calls, c.logged, c.texts = 0, 0, 0, 0
	c.abort, c.exited, c.dirty, c.doc = nil, false, 0, nil
}

// aborted is what host functions panic with. The failure stands in the call.
type aborted struct{}

// Error implements error.
func (aborted) Error() string { return "stopped by the host" }

// fail stops the guest. The engine turns the panic into an error of the call.
func (c *call) fail(f *Failure) {
	c.abort = f
	panic(aborted{})
}

// spend charges n bytes of work.
func (c *call) spend(n int) {
	c.fuel += int64(n >> byteShift)
	if c.fuel > c.maxFuel {
		c.fail(failf(ReasonFuel, "host calls used the whole budget of %d; ask for less data", c.maxFuel))
	}
}

// enter charges a host call.
func (c *call) enter() {
	c.calls++
	c.fuel += callCost
	if c.calls > c.mod.limits.HostCalls || c.fuel > c.maxFuel {
		c.fail(failf(ReasonFuel, "host call %d, at most %d and %d fuel; read each field once", c.calls, c.mod.limits.HostCalls, c.maxFuel))
	}
}

// guest returns n bytes of guest memory at p, as a view.
func (c *call) guest(p, n uint64) []byte {
	mem := c.mem.Bytes()
	p, n = uint64(uint32(p)), uint64(uint32(n))
	if p+n > uint64(len(mem)) {
		c.fail(failf(ReasonTrap, "a host call got %d bytes at %d, outside the memory of %d bytes", n, p, len(mem)))
	}
	return mem[p : p+n]
}

// writable is guest for memory that is about to be written to.
func (c *call) writable(p, n uint64) []byte {
	b := c.guest(p, n)
	if len(b) > 0 {
		first := uint(uint32(p)) / meter.PageSize
		last := (uint(uint32(p)) + uint(len(b)) - 1) / meter.PageSize
		c.dirty |= pageMask(first, last)
	}
	return b
}

// pageMask has the bits first to last, or all when they do not fit.
func pageMask(first, last uint) uint64 {
	if last >= meter.TrackedPages {
		return ^uint64(0)
	}
	return ^uint64(0) << first & (^uint64(0) >> (meter.TrackedPages - 1 - last))
}

// give writes s to guest memory when it fits into limit, and returns its length.
func (c *call) give(s string, p, limit uint64) uint64 {
	n := uint64(len(s))
	if n <= uint64(uint32(limit)) {
		c.spend(len(s))
		copy(c.writable(p, n), s)
	}
	return n
}

// absent is what readers return for a value that is not there: -1 as i32.
const absent = uint64(0xffffffff)

// hostFunc is one importable function. Signatures are letters: i is i32, l is
// i64, f is f32, d is f64. Values of type i32 have a random upper half.
type hostFunc struct {
	name, params, results string
	fn                    func(c *call, s []uint64)
}

// hostFuncs lists the functions of winnow_v1, in the order of ABI.md.
func hostFuncs() []hostFunc {
	return []hostFunc{
		{"field", "ii", "i", hostField},
		{"output", "ii", "i", hostOutput},
		{"slot", "ii", "i", hostSlot},
		{"config", "ii", "i", hostConfig},
		{"kind", "i", "i", hostKind},
		{"get_bool", "i", "i", hostGetBool},
		{"get_i64", "il", "l", hostGetI64},
		{"get_f64", "id", "d", hostGetF64},
		{"get_str", "iii", "i", hostGetStr},
		{"get_time", "il", "l", hostGetTime},
		{"count", "i", "i", hostCount},
		{"item_i64", "iil", "l", hostItemI64},
		{"item_f64", "iid", "d", hostItemF64},
		{"item_str", "iiii", "i", hostItemStr},
		{"contains", "iii", "i", hostContains},
		{"input_json", "ii", "i", hostInputJSON},
		{"now", "", "l", hostNow},
		{"bucket", "ii", "i", hostBucket},
		{"output_bool", "ii", "", hostOutputBool},
		{"output_i64", "il", "", hostOutputI64},
		{"output_f64", "id", "", hostOutputF64},
		{"output_str", "iii", "", hostOutputStr},
		{"verdict", "iii", "", hostVerdict},
		{"variant", "iii", "", hostVariant},
		{"log", "iii", "", hostLog},
		{"log_enabled", "i", "i", hostLogEnabled},
	}
}

// goFunction adapts f to the engine.
func (f hostFunc) goFunction() api.GoFunction {
	fn := f.fn
	return api.GoFunc(func(ctx context.Context, s []uint64) {
		c := ctx.Value(callKey{}).(*call)
		c.enter()
		fn(c, s)
	})
}

// valueTypes turns letters into the engine's types.
func valueTypes(letters string) []api.ValueType {
	ts := make([]api.ValueType, len(letters))
	for i, c := range letters {
		switch c {
		case 'i':
			ts[i] = api.ValueTypeI32
		case 'l':
			ts[i] = api.ValueTypeI64
		case 'f':
			ts[i] = api.ValueTypeF32
		case 'd':
			ts[i] = api.ValueTypeF64
		}
	}
	return ts
}
