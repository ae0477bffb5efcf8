package main

import (
	"cmp"
	"os"
	"path/filepath"
)

// keepApart refuses to write over the contacts that are being read, and to write
// decisions and rejects to one file. "" is a place that nobody named.
func (e *env) keepApart(file, out, rejects string) error {
	in, to, bad := placeOf(file, e.stdin), placeOf(cmp.Or(out, "-"), e.stdout), placeOf(rejects, nil)
	const hint = "name another file"
	switch {
	case in.is(to):
		return failure(exitUsage, hint, "the decisions would be written over the contacts in %s", in.name)
	case in.is(bad):
		return failure(exitUsage, hint, "the rejects would be written over the contacts in %s", in.name)
	case bad.is(to):
		return failure(exitUsage, hint, "the rejects would be written over the decisions in %s", to.name)
	}
	return nil
}

// place is a plain file, or where one would be made; no name: neither.
type place struct {
	name  string
	there os.FileInfo // nil: nothing yet
}

// placeOf finds the file that a name or, for "-", a stream leads to.
func placeOf(name string, stream any) place {
	p := place{name: name}
	if name != "-" {
		if there, err := os.Stat(name); err == nil {
			p.there = there
		}
	} else if f, ok := fileBehind(stream); !ok {
		return place{}
	} else if there, err := f.Stat(); err == nil {
		p = place{f.Name(), there}
	}
	if p.there != nil && !p.there.Mode().IsRegular() {
		return place{}
	}
	return p
}

// is reports whether two places are the same file, by whatever names.
func (p place) is(q place) bool {
	switch {
	case p.name == "" || q.name == "":
		return false
	case p.there != nil && q.there != nil:
		return os.SameFile(p.there, q.there)
	}
	a, errA := filepath.Abs(p.name)
	b, errB := filepath.Abs(q.name)
	return errA == nil && errB == nil && a == b
}
