package payload

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// names finds the names of an object's members that rules lead to, at most
// maxKids. A payload has dozens of keys that have to be looked for among dozens
// of names.
type names struct {
	list  []string
	table []uint8 // by hash: the number in list and one, 0 for none; twice as long as list at least
}

func (n *names) add(name string) {
	n.list = append(n.list, name)
	n.table = make([]uint8, 1<<bits.Len(uint(2*len(n.list))))
	for k, name := range n.list {
		i := n.place(name)
		for n.table[i] != 0 {
			i = (i + 1) % len(n.table)
		}
		n.table[i] = uint8(k + 1)
	}
}

// find is the number of a name, -1 when it is not there.
func (n *names) find(name string) int {
	if len(n.table) == 0 {
		return -1
	}
	for i := n.place(name); n.table[i] != 0; i = (i + 1) & (len(n.table) - 1) {
		if k := int(n.table[i]) - 1; n.list[k] == name {
			return k
		}
	}
	return -1
}

// place is where to look first. Names differ at their ends or in their length.
func (n *names) place(name string) int {
	b := unsafe.Slice(unsafe.StringData(name), len(name))
	h := uint64(len(b))
	switch {
	case len(b) >= 8:
		h += binary.LittleEndian.Uint64(b)*5 + binary.LittleEndian.Uint64(b[len(b)-8:])
	case len(b) >= 4:
		h += uint64(binary.LittleEndian.Uint32(b))<<32 + uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	case len(b) > 0:
		h += uint64(b[0])<<16 + uint64(b[len(b)/2])<<8 + uint64(b[len(b)-1])
	}
	return int(h * 0x9e3779b97f4a7c15 >> (64 - bits.Len(uint(len(n.table)-1))))
}
