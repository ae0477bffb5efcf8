package wasm

import (
	"fmt"
	"time"
)

// Options configure a Runtime. The zero value works.
type Options struct {
	// CacheDir is where compiled modules are kept between runs of the program.
	// It holds machine code, so it is made with mode 0700 and refused when
	// others may write to it. Empty: no cache on disk.
	CacheDir string
	// MemoryBytes bounds the linear memory of all instances. 0 is 1 GiB.
	MemoryBytes int64
	// CompiledModules is how many compiled modules are kept by digest. 0 is 64.
	CompiledModules int
	// Procs is the number of processors to plan for. 0 asks the Go runtime.
	Procs int
	// Now gives the time for the age of instances; nil means that age does not
	// retire them. It never reaches a module.
	Now func() time.Time
	// MaxAge is the age at which an instance is replaced. 0 is 10 minutes.
	MaxAge time.Duration
	// MaxUses is the number of calls after which an instance is replaced. 0 is 100,000.
	MaxUses int
}

// Engine chooses how a module is executed.
type Engine uint8

// The engines. Both give the same outputs and the same fuel.
const (
	Compiler    Engine = iota // machine code; the default
	Interpreter               // slower by 1.5 to 50 times; the way out when the compiler is at fault
)

// Isolation says what happens between two calls on one instance.
type Isolation uint8

const (
	// IsolateCall restores memory and globals after every call. The default.
	IsolateCall Isolation = iota
	// IsolateInstance keeps them: faster, but one contact's data stays readable
	// for the module in the next call. For modules that are trusted with that.
	IsolateInstance
)

// FieldDecl declares a field that the module may read.
type FieldDecl struct {
	Path string // dotted path, for instance "orders.count"
	Kind Kind   // KindBool to KindList
	Elem Kind   // kind of the items of a list
}

// OutputDecl declares a typed output.
type OutputDecl struct {
	Name string
	Kind Kind // KindBool, KindInt, KindFloat or KindString
}

// SlotDecl declares a slot that the module may choose a variant for.
type SlotDecl struct {
	Name     string
	Variants []string
}

// ModuleOptions say what one module may see and say. The zero value allows a
// verdict and nothing else.
type ModuleOptions struct {
	Name      string // for errors
	Fields    []FieldDecl
	Outputs   []OutputDecl
	Slots     []SlotDecl
	Config    []byte // given to the module as it is, at most 64 KiB
	Limits    Limits
	Engine    Engine
	Isolation Isolation
	// Entries names further rules of the module that must be there: for each
	// name n the export winnow_evaluate_n.
	Entries []string
	// Warm is a made-up input for the call that warms the module up before its
	// state is frozen. It must never be a real contact: every later call starts
	// from the state that this one left. Nil warms up with the zero Input.
	Warm *Input
	// Trust says what the module must prove before it is looked at.
	Trust Trust
}

const (
	maxConfig = 64 << 10
	maxNames  = 1024 // fields, outputs or slots of one module
)

func (o *ModuleOptions) check() error {
	if len(o.Config) > maxConfig {
		return fmt.Errorf("config of %d bytes, at most %d", len(o.Config), maxConfig)
	}
	if len(o.Fields) > maxNames || len(o.Outputs) > maxNames || len(o.Slots) > maxNames {
		return fmt.Errorf("more than %d fields, outputs or slots", maxNames)
	}
	for _, d := range o.Outputs {
		switch d.Kind {
		case KindBool, KindInt, KindFloat, KindString:
		default:
			return fmt.Errorf("output %q: kind %s, want bool, int, float or string", d.Name, d.Kind)
		}
	}
	for _, d := range o.Fields {
		if !d.Kind.Known() {
			return fmt.Errorf("field %q: kind %s, want bool, int, float, string, time or list", d.Path, d.Kind)
		}
	}
	return nil
}
