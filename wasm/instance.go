package wasm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/winnow-gate/winnow/wasm/internal/lmem"
	"github.com/winnow-gate/winnow/wasm/internal/meter"
	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

// instance is one running copy of a module. Exactly one goroutine has it at a
// time: the engine does not notice when two share one, and mixes their data.
type instance struct {
	mod   *Module
	m     api.Module
	mem   *lmem.Memory
	ctx   context.Context // carries call to the host functions
	call  call
	evals []api.Function // by Entry

	fuel, depth, rest api.MutableGlobal
	grow, dirty       api.MutableGlobal
	globals           []api.MutableGlobal

	stack [1]uint64
	uses  int
	born  time.Time
	home  int32 // place in the pool
	hint  *int32
}

// instantiate makes an instance in which nothing has run yet.
func (m *Module) instantiate(ctx context.Context) (inst *instance, err error) {
	inst = &instance{mod: m, mem: lmem.New(m.rt.budget)}
	inst.call.mod, inst.call.mem = m, inst.mem
	inst.ctx = context.WithValue(context.Background(), callKey{}, &inst.call)
	if m.rt.opt.Now != nil {
		inst.born = m.rt.opt.Now()
	}
	rt, err := m.rt.engine(ctx, m.engine)
	if err != nil {
		return nil, err
	}
	defer func() {
		// The engine panics when it gets no memory.
		if recover() != nil {
			inst.mem.Free()
			inst, err = nil, errNoMemory
		}
	}()
	cfg := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	inst.m, err = rt.InstantiateModule(experimental.WithMemoryAllocator(inst.ctx, inst.mem), m.comp.cm, cfg)
	if err != nil {
		inst.mem.Free()
		return nil, fmt.Errorf("instantiating: %w", err)
	}
	inst.bind()
	return inst, nil
}

var errNoMemory = errors.New("no memory left for another instance")

// bind looks up what every call uses; each lookup costs more than a call.
func (i *instance) bind() {
	global := func(name string) api.MutableGlobal {
		g, _ := i.m.ExportedGlobal(name).(api.MutableGlobal)
		return g
	}
	i.fuel, i.depth, i.rest = global(meter.Fuel), global(meter.Depth), global(meter.Rest)
	i.grow, i.dirty = global(meter.Grow), global(meter.Dirty)
	for _, name := range i.mod.comp.art.Globals {
		i.globals = append(i.globals, global(name))
	}
	i.bindRules()
}

// bindRules looks up the rules. The engine keeps a stack for each, as large as
// a call ever needed: looking them up anew lets go of it.
func (i *instance) bindRules() {
	i.rest.Set(uint64(i.mod.limits.Depth - shallow(i.mod.limits.Depth)))
	i.evals = make([]api.Function, len(i.mod.entries))
	for n, e := range i.mod.entries {
		name := exportEvaluate
		switch {
		case i.mod.stdio:
			name = exportCommand
		case e != "":
			name += "_" + e
		}
		if f := i.m.ExportedFunction(name); f != nil {
			i.evals[n] = f
		}
	}
}

// shallow is how much of the call depth leaves the engine's stack so small that
// it is worth keeping: most calls stay within it.
func shallow(depth int64) int64 { return min(4096, depth/2) }

// firstInstance makes an instance and runs everything that comes before the
// first call: start section, _initialize, marker, winnow_init.
func (m *Module) firstInstance(ctx context.Context, asked map[string]bool, rep *Report) (*instance, error) {
	inst, err := m.instantiate(ctx)
	if err != nil {
		if errors.Is(err, errNoMemory) {
			return nil, err
		}
		return nil, refuse("%w", err)
	}
	inst.call.asked = asked
	rep.InitFuel = 0
	steps := []string{meter.Start, exportReactor, exportMarker, exportInit}
	if m.stdio {
		steps = steps[:1] // _start is the call itself
	}
	for _, name := range steps {
		f := inst.m.ExportedFunction(name)
		if f == nil {
			continue
		}
		used, fail := inst.initStep(f, name)
		if rep.InitFuel += used; fail != nil {
			inst.close()
			return nil, refuse("%s: %w", name, fail)
		}
	}
	return inst, nil
}

func (i *instance) initStep(f api.Function, name string) (int64, *Failure) {
	var out Output
	out.reset(len(i.mod.outputs), len(i.mod.slots))
	i.call.init = true
	defer func() { i.call.init = false }()
	fail := i.exec(f, &Input{}, &out, i.mod.limits.InitFuel)
	if fail == nil && name == exportMarker && uint32(i.stack[0]) != 0 {
		fail = failf(ReasonError, "the module wants feature bits %#x, this host has none", uint32(i.stack[0]))
	}
	if fail == nil && name == exportInit && uint32(i.stack[0]) != 0 {
		fail = failf(ReasonError, "it returned %d", int32(uint32(i.stack[0])))
	}
	if fail != nil && len(out.Logs) > 0 {
		// What the module said last: nothing of a contact is known to it yet.
		text := ""
		for _, l := range out.Logs {
			if text += string(l.Text); !l.Piece {
				text += " "
			}
		}
		fail.Detail += "; it logged: " + wbin.Shown(strings.Join(strings.Fields(text), " "), 500)
	}
	return out.Fuel, fail
}

// nextInstance makes an instance in the state of the snapshot, without running
// any guest code again.
func (m *Module) nextInstance(ctx context.Context) (*instance, error) {
	inst, err := m.instantiate(ctx)
	if err != nil {
		return nil, err
	}
	if more := m.snapshot.Size() - inst.mem.Size(); more > 0 {
		if _, ok := inst.m.Memory().Grow(uint32(more / pageBytes)); !ok {
			inst.close()
			return nil, errNoMemory
		}
	}
	inst.restoreGlobals()
	inst.mem.Restore(m.snapshot)
	return inst, nil
}

// restore brings memory and globals back to the snapshot after a call, or
// returns false when the instance must be given up.
func (i *instance) restore() bool {
	i.restoreGlobals()
	if i.mod.comp.art.Tracked && i.mod.snapshot.Size() <= meter.PageSize*meter.TrackedPages {
		// A store at the end of a page reaches into the next.
		mask := i.dirty.Get()
		return i.mem.RestorePages(i.mod.snapshot, mask|mask<<1|i.call.dirty)
	}
	return i.mem.Restore(i.mod.snapshot)
}

func (i *instance) restoreGlobals() {
	for n, g := range i.globals {
		g.Set(i.mod.globals[n])
	}
}

func (i *instance) readGlobals(to []uint64) []uint64 {
	for _, g := range i.globals {
		to = append(to, g.Get())
	}
	return to
}

func (i *instance) close() { _ = i.m.Close(context.Background()) }
