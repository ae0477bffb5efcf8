package facts

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"

	"github.com/winnow-gate/winnow/rules/field"
)

func appendScalar(dst []byte, k field.Kind, text string, num int64) []byte {
	switch k {
	case field.Bool:
		return strconv.AppendBool(dst, num != 0)
	case field.Int:
		return strconv.AppendInt(dst, num, 10)
	case field.Float:
		return strconv.AppendFloat(dst, math.Float64frombits(uint64(num)), 'g', -1, 64)
	case field.Time:
		return append(appendTime(append(dst, '"'), num), '"')
	default:
		return appendString(dst, text)
	}
}

// appendString writes text, which must be valid UTF-8, as a JSON string.
func appendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	b := bytesOf(text)
	done, i := 0, 0
	for i < len(b) {
		if i+8 <= len(b) {
			m := special(binary.LittleEndian.Uint64(b[i:]))
			if m == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(m) >> 3
		}
		c := b[i]
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[done:i]...)
		dst = appendEscape(dst, c)
		i++
		done = i
	}
	return append(append(dst, text[done:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\t':
		return append(dst, '\\', 't')
	default:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
}
