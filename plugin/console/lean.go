package console

import "strings"

// lean leaves out the columns that say nothing in any row: a phone has no room
// for them, and a reader no use.
func (t Table) lean() Table {
	if len(t.Rows) == 0 {
		return t
	}
	var keep []int
	for i := range t.Head {
		for _, row := range t.Rows {
			if i < len(row) && (row[i].Text != "" || row[i].Part != nil) {
				keep = append(keep, i)
				break
			}
		}
	}
	if len(keep) == len(t.Head) {
		return t
	}
	out := t
	align := t.Align + strings.Repeat("l", max(0, len(t.Head)-len(t.Align)))
	out.Head, out.Align, out.Rows, out.Foot = pick(t.Head, keep), string(pick([]byte(align), keep)), nil, pick(t.Foot, keep)
	for _, row := range t.Rows {
		out.Rows = append(out.Rows, pick(row, keep))
	}
	return out
}

func pick[T any](list []T, at []int) []T {
	var out []T
	for _, i := range at {
		if i < len(list) {
			out = append(out, list[i])
		}
	}
	return out
}
