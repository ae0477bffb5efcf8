package gate

import "bytes"

// Split cuts a batch, a JSON array, into its items, which it appends to dst;
// they alias body. It looks only at brackets and quotes: what is wrong within
// an item is found when that item is read, and spoils nothing else. It fails
// with a *BodyError when there is no array or its items can't be told apart,
// and with ErrTooMany beyond limit items.
func Split(dst [][]byte, body []byte, limit int) ([][]byte, error) {
	i := space(body, 0)
	if i == len(body) || body[i] != '[' {
		return nil, batchError(i, "want a JSON array of requests")
	}
	if i = space(body, i+1); i < len(body) && body[i] == ']' {
		return dst, after(body, i+1)
	}
	for n := 0; ; n++ {
		end := element(body, i)
		if end < 0 {
			return nil, batchError(len(body), "the array does not end")
		}
		if n == limit {
			return nil, ErrTooMany
		}
		item := bytes.TrimRight(body[i:end], " \t\r\n")
		if len(item) == 0 {
			return nil, batchError(i, "an item of the array is missing")
		}
		dst = append(dst, item)
		if body[end] == ']' {
			return dst, after(body, end+1)
		}
		i = space(body, end+1)
	}
}

func batchError(at int, msg string) error {
	return &BodyError{Offset: at, Msg: msg, Fix: `send an array: [{"contact": {"id": "…"}, "message": {…}}, …]`}
}

func after(body []byte, i int) error {
	if i = space(body, i); i < len(body) {
		return batchError(i, "want nothing after the array")
	}
	return nil
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// element returns where the element at i ends: at the comma or bracket behind
// it, or -1.
func element(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}
