package facts

import "github.com/winnow-gate/winnow/rules/field"

// A HashFunc appends a keyed hash of text to dst, as ASCII without quotes or
// backslashes (hexadecimal, say).
type HashFunc func(dst []byte, text string) []byte

// AppendJSON appends f to dst as the tree of fields it was decoded from, such
// that DecodeRecord gives the same facts: Absent slots are left out, Null is
// null, instants are RFC 3339 in UTC. What a body cannot express is an object
// where a value would stand:
//
//	{"?":"wrong_type"}           likewise "out_of_range"
//	{"?":"stale","v":12}         the value is kept
//	{"#":"9f2c…"}                a keyed hash; of a list, those of its items
//
// Values of fields with sensitivity Drop are left out, those with Hash replaced
// by their hash (or left out: lists of objects, and all when hash is nil). Their
// paths then stand in a list under "?" at the root, and complete is false. Under
// "^" stand the paths of Heard values, under "!" why the contact is Barred. With
// capacity enough in dst nothing is allocated. Values that were Found in a table
// are left out too, and nothing is lost by it.
func (l *Layout) AppendJSON(dst []byte, f *Facts, hash HashFunc) (out []byte, complete bool) {
	w := writer{dst: append(dst, '{'), f: f, hash: hash}
	wrote := w.group(&l.root)
	complete = true
	for i := range l.specs {
		if l.specs[i].sensitive == field.Keep || !f.Slots[i].State.held() || f.Slots[i].Origin == Found {
			continue
		}
		if complete {
			w.comma(wrote)
			w.dst = append(w.dst, `"?":[`...)
		}
		w.comma(!complete)
		complete = false
		w.dst = appendString(w.dst, l.fields[i].Path)
	}
	if !complete {
		w.dst = append(w.dst, ']')
	}
	w.provenance(l, wrote || !complete)
	return append(w.dst, '}'), complete
}

// provenance writes what no body holds: which values were heard from platforms,
// and that the contact is on the legal suppression list.
func (w *writer) provenance(l *Layout, wrote bool) {
	heard := false
	for i := range w.f.Slots {
		if v := &w.f.Slots[i]; v.Origin != Heard || !v.State.held() {
			continue
		}
		w.comma(heard || wrote)
		if !heard {
			w.dst = append(w.dst, `"^":[`...)
		}
		heard, wrote = true, true
		w.dst = appendString(w.dst, l.fields[i].Path)
	}
	if heard {
		w.dst = append(w.dst, ']')
	}
	if w.f.Barred != "" {
		w.comma(wrote)
		w.dst = appendString(append(w.dst, `"!":`...), w.f.Barred)
	}
}

// AppendAll is AppendJSON whatever the sensitivity of the fields: nothing is
// lost, and the result must go nowhere that personal data may not.
func (l *Layout) AppendAll(dst []byte, f *Facts) []byte {
	w := writer{dst: append(dst, '{'), f: f, all: true}
	w.provenance(l, w.group(&l.root))
	return append(w.dst, '}')
}

// writer builds the tree. Groups without anything in them are taken back.
type writer struct {
	dst  []byte
	f    *Facts
	hash HashFunc
	all  bool
}

func (w *writer) comma(needed bool) {
	if needed {
		w.dst = append(w.dst, ',')
	}
}

func (w *writer) group(n *node) (wrote bool) {
	for _, c := range n.children {
		start := len(w.dst)
		w.comma(wrote)
		w.dst = append(w.dst, c.open...)
		if c.leaf != nil {
			if !w.leaf(c.leaf, &w.f.Slots[c.slot]) {
				w.dst = w.dst[:start]
				continue
			}
		} else {
			w.dst = append(w.dst, '{')
			if !w.group(c) {
				w.dst = w.dst[:start]
				continue
			}
			w.dst = append(w.dst, '}')
		}
		wrote = true
	}
	return wrote
}

// leaf writes a slot, or nothing.
func (w *writer) leaf(s *spec, v *Slot) (wrote bool) {
	if v.Origin == Found && !w.all {
		return false
	}
	if !v.State.held() {
		return w.state(v.State)
	}
	hashed := false
	if s.sensitive != field.Keep && !w.all {
		hashed = s.sensitive == field.Hash && w.hash != nil && s.row == nil
		if !hashed {
			return false
		}
	}
	if v.State == Known && !hashed {
		w.value(s, v)
		return true
	}
	w.dst = append(w.dst, '{')
	if v.State == Stale {
		w.dst = append(w.dst, `"?":"stale",`...)
	}
	if hashed {
		w.dst = append(w.dst, `"#":`...)
		w.hashes(s, v)
	} else {
		w.dst = append(w.dst, `"v":`...)
		w.value(s, v)
	}
	w.dst = append(w.dst, '}')
	return true
}

// state writes why there is no value, or nothing for Absent.
func (w *writer) state(s State) (wrote bool) {
	switch s {
	case Null:
		w.dst = append(w.dst, "null"...)
	case WrongType:
		w.dst = append(w.dst, `{"?":"wrong_type"}`...)
	case OutOfRange:
		w.dst = append(w.dst, `{"?":"out_of_range"}`...)
	default:
		return false
	}
	return true
}

func (w *writer) value(s *spec, v *Slot) {
	if s.item == nil {
		w.dst = appendScalar(w.dst, s.kind, v.Str, v.Int)
		return
	}
	w.dst = append(w.dst, '[')
	for i := range int(v.N) {
		w.comma(i > 0)
		if s.row != nil {
			w.row(s.row, w.f.Rows[int(v.Int)+i*s.width:][:s.width])
			continue
		}
		text, num := w.f.item(s, v, i)
		w.dst = appendScalar(w.dst, s.item.kind, text, num)
	}
	w.dst = append(w.dst, ']')
}

// item is item i of a list of single values.
func (f *Facts) item(s *spec, v *Slot, i int) (text string, num int64) {
	if s.item.kind.Textual() {
		return f.Strs[int(v.Int)+i], 0
	}
	return "", f.Nums[int(v.Int)+i]
}

func (w *writer) row(n *node, cells []Slot) {
	w.dst = append(w.dst, '{')
	wrote := false
	for _, c := range n.children {
		v := &cells[c.slot]
		if v.State == Absent {
			continue
		}
		w.comma(wrote)
		wrote = true
		w.dst = append(w.dst, c.open...)
		if v.State == Known {
			w.dst = appendScalar(w.dst, c.leaf.kind, v.Str, v.Int)
		} else {
			w.state(v.State)
		}
	}
	w.dst = append(w.dst, '}')
}

func (w *writer) hashes(s *spec, v *Slot) {
	if s.item == nil {
		w.hashOf(s.kind, v.Str, v.Int)
		return
	}
	w.dst = append(w.dst, '[')
	for i := range int(v.N) {
		w.comma(i > 0)
		text, num := w.f.item(s, v, i)
		w.hashOf(s.item.kind, text, num)
	}
	w.dst = append(w.dst, ']')
}

// hashOf hashes the text of a value: of other kinds than String and ID, what
// would be written for them.
func (w *writer) hashOf(k field.Kind, text string, num int64) {
	var room [64]byte
	if !k.Textual() {
		text = string(appendScalar(room[:0], k, "", num))
	}
	w.dst = append(w.dst, '"')
	w.dst = w.hash(w.dst, text)
	w.dst = append(w.dst, '"')
}
