package wbin

// Section ids of the binary format.
const (
	SecCustom = iota
	SecType
	SecImport
	SecFunction
	SecTable
	SecMemory
	SecGlobal
	SecExport
	SecStart
	SecElement
	SecCode
	SecData
	SecDataCount
)

// Value types.
const (
	I32       = 0x7f
	I64       = 0x7e
	F32       = 0x7d
	F64       = 0x7c
	V128      = 0x7b
	FuncRef   = 0x70
	ExternRef = 0x6f
)

// Kinds of import and export.
const (
	ExternFunc = iota
	ExternTable
	ExternMemory
	ExternGlobal
)

// Magic opens every core module: "\0asm" and version 1.
const Magic = "\x00asm\x01\x00\x00\x00"

// FuncType is a function signature as raw value types.
type FuncType struct{ Params, Results []byte }

// Equal reports whether both signatures are the same.
func (t FuncType) Equal(o FuncType) bool {
	return string(t.Params) == string(o.Params) && string(t.Results) == string(o.Results)
}

// String renders the signature as in "(i32, i64) -> f64".
func (t FuncType) String() string {
	s := "(" + typeList(t.Params) + ")"
	if len(t.Results) > 0 {
		s += " -> " + typeList(t.Results)
	}
	return s
}

func typeList(ts []byte) string {
	s := ""
	for i, t := range ts {
		if i > 0 {
			s += ", "
		}
		s += TypeName(t)
	}
	return s
}

// TypeName names a value type as the text format does.
func TypeName(t byte) string {
	switch t {
	case I32:
		return "i32"
	case I64:
		return "i64"
	case F32:
		return "f32"
	case F64:
		return "f64"
	case V128:
		return "v128"
	case FuncRef:
		return "funcref"
	case ExternRef:
		return "externref"
	}
	return "unknown type"
}

// Import is one function import; no other kind is accepted.
type Import struct {
	Module, Name string
	Type         uint32
}

// Export is one export of any kind.
type Export struct {
	Name  string
	Kind  byte
	Index uint32
}

// Range is the size of a table or memory, in entries or pages of 64 KiB.
type Range struct {
	Min, Max uint32
	HasMax   bool
}

// Global is a global of the module itself. Init is its constant expression with the final end.
type Global struct {
	Type    byte
	Mutable bool
	Init    []byte
}

// LocalRun is a run of locals of one type.
type LocalRun struct {
	N    uint32
	Type byte
}

// Code is one function body.
type Code struct {
	Locals    []LocalRun
	NumLocals int    // without parameters
	Body      []byte // instructions with the final end
	Size      int    // bytes of the whole entry
}

// Data is one data segment. Offset is the constant expression of an active one.
type Data struct {
	Passive bool
	Offset  []byte
	Bytes   []byte
}

// Custom is a custom section.
type Custom struct {
	Name string
	Data []byte
}

// Module is a parsed module. Slices are views of the input.
type Module struct {
	Types    []FuncType
	Imports  []Import
	Funcs    []uint32 // type index of each function of the module itself
	Tables   []Range
	TableRef []byte // element type of each table
	Memories []Range
	Globals  []Global
	Exports  []Export
	HasStart bool
	Start    uint32
	Elements []byte // the raw section
	Elems    int    // element segments
	HasCount bool   // a data count section is there
	Codes    []Code
	Datas    []Data
	Customs  []Custom
	Names    []FuncName // in ascending order of Index
}

// TypeOf returns the signature of function i of the whole index space
// (imports first), false when there is no such function or type.
func (m *Module) TypeOf(i uint32) (FuncType, bool) {
	var t uint32
	switch n := uint32(len(m.Imports)); {
	case i < n:
		t = m.Imports[i].Type
	case uint64(i-n) < uint64(len(m.Funcs)):
		t = m.Funcs[i-n]
	default:
		return FuncType{}, false
	}
	if uint64(t) >= uint64(len(m.Types)) {
		return FuncType{}, false
	}
	return m.Types[t], true
}

// Custom returns the data of the first custom section called name.
func (m *Module) Custom(name string) ([]byte, bool) {
	for _, c := range m.Customs {
		if c.Name == name {
			return c.Data, true
		}
	}
	return nil, false
}

// Export returns the export called name.
func (m *Module) Export(name string) (Export, bool) {
	for _, e := range m.Exports {
		if e.Name == name {
			return e, true
		}
	}
	return Export{}, false
}
