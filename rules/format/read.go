package format

import (
	"fmt"
	"reflect"

	"github.com/winnow-gate/winnow/rules/diag"
)

// Version is the only version of the file format there is.
const Version = 1

// Read reads one rule file. The file is never nil: what could be read is there,
// next to every mistake that was found.
func Read(path string, src []byte) (*File, diag.List) {
	file, list := Decode[File](path, src)
	file.Path = path
	if file.Winnow.Text != "" && file.Winnow.Value != Version {
		list.Add(diag.Diagnostic{
			Place: file.Winnow.At, Code: diag.FormatVersion,
			Message: fmt.Sprintf("this winnow reads format %d, not %s", Version, file.Winnow.Text),
			Hint:    "write `winnow: 1`",
		})
	}
	list.Sort()
	return file, list
}

// Decode fills a struct from a YAML file as strictly as Read does, for other
// kinds of file (tests). T's fields carry the tags yaml, required, some and enum, and
// are made of the types of this package, of string, bool, int and float64, and
// of structs, pointers and slices of those; []Entry[X] takes a mapping in order.
// A field `At diag.Place` gets the place of its mapping.
//
// The value is never nil, and the list is sorted.
func Decode[T any](path string, src []byte) (*T, diag.List) {
	out := new(T)
	s, text, ok := newSource(path, src)
	if !ok {
		return out, s.list
	}
	if root := s.parse(text); root != nil {
		s.decode(root, reflect.ValueOf(out).Elem(), rules{what: "the file"})
	}
	s.list.Sort()
	return out, s.list
}
