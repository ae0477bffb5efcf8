package segment

import (
	"hash/maphash"
	"slices"
	"unsafe"
)

// keys numbers customers from 0 in the order they come. A file names customers
// in no order, so that each look-up waits for memory, and that was half of an
// analysis. So the table is 8 bytes a slot, a key lies in one piece with its
// number, and keys are looked up by the batch: the questions of a loop do not
// wait for each other, and the processor asks many at a time. The seed is random,
// against keys made to collide, and reaches no result.
type keys struct {
	seed  maphash.Seed
	slots []keySlot // a power of two, at most half full
	words []uint64  // a record for each key, by number: keyHead, then its bytes with zeros behind
	count int
}

type keySlot struct {
	tag uint32 // upper half of the hash
	at  uint32 // where in words the record begins, + 1; 0 is free
}

// keyHead begins a record: the number, and the length in bytes.
func keyHead(who int, size uint32) uint64 { return uint64(who)<<32 | uint64(size) }

func newKeys() keys { return keys{seed: maphash.MakeSeed(), slots: make([]keySlot, 1<<10)} }

// batchSize is how many rows are looked up together.
const batchSize = 256

// keyed is a row whose customer has no number yet.
type keyed struct {
	hash       uint64
	text, size uint32 // the key: where in the batch's words, and how many bytes
	who        uint32
	row        row
	more       extra
}

// noOne is a customer who has no number yet.
const noOne = ^uint32(0)

// number fills in the numbers of a batch; a new key gets a new one.
func (k *keys) number(batch []keyed, texts []uint64) {
	mask := uint64(len(k.slots) - 1)
	for i := range batch {
		b := &batch[i]
		b.who = k.slots[b.hash&mask].at
	}
	for i := range batch {
		b := &batch[i]
		if at := b.who; at != 0 && b.size-1 < 8 { // keys of one word, which most are, without a call
			record := k.words[at-1:]
			b.who = uint32(record[0] >> 32)
			if uint32(record[0])-b.size|uint32((record[1]^texts[b.text])>>32)|uint32(record[1]^texts[b.text]) != 0 {
				b.who = noOne
			}
			continue
		}
		b.who = k.whoAt(b.who, texts[b.text:], b.size)
	}
	for i := range batch {
		if b := &batch[i]; b.who == noOne {
			b.who = k.find(b.hash, texts[b.text:], b.size)
		}
	}
}

// whoAt is the number of the key if it is the one at a place, else noOne.
func (k *keys) whoAt(at uint32, text []uint64, size uint32) uint32 {
	if at == 0 {
		return noOne
	}
	record := k.words[at-1:]
	head := record[0]
	if uint32(head) != size {
		return noOne
	}
	n := keyWords(size)
	text, record = text[:n], record[1:1+n]
	differ := uint64(0)
	for i := range text {
		differ |= text[i] ^ record[i]
	}
	if differ != 0 {
		return noOne
	}
	return uint32(head >> 32)
}

func keyWords(size uint32) int { return (int(size) + 7) / 8 }

func (k *keys) find(h uint64, text []uint64, size uint32) uint32 {
	mask := uint64(len(k.slots) - 1)
	tag := uint32(h >> 32)
	for i := h & mask; ; i = (i + 1) & mask {
		s := k.slots[i]
		if s.at == 0 {
			k.slots[i] = keySlot{tag, uint32(len(k.words)) + 1}
			k.words = append(append(k.words, keyHead(k.count, size)), text[:keyWords(size)]...)
			k.count++
			if 2*k.count > len(k.slots) {
				k.grow()
			}
			return uint32(k.count - 1)
		}
		if s.tag == tag {
			if who := k.whoAt(s.at, text, size); who != noOne {
				return who
			}
		}
	}
}

func (k *keys) grow() {
	k.slots = make([]keySlot, 4*len(k.slots))
	mask := uint64(len(k.slots) - 1)
	for at := 0; at < len(k.words); {
		size := uint32(k.words[at])
		text := k.words[at+1:]
		h := maphash.Bytes(k.seed, bytesOf(text, size))
		i := h & mask
		for k.slots[i].at != 0 {
			i = (i + 1) & mask
		}
		k.slots[i] = keySlot{uint32(h >> 32), uint32(at) + 1}
		at += 1 + keyWords(size)
	}
}

// strings are all keys by number, as parts of one string.
func (k *keys) strings() []string {
	all := make([]byte, 0, 8*len(k.words))
	out := make([]string, 0, k.count)
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

// appendKey copies a key, with zeros behind it up to a whole word.
func appendKey(words []uint64, key string) []uint64 {
	n := len(words)
	words = slices.Grow(words, keyWords(uint32(len(key))))[:n+keyWords(uint32(len(key)))]
	words[len(words)-1] = 0
	copy(bytesOf(words[n:], uint32(len(key))), key)
	return words
}
