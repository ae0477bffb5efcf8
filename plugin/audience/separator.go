package audience

import (
	"bytes"
	"strings"
)

// dropSeparatorLine takes the line sep=; off the front, by which Excel is told what
// stands between values, and gives that.
func (r *Reader) dropSeparatorLine() string {
	end, next := lineEnd(r.tail[:min(len(r.tail), 16)], r.eof)
	if end < 0 {
		return ""
	}
	said, is := strings.CutPrefix(strings.ToLower(strings.Trim(string(r.tail[:end]), `"`)), "sep=")
	if !is || len(said) != 1 {
		return ""
	}
	r.drop(next, 1)
	return said
}

// guessSeparator takes whichever cuts the first lines into the same number of
// values, and most of them.
func guessSeparator(head []byte) byte {
	best, most := byte(','), 0
	for _, sep := range []byte{',', ';', '\t', '|'} {
		width, score := 0, 0
		for data, n := head, 0; len(data) > 0 && n < 20; n++ {
			how, next := record(data, sep, 64<<10, true)
			if how == tooLong {
				break
			}
			raw := bytes.TrimRight(data[:next], "\r\n")
			if data = data[next:]; how == broken || len(raw) == 0 {
				continue
			}
			cells, _ := cutCells(nil, nil, raw, sep)
			if width == 0 {
				width = len(cells)
			}
			if len(cells) == width && width > 1 {
				score += width
			}
		}
		if score > most {
			best, most = sep, score
		}
	}
	return best
}
