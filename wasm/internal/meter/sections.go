package meter

import (
	"cmp"
	"slices"

	"github.com/winnow-gate/winnow/wasm/internal/wbin"
)

func appendTypes(types []wbin.FuncType) []byte {
	b := wbin.AppendU32(nil, uint32(len(types)))
	for _, t := range types {
		b = append(b, 0x60)
		b = append(wbin.AppendU32(b, uint32(len(t.Params))), t.Params...)
		b = append(wbin.AppendU32(b, uint32(len(t.Results))), t.Results...)
	}
	return b
}

func appendImports(m *wbin.Module) []byte {
	if len(m.Imports) == 0 {
		return nil
	}
	b := wbin.AppendU32(nil, uint32(len(m.Imports)))
	for _, im := range m.Imports {
		b = wbin.AppendName(wbin.AppendName(b, im.Module), im.Name)
		b = wbin.AppendU32(append(b, wbin.ExternFunc), im.Type)
	}
	return b
}

func appendTables(m *wbin.Module) []byte {
	if len(m.Tables) == 0 {
		return nil
	}
	b := wbin.AppendU32(nil, uint32(len(m.Tables)))
	for i, t := range m.Tables {
		// Tables cannot grow (table.grow is refused), so the maximum is the
		// minimum and no engine reserves more.
		b = append(b, m.TableRef[i], 1)
		b = wbin.AppendU32(wbin.AppendU32(b, t.Min), t.Min)
	}
	return b
}

// appendNames writes a name section of the functions' names alone, anew: the
// engine makes room for as many as the section says there are.
func appendNames(m *wbin.Module) []byte {
	if len(m.Names) == 0 {
		return nil
	}
	names := wbin.AppendU32(nil, uint32(len(m.Names)))
	for _, f := range m.Names {
		names = wbin.AppendName(wbin.AppendU32(names, f.Index), f.Name)
	}
	const functions = 1 // the subsection
	return wbin.AppendSection(wbin.AppendName(nil, "name"), functions, names)
}

// maxGap is how many zero bytes between two data segments are cheaper than a segment.
const maxGap = 64

// mergeData writes the data section with neighbouring segments joined: Go
// guests come with tens of thousands, each of which costs two allocations at
// every instantiation. Segments stay as they are when an instruction names
// them by index, or when their order matters.
func mergeData(m *wbin.Module, st *wbin.Stats) (section []byte, n int) {
	if len(m.Datas) == 0 {
		return nil, 0
	}
	datas := m.Datas
	if !st.Passive {
		if merged, ok := mergeActive(m.Datas); ok {
			datas = merged
		}
	}
	section = wbin.AppendU32(nil, uint32(len(datas)))
	for _, d := range datas {
		if d.Passive {
			section = append(section, 1)
		} else {
			section = append(append(section, 0), d.Offset...)
		}
		section = append(wbin.AppendU32(section, uint32(len(d.Bytes))), d.Bytes...)
	}
	return section, len(datas)
}

// placed is an active segment with its address.
type placed struct {
	at uint64
	wbin.Data
}

// mergeActive joins segments that do not overlap, so that their order does not
// matter. It gives up (false) on others, on passive segments and on offsets
// that are no constant.
func mergeActive(in []wbin.Data) ([]wbin.Data, bool) {
	list := make([]placed, len(in))
	for i, d := range in {
		if d.Passive || d.Offset[0] != wbin.OpI32Const {
			return nil, false
		}
		r := &wbin.Reader{Buf: d.Offset, Pos: 1}
		list[i] = placed{uint64(uint32(r.S64(32))), d}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	var out []wbin.Data
	var end uint64
	for i, d := range list {
		if i > 0 && d.at < end {
			return nil, false
		}
		if i > 0 && d.at-end <= maxGap {
			last := &out[len(out)-1]
			last.Bytes = append(last.Bytes, make([]byte, d.at-end)...)
			last.Bytes = append(last.Bytes, d.Bytes...)
		} else {
			out = append(out, wbin.Data{Offset: d.Offset, Bytes: append([]byte(nil), d.Bytes...)})
		}
		end = d.at + uint64(len(d.Bytes))
	}
	return out, true
}
