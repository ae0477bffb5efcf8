package gate

import (
	"sync/atomic"
	"time"
)

// idShift leaves 20 bits, about a million ids, to each millisecond.
const idShift = 20

// NewIDs makes ids that ascend with time: the Unix milliseconds in the upper
// bits, a count in the lower 20. All are above after. A clock set back does not
// make one twice: the ids then go on from the last one.
func NewIDs(after int64) func(now time.Time) int64 {
	var last atomic.Int64
	last.Store(after)
	return func(now time.Time) int64 {
		at := now.UnixMilli() << idShift
		for {
			old := last.Load()
			id := max(old+1, at)
			if last.CompareAndSwap(old, id) {
				return id
			}
		}
	}
}

// idDigits are Crockford's: no I, L, O or U, so that ids can be read out.
const idDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// idLen is how many of them an id takes.
const idLen = 13

// FormatID writes an id as 13 of Crockford's base 32 digits. Texts sort as the
// ids do.
func FormatID(id int64) string {
	var b [idLen]byte
	for i := idLen - 1; i >= 0; i-- {
		b[i] = idDigits[id&31]
		id >>= 5
	}
	return string(b[:])
}

// ParseID reads what FormatID wrote, in either case, with o for 0 and i or l
// for 1. Other text is ErrBadID.
func ParseID(text string) (int64, error) {
	if len(text) != idLen {
		return 0, ErrBadID
	}
	var id uint64
	for i := range len(text) {
		d := digitOf(text[i])
		if d < 0 || i == 0 && d > 7 {
			return 0, ErrBadID
		}
		id = id<<5 | uint64(d)
	}
	if id == 0 {
		return 0, ErrBadID
	}
	return int64(id), nil
}

func digitOf(c byte) int {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		return 0
	case 'I', 'L':
		return 1
	}
	for i := range len(idDigits) {
		if idDigits[i] == c {
			return i
		}
	}
	return -1
}
