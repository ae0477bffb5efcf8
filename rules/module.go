package rules

import (
	"context"
	"time"

	"github.com/winnow-gate/winnow/rules/facts"
	"github.com/winnow-gate/winnow/rules/field"
)

// Module is a program that computes typed outputs from declared inputs. This
// package does not know how it runs; who compiles a bundle with modules says so
// in Options.LoadModule.
type Module interface {
	// Run computes the outputs for one contact. The fault is nil when it did.
	// It is called from any number of goroutines.
	Run(call *ModuleCall) *ModuleFault
	// Close frees what the module holds, after its last run.
	Close() error
}

// ModuleSpec is what a bundle says of a module.
type ModuleSpec struct {
	ID      string
	Wasm    []byte
	Entry   string // "" is the main rule
	Inputs  []field.Field
	Outputs []ModuleOutput
	Slots   []ModuleSlot
	Config  []byte // JSON, nil when there is none
	Limits  ModuleLimits
	// KeepState is set when the module may keep its memory between calls.
	KeepState bool
	SHA256    string // hex, "" for any
	Signature string // base64, "" for none
}

// ModuleOutput is a declared output. Kind is Bool, Int, Float or String.
type ModuleOutput struct {
	Name string
	Kind field.Kind
}

// ModuleSlot is a slot that a module may choose a variant for.
type ModuleSlot struct {
	Name     string
	Variants []string
}

// ModuleLimits bound a module and each call of it; 0 is the default of the runtime.
type ModuleLimits struct {
	Fuel, MemoryPages, MinPages, HostCalls, InputBytes, OutputBytes, ReasonBytes, ModuleBytes, Instances int64
}

// ModuleCall is one call: what the module may see, and where its outputs go.
type ModuleCall struct {
	// Context bounds the wait for a free instance.
	Context context.Context
	Now     time.Time
	Layout  *facts.Layout
	Facts   *facts.Facts
	// Inputs are the slots of the spec's Inputs, in their order.
	Inputs []int
	// Contact is contact.id; Known is set when there is one.
	Contact string
	Known   bool

	outputs []int // slots of the outputs, then that of the verdict
	reason  string
	choice  []int // chosen variants by slot of the spec, -1 for none
}

// SetOutput sets output number i of the spec. Texts are kept as they are: they
// must stay valid until the decision is done with.
func (c *ModuleCall) SetOutput(i int, num int64, text string) {
	c.Facts.Slots[c.outputs[i]] = facts.Slot{State: facts.Known, Int: num, Str: text}
}

// SetVerdict answers the module's yes-or-no question.
func (c *ModuleCall) SetVerdict(yes bool) {
	s := facts.Slot{State: facts.Known}
	if yes {
		s.Int = 1
	}
	c.Facts.Slots[c.outputs[len(c.outputs)-1]] = s
}

// SetReason says, for people, why the verdict is what it is.
func (c *ModuleCall) SetReason(text string) { c.reason = text }

// Choose picks a variant of slot number i of the spec.
func (c *ModuleCall) Choose(i, variant int) { c.choice[i] = variant }

// ModuleFault is why a call gave no outputs.
type ModuleFault struct {
	Code   Code
	Detail string // which limit, and what to do; no field values
}

// module is a module of a compiled bundle.
type module struct {
	id      string
	run     Module
	inputs  []int // slots
	outputs []int // slots; the last is the verdict's
	slots   []int // numbers of the bundle's slots
	private bool  // it reads what the log may not keep: its words stay out of answers
}

// moduleRun is what one module did for the present contact.
type moduleRun struct {
	call  ModuleCall
	fault *ModuleFault
	ran   bool
}

// moduleHost runs an input's modules when a condition first reads them.
type moduleHost struct{ in *Input }

// Run implements cond.Host.
func (h moduleHost) Run(n int) string {
	in := h.in
	m, r := in.bundle.modules[n], &in.modules[n]
	r.ran = true
	contact := &in.facts.Slots[in.bundle.at.contact]
	ctx := in.Context
	if ctx == nil {
		ctx = context.Background()
	}
	r.call = ModuleCall{
		Context: ctx, Now: in.Now, Layout: in.bundle.layout, Facts: &in.facts, Inputs: m.inputs,
		Contact: contact.Str, Known: contact.State == facts.Known,
		outputs: m.outputs, choice: noChoice(r.call.choice, len(m.slots)),
	}
	if r.fault = m.run.Run(&r.call); r.fault == nil {
		return ""
	}
	for _, s := range m.outputs {
		in.facts.Slots[s] = facts.Slot{}
	}
	return string(r.fault.Code) + ": " + r.fault.Detail
}

func noChoice(s []int, n int) []int {
	s = s[:0]
	for range n {
		s = append(s, -1)
	}
	return s
}

// resetModules forgets what modules did for the contact before, and whatever
// the body said under the names of their outputs.
func (in *Input) resetModules() {
	b := in.bundle
	if len(b.modules) == 0 {
		return
	}
	if in.modules == nil {
		in.modules = make([]moduleRun, len(b.modules))
	}
	for i, m := range b.modules {
		in.modules[i].ran, in.modules[i].fault = false, nil
		for _, s := range m.outputs {
			in.facts.Slots[s] = facts.Slot{}
		}
	}
	in.frame.Host = moduleHost{in}
}

// moduleReasons reports every module that failed in this decision, or gave a
// reason for its verdict.
func (c *deciding) moduleReasons() {
	for i := range c.in.modules {
		r, m := &c.in.modules[i], c.b.modules[i]
		id := m.id
		switch {
		case !r.ran:
		case r.fault != nil:
			c.d.reason(Reason{Code: r.fault.Code, Rule: id, Detail: r.fault.Detail})
		case r.call.reason != "":
			if m.private {
				r.call.reason = ""
			}
			c.d.reason(Reason{Code: ModuleVerdict, Rule: id, Detail: r.call.reason})
		}
	}
}

// HasModules reports whether deciding may run modules, and so may wait.
func (b *Bundle) HasModules() bool { return len(b.modules) > 0 }

// Modules returns the ids of the modules, in file order: reasons name them.
func (b *Bundle) Modules() []string {
	ids := make([]string, len(b.modules))
	for i, m := range b.modules {
		ids[i] = m.id
	}
	return ids
}

// Close closes the bundle's modules. No decision may be under way, and none may
// follow.
func (b *Bundle) Close() error {
	var first error
	for _, m := range b.modules {
		if err := m.run.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
