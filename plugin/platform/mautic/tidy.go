package mautic

import (
	"bytes"

	"github.com/winnow-gate/winnow/plugin/platform/payload"
)

// tidy takes the names off the values: Mautic drops the second of two data
// fields with the same value, so the recipe writes country=PL where another
// platform's would write PL.
func tidy(doc []byte) []byte {
	if bytes.IndexByte(doc, '=') < 0 {
		return doc
	}
	out, err := tidyInto(nil, doc, "")
	if err != nil {
		return doc // whoever maps it says what is wrong
	}
	return out
}

func tidyInto(dst, object []byte, path string) ([]byte, error) {
	dst = append(dst, '{')
	first := true
	err := payload.Each(object, func(key string, v []byte) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		name := path + key
		dst = append(payload.Quote(dst, key), ':')
		prefix := payload.Quote(nil, name+"=")
		prefix = prefix[:len(prefix)-1] // without the quote at its end
		switch {
		case v[0] == '{':
			if out, err := tidyInto(dst, v, name+"."); err == nil {
				dst = out
				return
			}
			dst = append(dst, v...)
		case bytes.HasPrefix(v, prefix):
			dst = append(append(dst, '"'), v[len(prefix):]...)
		default:
			dst = append(dst, v...)
		}
	})
	return append(dst, '}'), err
}
