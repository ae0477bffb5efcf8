package segment

import (
	"hash/maphash"
)

// keys numbers customers from 0 in the order they come. A file names customers
// in no order, so that each look-up waits for memory several times, and that
// was half of an analysis. So the table is 8 bytes a slot, the bytes of all keys
// lie in one piece, and keys are looked up by the batch: the first loops touch
// what the last one needs, and the processor waits for many at a time. The seed
// is random, against keys made to collide, and reaches no result.
type keys struct {
	seed  maphash.Seed
	slots []keySlot // a power of two, at most half full
	bytes []byte
	ends  []int // where each key ends

	touched byte // keeps the compiler from dropping the loop that only touches
}

type keySlot struct {
	tag uint32 // upper half of the hash
	who uint32 // number + 1; 0 is free
}

func newKeys() keys { return keys{seed: maphash.MakeSeed(), slots: make([]keySlot, 1<<10)} }

func (k *keys) len() int { return len(k.ends) }

func (k *keys) at(who int) []byte {
	from := 0
	if who > 0 {
		from = k.ends[who-1]
	}
	return k.bytes[from:k.ends[who]]
}

// batchSize is how many rows are looked up together.
const batchSize = 256

// keyed is a row whose customer has no number yet.
type keyed struct {
	key  string
	hash uint64
	who  uint32
	row  row
	id   uint64 // hash of the order id; 0 is none
}

// number fills in the numbers of a batch; a new key gets a new one.
func (k *keys) number(batch []keyed) {
	mask := uint64(len(k.slots) - 1)
	for i := range batch {
		b := &batch[i]
		b.hash = maphash.String(k.seed, b.key)
		b.who = k.slots[b.hash&mask].who
	}
	for i := range batch {
		if who := int(batch[i].who) - 1; who > 0 {
			batch[i].who = uint32(k.ends[who-1])
		}
	}
	touched := byte(0)
	for i := range batch {
		if at := int(batch[i].who); at < len(k.bytes) {
			touched |= k.bytes[at]
		}
	}
	k.touched = touched
	for i := range batch {
		batch[i].who = k.find(batch[i].key, batch[i].hash)
	}
}

func (k *keys) find(key string, h uint64) uint32 {
	mask := uint64(len(k.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s := k.slots[i]; {
		case s.who == 0:
			who := uint32(len(k.ends))
			k.bytes = append(k.bytes, key...)
			k.ends = append(k.ends, len(k.bytes))
			k.slots[i] = keySlot{uint32(h >> 32), who + 1}
			if 2*len(k.ends) > len(k.slots) {
				k.grow()
			}
			return who
		case s.tag == uint32(h>>32) && string(k.at(int(s.who-1))) == key:
			return s.who - 1
		}
	}
}

func (k *keys) grow() {
	k.slots = make([]keySlot, 2*len(k.slots))
	mask := uint64(len(k.slots) - 1)
	for who := range k.ends {
		h := maphash.Bytes(k.seed, k.at(who))
		i := h & mask
		for k.slots[i].who != 0 {
			i = (i + 1) & mask
		}
		k.slots[i] = keySlot{uint32(h >> 32), uint32(who) + 1}
	}
}

// strings are all keys by number, as parts of one string.
func (k *keys) strings() []string {
	all, from := string(k.bytes), 0
	out := make([]string, len(k.ends))
	for i, end := range k.ends {
		out[i] = all[from:end]
		from = end
	}
	return out
}
