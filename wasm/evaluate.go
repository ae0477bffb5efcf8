package wasm

import (
	"context"
	"errors"
)

// ageCheck is how many uses pass between two looks at the clock.
const ageCheck = 256

// Evaluate runs a rule of the module on one contact and fills out. It
// allocates nothing when it succeeds and out has been used before.
//
// The error is a *Failure; out then holds only Fuel, Calls and Logs. The
// context bounds the wait for an instance. A call under way is not
// interrupted: its fuel bounds it, see Longest.
func (m *Module) Evaluate(ctx context.Context, e Entry, in *Input, out *Output) error {
	if err := ctx.Err(); err != nil {
		return m.busy(err)
	}
	i, err := m.pool.get(ctx)
	if err != nil {
		return m.busy(err)
	}
	out.reset(len(m.outputs), len(m.slots))
	if int(e) < 0 || int(e) >= len(i.evals) || i.evals[e] == nil {
		m.pool.put(i, true)
		return m.failed(failf(ReasonError, "it has no rule number %d", e), out)
	}
	var fail *Failure
	if m.stdio {
		fail = i.runStdio(in, out)
	} else {
		fail = i.run(e, in, out)
	}
	m.pool.put(i, m.keep(i, fail))
	if fail != nil {
		return m.failed(fail, out)
	}
	return nil
}

// keep prepares an instance for the next call and reports whether it may serve it.
func (m *Module) keep(i *instance, fail *Failure) bool {
	if fail != nil && fail.Reason != ReasonError {
		return false
	}
	if i.uses++; i.uses >= m.rt.opt.MaxUses {
		return false
	}
	if m.rt.opt.Now != nil && i.uses%ageCheck == 0 && m.rt.opt.Now().Sub(i.born) > m.rt.opt.MaxAge {
		return false
	}
	if m.isolation == IsolateInstance && !m.stdio {
		return fail == nil && i.mem.Size() <= 2*m.snapshot.Size()
	}
	return i.restore()
}

// failed completes a failure and empties what must not be used.
func (m *Module) failed(f *Failure, out *Output) error {
	f.Module, f.Fuel = m.name, out.Fuel
	out.Verdict, out.Reason = VerdictNone, nil
	clear(out.Results)
	for i := range out.Variants {
		out.Variants[i] = -1
	}
	return f
}

func (m *Module) busy(err error) error {
	f := &Failure{Reason: ReasonBusy, Module: m.name, Detail: "no free instance", Err: err}
	switch {
	case errors.Is(err, errNoMemory), errors.Is(err, errClosed):
		f.Detail = err.Error()
	case !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded):
		f.Detail = "making an instance: " + err.Error()
	}
	return f
}

// release frees what the module shares; the last instance is gone.
func (m *Module) release() {
	if m.snapshot != nil {
		m.snapshot.Close()
	}
	m.rt.drop(m.comp)
}
