package wasm

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"

	"github.com/winnow-gate/winnow/wasm/internal/lmem"
)

// Entry is one rule of a module, see Module.Entry.
type Entry int

// Main is the rule without a name, winnow_evaluate.
const Main Entry = 0

// Module is an admitted module, ready to be called. It is safe for concurrent
// use. Close it when no bundle needs it any more.
type Module struct {
	rt        *Runtime
	comp      *compiled
	name      string
	digest    string
	seed      uint64
	stdio     bool
	isolation Isolation
	engine    Engine
	limits    Limits
	config    []byte

	fields  []FieldDecl
	outputs []OutputDecl
	slots   []SlotDecl

	fieldNames, outputNames, slotNames map[string]int32

	entries  []string // Main first, empty when the module has none
	snapshot *lmem.Snapshot
	globals  []uint64 // of the snapshot
	pool     *pool
}

// Admit judges, rewrites and compiles a module, starts a first instance, warms
// it up and freezes its state. The report is filled as far as it got, also
// when the module is refused.
//
// Errors are ErrRefused when the module is at fault, ErrPin or ErrSignature
// when it is not the one that was meant; else they are about the options or
// the context. They do not name the module.
func (r *Runtime) Admit(ctx context.Context, module []byte, o ModuleOptions) (*Module, *Report, error) {
	l, err := o.Limits.fill(r.opt.Procs)
	if err == nil {
		err = o.check()
	}
	if err == nil {
		err = o.Trust.Verify(module)
	}
	if err != nil {
		return nil, &Report{Digest: Digest(module), Size: len(module)}, err
	}
	comp, rep, err := r.compile(ctx, module, l, o.Engine)
	if err != nil {
		return nil, rep, err
	}
	m := newModule(r, comp, rep, o, l)
	if err := m.checkEntries(o.Entries); err != nil {
		r.drop(comp)
		return nil, rep, err
	}
	if err := m.start(ctx, o.Warm, rep); err != nil {
		m.pool.close() // drops comp, too
		return nil, rep, err
	}
	r.mu.Lock()
	r.modules[m] = struct{}{}
	r.mu.Unlock()
	return m, rep, nil
}

func newModule(r *Runtime, comp *compiled, rep *Report, o ModuleOptions, l Limits) *Module {
	m := &Module{
		rt: r, comp: comp, name: o.Name, digest: rep.Digest, stdio: rep.Mode == ModeStdio,
		isolation: o.Isolation, engine: o.Engine, limits: l, config: slices.Clone(o.Config),
		fields: o.Fields, outputs: o.Outputs, slots: o.Slots,
		fieldNames: map[string]int32{}, outputNames: map[string]int32{}, slotNames: map[string]int32{},
		entries: []string{""},
	}
	if sum, err := hex.DecodeString(m.digest); err == nil && len(sum) >= 8 {
		m.seed = binary.BigEndian.Uint64(sum)
	}
	for i, d := range o.Fields {
		m.fieldNames[d.Path] = int32(i)
	}
	for i, d := range o.Outputs {
		m.outputNames[d.Name] = int32(i)
	}
	for i, d := range o.Slots {
		m.slotNames[d.Name] = int32(i)
	}
	for _, e := range rep.Entries {
		if e != "" {
			m.entries = append(m.entries, e)
		}
	}
	m.pool = newPool(m, l.Instances)
	return m
}

func (m *Module) checkEntries(want []string) error {
	for _, e := range want {
		if _, ok := m.Entry(e); !ok {
			return refuse("rule %q: %s_%s is not exported", e, exportEvaluate, e)
		}
	}
	return nil
}

// Entry finds a rule of the module by name; the empty name is Main.
func (m *Module) Entry(name string) (Entry, bool) {
	i := slices.Index(m.entries, name)
	if i == 0 && !m.stdio && !slices.Contains(m.comp.art.Report.Entries, "") {
		return 0, false
	}
	return Entry(i), i >= 0
}

// Digest returns the hex SHA-256 of the module as it was given to Admit.
func (m *Module) Digest() string { return m.digest }

// start makes the first instance and takes the snapshot that all calls start from.
func (m *Module) start(ctx context.Context, warm *Input, rep *Report) error {
	asked := map[string]bool{}
	inst, err := m.firstInstance(ctx, asked, rep)
	if err != nil {
		return err
	}
	if !m.stdio {
		ok := m.warmUp(inst, warm, rep)
		if !ok { // a failed call leaves state that nobody should start from
			inst.close()
			if inst, err = m.firstInstance(ctx, asked, rep); err != nil {
				return err
			}
		}
	}
	var undeclared []string
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		if !asked[name] {
			undeclared = append(undeclared, name)
		} else {
			rep.Uses = append(rep.Uses, name)
		}
	}
	if len(undeclared) > 0 {
		inst.close()
		return refuse("it asks for what is not declared: %s; declare these, or do without", listed(undeclared))
	}
	inst.call.asked = nil
	m.snapshot = lmem.Take(inst.mem)
	m.globals = inst.readGlobals(nil)
	rep.WarmPages = uint32(inst.mem.Size() / pageBytes)
	switch {
	case !m.snapshot.Copied():
		rep.Reset = "copy-on-write"
	case m.comp.art.Tracked:
		rep.Reset = "dirty pages"
	default:
		rep.Reset = "copy"
	}
	m.pool.seed(inst)
	return nil
}

// warmUp runs every entry once, so that what a guest sets up lazily is part of
// the snapshot, and reports whether all of them ended well.
func (m *Module) warmUp(inst *instance, warm *Input, rep *Report) bool {
	if warm == nil {
		warm = &Input{}
	}
	ok := true
	for i := range inst.evals {
		if inst.evals[i] == nil {
			continue
		}
		var out Output
		out.reset(len(m.outputs), len(m.slots))
		if f := inst.run(Entry(i), warm, &out); f != nil {
			rep.Warnings = append(rep.Warnings, "the warm-up call of rule "+ruleName(m.entries[i])+" failed: "+f.Error())
			ok = f.Reason == ReasonError && ok
		}
		rep.WarmFuel = max(rep.WarmFuel, out.Fuel)
	}
	return ok
}

// Close frees the module's instances and lets go of its code. Calls under way
// end as usual; later ones fail with ReasonBusy. It never returns an error and
// may be called twice.
func (m *Module) Close() error {
	m.rt.mu.Lock()
	_, open := m.rt.modules[m]
	delete(m.rt.modules, m)
	m.rt.mu.Unlock()
	if open {
		m.pool.close()
	}
	return nil
}
