package rules

import (
	"fmt"
	"math"
	"path"

	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/field"
	"github.com/winnow-gate/winnow/rules/format"
)

// verdict is the output that every module has: its answer to yes or no.
const verdict = "verdict"

// declareModules makes the outputs of modules fields, before conditions are
// compiled. The modules themselves are loaded last, when all else is known.
func (c *compiler) declareModules() {
	c.names.Modules = map[string]int{}
	var extra []field.Field
	places := map[string]diag.Place{}
	for _, f := range c.files {
		for i := range f.Modules {
			d := &f.Modules[i]
			if !c.named("module", d.ID) || !c.once("module", d.ID) {
				continue
			}
			if c.names.Fields.Group(d.ID.Value) {
				c.fail(d.ID.At, diag.ModuleName, fmt.Sprintf("%q is already a group of fields", d.ID.Value), "choose another id")
				continue
			}
			secrecy := c.secrecyOf(d)
			for _, out := range c.outputsOf(d) {
				p := d.ID.Value + "." + out.Name
				c.names.Modules[p] = len(c.modules)
				places[p] = d.ID.At
				extra = append(extra, field.Field{Path: p, Type: field.Type{Kind: out.Kind}, Sensitivity: secrecy, Doc: "computed by the module " + d.ID.Value})
			}
			c.modules = append(c.modules, moduleDecl{d, f.Path})
		}
	}
	c.names.Fields = c.extend(c.names.Fields, extra, places)
}

// secrecyOf is the strictest sensitivity of a module's inputs: it could hand on
// any of them, so what it says is kept no better than they are.
func (c *compiler) secrecyOf(d *format.Module) field.Sensitivity {
	out := field.Keep
	for _, in := range d.Inputs {
		if f, ok := c.names.Fields.Lookup(in.Value); ok {
			out = max(out, f.Sensitivity)
		}
	}
	return out
}

type moduleDecl struct {
	*format.Module
	from string // the rule file
}

// outputsOf are the declared outputs and the verdict.
func (c *compiler) outputsOf(d *format.Module) []ModuleOutput {
	var out []ModuleOutput
	for _, e := range d.Outputs {
		kind, err := field.ParseKind(e.Value.Value)
		if err != nil || kind != field.Bool && kind != field.Int && kind != field.Float && kind != field.String {
			c.fail(e.Value.At, diag.ModuleOutput, fmt.Sprintf("an output can't be %q", e.Value.Value), "outputs are bool, int, float or string")
			continue
		}
		if e.Key.Value == verdict {
			c.fail(e.Key.At, diag.ModuleOutput, "every module has a verdict: it is not declared", "read it as "+d.ID.Value+"."+verdict)
			continue
		}
		out = append(out, ModuleOutput{e.Key.Value, kind})
	}
	return append(out, ModuleOutput{verdict, field.Bool})
}

// compileModules resolves and loads the modules.
func (c *compiler) compileModules() {
	for _, d := range c.modules {
		m := &module{id: d.ID.Value}
		spec, ok := c.moduleSpec(d, m)
		c.out.modules = append(c.out.modules, m)
		if !ok || c.list.HasErrors() {
			continue // running code for a bundle that is refused anyway would only cost time
		}
		if c.opts.LoadModule == nil {
			c.fail(d.File.At, diag.ModuleMissing, "this program runs no modules", "compile the bundle with Options.LoadModule")
			continue
		}
		run, err := c.opts.LoadModule(spec)
		if err != nil {
			c.fail(d.File.At, diag.ModuleInvalid, fmt.Sprintf("the module %s is refused: %v", m.id, err), "winnow wasm check BUNDLE_DIR "+spec.ID+" says more")
			continue
		}
		m.run = run
	}
	c.build.Set().Modules(len(c.out.modules))
	if c.list.HasErrors() {
		c.closeModules()
	}
}

func (c *compiler) closeModules() {
	for _, m := range c.out.modules {
		if m.run != nil {
			_ = m.run.Close() // nothing depends on it: the bundle is refused
		}
	}
}

func (c *compiler) moduleSpec(d moduleDecl, m *module) (ModuleSpec, bool) {
	spec := ModuleSpec{ID: d.ID.Value, Outputs: c.outputsOf(d.Module)}
	spec.Outputs = spec.Outputs[:len(spec.Outputs)-1]
	if d.File.Value == "" {
		return spec, false // the reader reported that it is missing or empty
	}
	name := path.Join(path.Dir(d.from), d.File.Value)
	wasm, ok := c.src.files[name]
	if !ok || path.Ext(name) != ".wasm" {
		c.fail(d.File.At, diag.ModuleMissing, fmt.Sprintf("there is no file %s in the bundle", name), "a module is a .wasm file, named relative to the rule file")
		return spec, false
	}
	spec.Wasm = wasm
	m.private = c.secrecyOf(d.Module) != field.Keep
	ok = c.slotsOf(d.Inputs, &m.inputs)
	for _, in := range d.Inputs {
		if f, found := c.names.Fields.Lookup(in.Value); found {
			spec.Inputs = append(spec.Inputs, *f)
		}
		if _, circular := c.names.Modules[in.Value]; circular {
			c.fail(in.At, diag.ModuleCycle, "a module reads fields of the contact, not outputs of modules", "combine outputs in a condition")
			ok = false
		}
	}
	for _, out := range spec.Outputs {
		m.outputs = append(m.outputs, c.build.Slot(spec.ID+"."+out.Name))
	}
	m.outputs = append(m.outputs, c.build.Slot(spec.ID+"."+verdict))
	ok = c.moduleSlots(d, m, &spec) && ok
	ok = c.moduleOptions(d.Module, &spec) && ok
	return spec, ok
}

func (c *compiler) moduleSlots(d moduleDecl, m *module, spec *ModuleSpec) bool {
	ok := true
	for _, name := range d.Slots {
		i, found := c.slotAt[name.Value]
		if !found || i >= len(c.out.slots) {
			c.fail(name.At, diag.UnknownSlot, fmt.Sprintf("there is no slot %q", name.Value), diag.DidYouMean(name.Value, sortedKeys(c.slotAt)))
			ok = false
			continue
		}
		s := ModuleSlot{Name: name.Value}
		for _, v := range c.out.slots[i].variants {
			s.Variants = append(s.Variants, v.Variant)
		}
		m.slots = append(m.slots, i)
		spec.Slots = append(spec.Slots, s)
	}
	return ok
}

func (c *compiler) moduleOptions(d *format.Module, spec *ModuleSpec) (ok bool) {
	ok = true
	text := func(t *format.Text) string {
		if t == nil {
			return ""
		}
		return t.Value
	}
	spec.Entry, spec.SHA256, spec.Signature = text(d.Entry), text(d.SHA256), text(d.Signature)
	spec.KeepState = text(d.Isolation) == "instance"
	if d.Config != nil {
		spec.Config = d.Config.JSON
	}
	if d.Limits == nil {
		return ok
	}
	l := d.Limits
	limit := func(name string, n *format.Number) int64 { return c.moduleLimit(name, n, &ok) }
	spec.Limits = ModuleLimits{
		Fuel: limit("fuel", l.Fuel), MemoryPages: limit("memory_pages", l.MemoryPages), MinPages: limit("min_pages", l.MinPages),
		HostCalls: limit("host_calls", l.HostCalls), InputBytes: limit("input_bytes", l.InputBytes), OutputBytes: limit("output_bytes", l.OutputBytes),
		ReasonBytes: limit("reason_bytes", l.ReasonBytes), ModuleBytes: limit("module_bytes", l.ModuleBytes), Instances: limit("instances", l.Instances),
	}
	return ok
}

// moduleLimit is a limit as the bundle sets it, 0 when it does not. How high it
// may be, the runtime says.
func (c *compiler) moduleLimit(name string, n *format.Number, ok *bool) int64 {
	switch {
	case n == nil:
		return 0
	case n.Value < 1 || n.Value > math.MaxInt32 || n.Value != math.Trunc(n.Value):
		c.fail(n.At, diag.ModuleInvalid, fmt.Sprintf("the limit %s can't be %s", name, n.Text), "write a whole number from 1 on, or leave it out for the default")
		*ok = false
		return 0
	}
	return int64(n.Value)
}

// chooser resolves the module of a slot rule: it must declare the slot.
func (c *compiler) chooser(name *format.Text, slot string) (module, position int) {
	var ids []string
	for i, d := range c.modules {
		ids = append(ids, d.ID.Value)
		if d.ID.Value != name.Value {
			continue
		}
		for j, s := range d.Slots {
			if s.Value == slot {
				return i, j
			}
		}
		c.fail(name.At, diag.UnknownSlot, fmt.Sprintf("the module %s does not declare the slot %q", name.Value, slot), "add it to the module's slots:")
		return -1, 0
	}
	c.fail(name.At, diag.ModuleName, fmt.Sprintf("there is no module %q", name.Value), diag.DidYouMean(name.Value, ids))
	return -1, 0
}
