package writeback

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Names spells winnow's names of values as a platform's fields. The zero value
// spells send as winnow_send.
type Names struct {
	// Prefix stands before every name; "" means "winnow_".
	Prefix string
	// Upper writes names in capitals.
	Upper bool
	// Max is the longest name that the platform takes; 0 for no limit. A longer
	// one is cut, and the cut ones must still differ.
	Max int
	// Own are the owner's names for single values, by winnow's names.
	Own map[string]string
	// Stamp is how the platform writes a time; "" means RFC 3339.
	Stamp string
}

// Field is one field of the platform.
type Field struct{ Name, Value string }

// Of spells one name.
func (n Names) Of(name string) string {
	if own := n.Own[name]; own != "" {
		return own
	}
	prefix := n.Prefix
	if prefix == "" {
		prefix = "winnow_"
	}
	full := prefix + strings.NewReplacer("-", "_", ".", "_").Replace(name)
	if n.Upper {
		full = strings.ToUpper(full)
	}
	if n.Max > 0 && len(full) > n.Max {
		full = full[:n.Max]
	}
	return full
}

// Fields are the fields of a write, with the time of the decision at the end.
func (n Names) Fields(w Write) []Field {
	layout := n.Stamp
	if layout == "" {
		layout = time.RFC3339
	}
	out := make([]Field, 0, len(w.Values)+1)
	for _, v := range w.Values {
		out = append(out, Field{n.Of(v.Name), v.Value})
	}
	return append(out, Field{n.Of("at"), w.Decided.UTC().Format(layout)})
}

// All are the fields that the owner has to create for these slots, in order.
func (n Names) All(slots []string) []string {
	var out []string
	for _, name := range reserved() {
		out = append(out, n.Of(name))
	}
	for _, s := range slots {
		out = append(out, n.Of(SlotName(s)))
	}
	return out
}

// Check says which two values would share a field, which would lose one of them.
func (n Names) Check(slots []string) error {
	all := n.All(slots)
	for i, name := range all {
		if first := slices.Index(all, name); first < i {
			names := append(reserved(), slots...)
			return fmt.Errorf("%s and %s would both be written to the field %s: give one of them another name", names[first], names[i], name)
		}
	}
	return nil
}
