package segment

import "unsafe"

// keys numbers the customers of a part from 0 in the order they come. The table is
// 8 bytes a slot, and a key lies in one piece with its number, so that a lookup
// reads two places.
type keys struct {
	slots []keySlot // a power of two, at most half full
	words []uint64  // a record for each key, by number: its head, then its bytes with zeros behind
	count int
}

type keySlot struct {
	tag uint32 // the hash
	at  uint32 // where in words the record begins, + 1; 0 is free
}

// The head of a record is the number, then the length in bytes.
func keyHead(who uint32, size uint32) uint64 { return uint64(who)<<32 | uint64(size) }

func keyWords(size uint32) int { return int((uint64(size) + 7) / 8) }

// number is the number of a key; a new key gets a new one.
func (k *keys) number(hash uint32, text []uint64, size uint32) uint32 {
	if 2*k.count >= len(k.slots) {
		k.grow()
	}
	mask := uint32(len(k.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := k.slots[i]
		if s.at == 0 {
			k.slots[i] = keySlot{hash, uint32(len(k.words)) + 1}
			k.words = append(append(k.words, keyHead(uint32(k.count), size)), text...)
			k.count++
			return uint32(k.count - 1)
		}
		if s.tag == hash {
			if who, is := k.whoAt(s.at, text, size); is {
				return who
			}
		}
	}
}

// whoAt is the number of the key at a place, if it is this one.
func (k *keys) whoAt(at uint32, text []uint64, size uint32) (who uint32, is bool) {
	record := k.words[at-1:]
	head := record[0]
	if uint32(head) != size {
		return 0, false
	}
	record = record[1 : 1+len(text)]
	for i, w := range text {
		if record[i] != w {
			return 0, false
		}
	}
	return uint32(head >> 32), true
}

func (k *keys) grow() {
	old := k.slots
	k.slots = make([]keySlot, max(64, 4*len(old)))
	mask := uint32(len(k.slots) - 1)
	for _, s := range old {
		if s.at == 0 {
			continue
		}
		i := s.tag & mask
		for k.slots[i].at != 0 {
			i = (i + 1) & mask
		}
		k.slots[i] = s
	}
}

// appendStrings appends the keys by number, as parts of one string.
func (k *keys) appendStrings(out []string) []string {
	all := make([]byte, 0, 8*(len(k.words)-k.count))
	for at := 0; at < len(k.words); {
		size := uint32(k.words[at])
		from := len(all)
		all = append(all, bytesOf(k.words[at+1:], size)...)
		out = append(out, unsafe.String(unsafe.SliceData(all[from:]), int(size)))
		at += 1 + keyWords(size)
	}
	return out
}

// bytesOf are the first bytes of words.
func bytesOf(words []uint64, size uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), size)
}
