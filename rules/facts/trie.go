package facts

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// node is one key of the tree that a layout reads: a group of keys or a leaf.
type node struct {
	name     string
	path     string // dotted, for errors
	open     string // `"name":`, for writing
	leaf     *spec  // nil for a group
	way      *way   // of a record that a projection reads; then there is no leaf
	slot     int    // of a leaf: its slot, or its cell in a row
	below    []int  // of a group: all slots below
	children []*node
	keys     keyTable
	seenAt   int // of a group with more than wordKeys keys: where their flags begin
}

// finish compiles the key tables of n and below. wide counts the keys beyond
// the first wordKeys of each group.
func (n *node) finish(path string, wide *int) {
	n.seenAt = *wide
	*wide += max(0, len(n.children)-wordKeys)
	n.path, n.open = path, `"`+n.name+`":`
	if n.leaf != nil && n.leaf.row != nil {
		n.leaf.row.finish(path+"[]", wide)
	}
	if n.way != nil {
		for _, item := range n.way.items {
			item.to.finish(path+"[]", wide)
		}
	}
	for i, c := range n.children {
		if path == "" {
			c.finish(c.name, wide)
		} else {
			c.finish(path+"."+c.name, wide)
		}
		n.keys.names = append(n.keys.names, newKeyName(c, i))
	}
	n.keys.build()
}

// keyTable finds a child by key. It is an open-addressed table whose factor
// was searched for, so that known keys nearly always sit where they hash to;
// the hash reads at most 16 bytes of a key.
type keyTable struct {
	names  []keyName
	index  []uint16 // 0 is empty, else position in names plus one
	factor uint64
	shift  uint
}

type keyName struct {
	word  uint64 // first eight bytes, little-endian, zero-padded
	size  int
	name  string
	index int // among the children of its node
	node  *node

	// The name with its closing quote, as it stands in a body: quoted are its
	// first eight bytes where mask has bits, rest what follows them.
	quoted, mask uint64
	rest         string
}

func newKeyName(n *node, index int) keyName {
	k := keyName{word: firstWord(n.name), size: len(n.name), name: n.name, index: index, node: n}
	text := n.name + `"`
	k.quoted, k.mask = firstWord(text), math.MaxUint64
	if len(text) < 8 {
		k.mask = 1<<(8*len(text)) - 1
	} else {
		k.rest = text[8:]
	}
	return k
}

// stands reports whether the key is the one at b[i:]. It says no to some that
// find would find: those with escapes, those near the end of the body.
func (k *keyName) stands(b []byte, i int) bool {
	if i+8 > len(b) || binary.LittleEndian.Uint64(b[i:])&k.mask != k.quoted {
		return false
	}
	i += 8
	return k.rest == "" || i+len(k.rest) <= len(b) && string(b[i:i+len(k.rest)]) == k.rest
}

// buildAttempts bounds the search for a factor without collisions; a table
// with some is slower, not wrong.
const buildAttempts = 200

func (t *keyTable) build() {
	width := max(1, bits.Len(uint(len(t.names)*2)))
	t.shift = uint(64 - width)
	best := -1
	var seed, factor uint64
	for range buildAttempts {
		seed += 0x9e3779b97f4a7c15
		index, collisions := t.fill(seed|1, width)
		if best < 0 || collisions < best {
			best, t.index, factor = collisions, index, seed|1
		}
		if collisions == 0 {
			break
		}
	}
	t.factor = factor // the last attempt may have been a worse one
}

func (t *keyTable) fill(factor uint64, width int) (index []uint16, collisions int) {
	index = make([]uint16, 1<<width)
	t.factor = factor
	for i, k := range t.names {
		at := t.hash(k.word, lastWord(k.name), k.size)
		for index[at] != 0 {
			collisions++
			at = (at + 1) & (len(index) - 1)
		}
		index[at] = uint16(i + 1)
	}
	return index, collisions
}

func (t *keyTable) hash(first, last uint64, size int) int {
	h := (first ^ bits.RotateLeft64(last, 29) ^ uint64(size)) * t.factor
	return int(h >> t.shift)
}

// find looks a key up. first is its firstWord; key its text.
func (t *keyTable) find(first uint64, key []byte) *keyName {
	size := len(key)
	last := first
	if size > 8 {
		last = binary.LittleEndian.Uint64(key[size-8:])
	}
	at := t.hash(first, last, size)
	for {
		i := t.index[at]
		if i == 0 {
			return nil
		}
		k := &t.names[i-1]
		if k.word == first && k.size == size && (size <= 8 || k.name == string(key)) {
			return k
		}
		at = (at + 1) & (len(t.index) - 1)
	}
}

// firstWord is the first eight bytes of a key, zero-padded. Keys of up to
// eight bytes are equal when their words and lengths are.
func firstWord(s string) uint64 {
	var pad [8]byte
	copy(pad[:], s)
	return binary.LittleEndian.Uint64(pad[:])
}

// lastWord is the last eight bytes of a longer key, else the first word.
func lastWord(s string) uint64 {
	if len(s) <= 8 {
		return firstWord(s)
	}
	return firstWord(s[len(s)-8:])
}
