package format

import "github.com/winnow-gate/winnow/rules/diag"

// Module is a WASM program that computes typed outputs from declared inputs.
type Module struct {
	At        diag.Place
	ID        Text          `yaml:"id" required:"true" doc:"Name under which its outputs are read, as in propensity.score"`
	File      Text          `yaml:"file" required:"true" doc:"The .wasm file in the bundle, relative to this file"`
	Entry     *Text         `yaml:"entry" doc:"Rule of the module to run; default its main rule"`
	Inputs    []Text        `yaml:"inputs" doc:"Fields that the module may read; nothing else reaches it"`
	Outputs   []Entry[Text] `yaml:"outputs" doc:"Typed outputs by name: bool, int, float or string"`
	Slots     []Text        `yaml:"slots" doc:"Slots that the module may choose a variant for"`
	Config    *Value        `yaml:"config" doc:"Settings, given to the module as JSON when it starts"`
	Limits    *ModuleLimits `yaml:"limits" doc:"Limits of the module and of each call; left out, the defaults hold"`
	Isolation *Text         `yaml:"isolation" enum:"call,instance" doc:"call (default) forgets everything after each call, instance keeps the module's memory"`
	SHA256    *Text         `yaml:"sha256" doc:"The only content that the file may have, in hex"`
	Signature *Text         `yaml:"signature" doc:"ed25519 signature of the module, in base64"`
	Doc       *Text         `yaml:"doc" doc:"What the module computes, for people"`
}

// ModuleLimits bound a module and each call of it.
type ModuleLimits struct {
	At          diag.Place
	Fuel        *Number `yaml:"fuel" doc:"Instructions; default 10000000, at most 50000000"`
	MemoryPages *Number `yaml:"memory_pages" doc:"Memory in pages of 64 KiB; default 256, at most 1024"`
	MinPages    *Number `yaml:"min_pages" doc:"Memory at the start in pages of 64 KiB, so that calls need not grow it; default what the module says, at most memory_pages"`
	HostCalls   *Number `yaml:"host_calls" doc:"Calls of host functions; default 10000, at most 100000"`
	InputBytes  *Number `yaml:"input_bytes" doc:"Size of the input document; default 131072, at most 1048576"`
	OutputBytes *Number `yaml:"output_bytes" doc:"All texts of one answer; default 4096, at most 65536"`
	ReasonBytes *Number `yaml:"reason_bytes" doc:"Reason of the verdict; default 256, at most 1024"`
	ModuleBytes *Number `yaml:"module_bytes" doc:"Size of the .wasm file; default 4194304, at most 16777216"`
	Instances   *Number `yaml:"instances" doc:"Instances kept; default twice the processors, at most 256"`
}
