package wbin

import "fmt"

// Parse decodes a module and checks it against the caps on counts and sizes.
// Function bodies are only delimited; Scan looks into them.
//
// Errors wrap ErrMalformed, or are a *LimitError or a *FeatureError.
func Parse(b []byte, caps Caps) (*Module, error) {
	if len(b) < len(Magic) || string(b[:len(Magic)]) != Magic {
		return nil, headerError(b)
	}
	r := &Reader{Buf: b, Pos: len(Magic)}
	m := &Module{}
	last := 0
	for r.Len() > 0 {
		id := r.Byte()
		body := &Reader{Buf: r.Bytes(r.U32())}
		if r.Err() != nil {
			return nil, r.Err()
		}
		if id != SecCustom {
			o, ok := order(id)
			if !ok || o <= last {
				return nil, fmt.Errorf("%w: section %d is unknown, doubled or out of order", ErrMalformed, id)
			}
			last = o
		}
		if err := m.section(id, body, caps); err != nil {
			return nil, fmt.Errorf("section %d: %w", id, err)
		}
	}
	if len(m.Codes) != len(m.Funcs) {
		return nil, fmt.Errorf("%w: %d functions declared, %d bodies", ErrMalformed, len(m.Funcs), len(m.Codes))
	}
	m.readNames()
	return m, m.checkIndices()
}

func headerError(b []byte) error {
	if len(b) >= 8 && string(b[:4]) == "\x00asm" && b[6] == 1 {
		return &FeatureError{
			Feature: "the component model", Why: "winnow runs core modules only",
			Fix: "build a core module (for instance without wasm-tools component or jco)",
		}
	}
	return fmt.Errorf("%w: it does not start with \\0asm version 1", ErrMalformed)
}

// order gives the place of a section; data count stands before code.
func order(id byte) (int, bool) {
	switch {
	case id <= SecElement:
		return int(id), true
	case id == SecDataCount:
		return SecElement + 1, true
	case id <= SecData:
		return int(id) + 1, true
	}
	return 0, false
}

func (m *Module) section(id byte, r *Reader, caps Caps) error {
	switch id {
	case SecCustom:
		if len(m.Customs) >= caps.Customs {
			return &LimitError{What: "custom sections", Value: int64(len(m.Customs) + 1), Limit: int64(caps.Customs)}
		}
		name := r.Name()
		m.Customs = append(m.Customs, Custom{name, r.Bytes(uint32(r.Len()))})
	case SecType:
		m.types(r, caps)
	case SecImport:
		m.imports(r, caps)
	case SecFunction:
		n := r.Count("functions", caps.Functions)
		m.Funcs = make([]uint32, n)
		for i := range m.Funcs {
			m.Funcs[i] = r.U32()
		}
	case SecTable:
		m.tables(r, caps)
	case SecMemory:
		m.memories(r)
	case SecGlobal:
		m.globals(r, caps)
	case SecExport:
		m.exports(r, caps)
	case SecStart:
		m.HasStart, m.Start = true, r.U32()
	case SecElement:
		m.Elements = r.Buf
		m.elements(r, caps)
	case SecDataCount:
		m.HasCount = true
		r.U32()
	case SecCode:
		m.codes(r, caps)
	case SecData:
		m.datas(r, caps)
	}
	if r.Err() == nil && r.Len() > 0 {
		r.fail("%d bytes left over", r.Len())
	}
	return r.Err()
}

func (m *Module) types(r *Reader, caps Caps) {
	n := r.Count("types", caps.Types)
	m.Types = make([]FuncType, n)
	for i := range m.Types {
		if r.Byte() != 0x60 {
			r.fail("type %d is no function type", i)
		}
		p := r.Bytes(uint32(r.Count("parameters of one type", caps.Params)))
		m.Types[i] = FuncType{p, r.Bytes(uint32(r.Count("results of one type", caps.Results)))}
	}
}

func (m *Module) imports(r *Reader, caps Caps) {
	n := r.Count("imports", caps.Imports)
	for range n {
		im := Import{Module: r.label(), Name: r.label()}
		if kind := r.Byte(); kind != ExternFunc && r.err == nil {
			r.err = &FeatureError{
				Feature: fmt.Sprintf("the import %s.%s", im.Module, im.Name),
				Why:     "only functions can be imported, no table, memory or global",
				Fix:     "define it in the module (clang: without --import-memory)",
			}
		}
		im.Type = r.U32()
		m.Imports = append(m.Imports, im)
	}
}

func (r *Reader) limits() Range {
	flag := r.Byte()
	if flag > 1 && r.err == nil {
		r.err = &FeatureError{Feature: "shared or 64-bit memory", Why: "threads and memory64 are off", Fix: "build for plain wasm32"}
	}
	l := Range{Min: r.U32(), HasMax: flag == 1}
	if l.HasMax {
		if l.Max = r.U32(); l.Max < l.Min {
			r.fail("a maximum of %d below the minimum of %d", l.Max, l.Min)
		}
	}
	return l
}

func (m *Module) tables(r *Reader, caps Caps) {
	n := r.Count("tables", 1)
	for range n {
		m.TableRef = append(m.TableRef, r.Byte())
		l := r.limits()
		if l.Min > uint32(caps.TableEntries) && r.err == nil {
			r.err = &LimitError{What: "table entries", Value: int64(l.Min), Limit: int64(caps.TableEntries)}
		}
		m.Tables = append(m.Tables, l)
	}
}

func (m *Module) memories(r *Reader) {
	n := r.Count("memories", 1)
	for range n {
		m.Memories = append(m.Memories, r.limits())
	}
}

func (m *Module) exports(r *Reader, caps Caps) {
	n := r.Count("exports", caps.Exports)
	m.Exports = make([]Export, n)
	have := [...]int{len(m.Imports) + len(m.Funcs), len(m.Tables), len(m.Memories), len(m.Globals)} // by kind
	what := [...]string{"function", "table", "memory", "global"}
	for i := range m.Exports {
		e := Export{Name: r.label(), Kind: r.Byte()}
		if int(e.Kind) >= len(have) {
			r.fail("export of kind %d", e.Kind)
			return
		}
		e.Index = r.index(what[e.Kind], have[e.Kind])
		m.Exports[i] = e
	}
}

// checkIndices refuses references that later steps follow without looking.
func (m *Module) checkIndices() error {
	for i, t := range m.Funcs {
		if uint64(t) >= uint64(len(m.Types)) {
			return fmt.Errorf("%w: function %d has no type %d", ErrMalformed, i, t)
		}
	}
	for _, im := range m.Imports {
		if uint64(im.Type) >= uint64(len(m.Types)) {
			return fmt.Errorf("%w: import %s.%s has no type %d", ErrMalformed, im.Module, im.Name, im.Type)
		}
	}
	if m.HasStart {
		if t, ok := m.TypeOf(m.Start); !ok || len(t.Params)+len(t.Results) > 0 {
			return fmt.Errorf("%w: bad start function %d", ErrMalformed, m.Start)
		}
	}
	return nil
}
