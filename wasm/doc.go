// Package wasm runs untrusted modules within a send: typed values in, typed
// values out, nothing else.
//
// It exists because marketers' conditions stop somewhere, and what developers
// ship to go further runs in the path of every message. A module must not be
// able to hang a decision, starve the process, or carry one contact's data to
// the next, and calling it should cost about as much as a function call. So a
// module is judged before an engine sees it, rewritten to count what it does,
// and put back to the same state after every call. The package knows nothing
// of rules.
//
// # How it is used
//
//	rt, err := wasm.NewRuntime(ctx, wasm.Options{CacheDir: dir})
//	mod, report, err := rt.Admit(ctx, bytes, wasm.ModuleOptions{Fields: …, Outputs: …})
//	err = mod.Evaluate(ctx, wasm.Main, &in, &out)
//
// Admit is slow and refuses; Evaluate is fast and either fills the output or
// returns a *Failure whose Reason is one of a few codes. ABI.md specifies what
// a module sees.
//
// # What bounds a module
//
// Instructions, call depth, memory, host calls and the size of everything it
// sends are counted by the module's own rewritten code and by the host, the
// same on every engine and machine. No call is stopped by a clock: the budget
// is the bound on time, at worst 3 ns per unit, or 20 where every load misses
// the processor's caches.
package wasm
