package wasm

import "fmt"

// Reason says why a call gave no answer. The text is the reason code that
// decisions carry.
type Reason string

// The reasons of a Failure.
const (
	ReasonFuel   Reason = "module_fuel"   // the instruction or host call budget is spent
	ReasonMemory Reason = "module_memory" // the module needed more memory than allowed
	ReasonDepth  Reason = "module_depth"  // calls nested too deeply
	ReasonTrap   Reason = "module_trap"   // the module trapped, or passed the host a bad pointer or handle
	ReasonOutput Reason = "module_output" // an output is undeclared, of another kind, not finite, or too long
	ReasonBusy   Reason = "module_busy"   // no instance, or no memory for one, before the context ended
	ReasonError  Reason = "module_error"  // the module itself reported a failure
)

// Failure is the error of every call that gave no answer.
type Failure struct {
	Reason Reason
	Module string // the module's name
	Detail string // which function, which limit, and what to do; no field values
	Status int32  // what the module returned, with ReasonError
	Fuel   int64  // instructions used up to then
	Err    error  // the context's error with ReasonBusy, else nil
}

// Error implements error.
func (f *Failure) Error() string {
	s := string(f.Reason)
	if f.Module != "" {
		s = "module " + f.Module + ": " + s
	}
	if f.Detail != "" {
		s += ": " + f.Detail
	}
	return s
}

// Unwrap returns the context's error, when that is the cause.
func (f *Failure) Unwrap() error { return f.Err }

func failf(r Reason, format string, args ...any) *Failure {
	return &Failure{Reason: r, Detail: fmt.Sprintf(format, args...)}
}
