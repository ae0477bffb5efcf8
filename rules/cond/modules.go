package cond

// Host runs the modules of a bundle for the conditions that read their outputs.
type Host interface {
	// Run computes the outputs of module number n into the facts. It is called at
	// most once a frame. fault says why there are none, "" when there are.
	Run(n int) (fault string)
}

// Modules says how many modules there are; Frame.RunModule takes their numbers.
func (s *Set) Modules(n int) { s.modules = n }

// module runs a module on first use.
func (f *Frame) module(n int) Tri {
	if f.modules[n] == none {
		f.modules[n] = True
		if fault := f.Host.Run(n); fault != "" {
			f.modules[n] = Error
			f.broken = append(f.broken, brokenModule{n, fault})
		}
	}
	return f.modules[n]
}

type brokenModule struct {
	module int
	cause  string
}

// RunModule runs a module on first use and answers why it gave no outputs, ""
// when it gave some.
func (f *Frame) RunModule(n int) string {
	if f.module(n) != Error {
		return ""
	}
	for _, b := range f.broken {
		if b.module == n {
			return b.cause
		}
	}
	return ""
}

// withModules makes an evaluation wait for the modules whose outputs it reads.
func withModules[T any](modules []int, eval func(*Frame) T, failed T) func(*Frame) T {
	if len(modules) == 0 {
		return eval
	}
	return func(f *Frame) T {
		for _, n := range modules {
			if cause := f.RunModule(n); cause != "" {
				f.fault = cause
				return failed
			}
		}
		return eval(f)
	}
}
