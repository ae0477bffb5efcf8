package wasm

import (
	"regexp"
	"strings"

	"github.com/tetratelabs/wazero/api"
)

// run calls a rule. The failure is nil when out holds an answer.
func (i *instance) run(e Entry, in *Input, out *Output) *Failure {
	fail := i.exec(i.evals[e], in, out, i.mod.limits.Fuel)
	if fail == nil {
		if status := int32(uint32(i.stack[0])); status != 0 {
			return i.status(status)
		}
	}
	return fail
}

func (i *instance) status(status int32) *Failure {
	if i.grow.Get() != 0 {
		return i.mod.outOfMemory()
	}
	f := failf(ReasonError, "it returned %d", status)
	f.Status = status
	return f
}

// exec calls a guest function with a budget.
func (i *instance) exec(f api.Function, in *Input, out *Output, budget int64) *Failure {
	c := &i.call
	c.begin(in, out, budget)
	c.wasi.reset(i.mod.seed, in.Now)
	i.fuel.Set(uint64(budget))
	i.depth.Set(uint64(shallow(i.mod.limits.Depth)))
	i.grow.Set(0)
	i.dirty.Set(0)
	err := f.CallWithStack(i.ctx, i.stack[:])
	left := int64(i.fuel.Get())
	out.Fuel, out.Calls = budget-left+c.fuel, c.calls
	var fail *Failure
	if err != nil || left < 0 || out.Fuel > budget || i.mem.Starved {
		fail = i.explain(err, left, out.Fuel, budget)
	}
	if i.rest.Get() == 0 {
		i.bindRules()
	}
	return fail
}

// explain finds the reason for which a call gave no answer.
func (i *instance) explain(err error, left, used, budget int64) *Failure {
	switch {
	case i.mem.Starved:
		return failf(ReasonBusy, "the memory of all modules together is used up")
	case i.call.exited && left >= 0 && used <= budget:
		return nil
	case i.call.abort != nil:
		return i.call.abort
	case left < 0 || used > budget:
		return failf(ReasonFuel, "more than %d instructions%s; do less work per contact, or raise fuel", budget, inFunction(err))
	case int64(i.depth.Get()) < 0 || (err != nil && strings.Contains(err.Error(), "stack overflow")):
		return failf(ReasonDepth, "calls nested deeper than %d units%s; recurse less", i.mod.limits.Depth, inFunction(err))
	case i.grow.Get() != 0:
		return i.mod.outOfMemory()
	}
	return failf(ReasonTrap, "%s%s", trapText(err), inFunction(err))
}

func (m *Module) outOfMemory() *Failure {
	return failf(ReasonMemory, "more than %d pages of 64 KiB; free what is not needed, or raise memory_pages", m.limits.MemoryPages)
}

// trapText is the engine's first line, without what it says about itself.
func trapText(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return strings.TrimSuffix(strings.TrimPrefix(line, "wasm error: "), " (recovered by wazero)")
}

// inFunction names the innermost guest function of a failed call.
func inFunction(err error) string {
	if err == nil {
		return ""
	}
	_, trace, _ := strings.Cut(err.Error(), "wasm stack trace:\n\t")
	line, _, _ := strings.Cut(trace, "\n")
	at := signature.FindStringIndex(line)
	if at == nil {
		return ""
	}
	return " in function " + strings.TrimPrefix(line[:at[0]], ".")
}

// signature is what the engine writes behind a function's name, in which there
// may be brackets, too: "main.(*model).score(i32,i64) f64".
var signature = regexp.MustCompile(`\([a-z0-9,]*\)( [a-z0-9]+| \([a-z0-9,]+\))?$`)
