package field

import (
	"fmt"
	"strings"
)

const listOf = "list of "

// kindNames is indexed by Kind; it is the spelling of rule files and messages.
func kindNames() [Object + 1]string {
	return [...]string{
		Invalid: "invalid", Bool: "bool", Int: "int", Float: "float", String: "string",
		ID: "id", Time: "time", List: "list", Object: "object",
	}
}

// String is the name of the kind as rule files spell it, such as "int".
func (k Kind) String() string {
	if names := kindNames(); int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Scalar reports whether a value of the kind is a single one: anything but
// List, Object and the invalid kind.
func (k Kind) Scalar() bool { return k >= Bool && k <= Time }

// Textual reports whether values of the kind are held as text.
func (k Kind) Textual() bool { return k == String || k == ID }

// ParseKind finds a kind by the name that String gives. Upper case is refused,
// because rule files are.
func ParseKind(name string) (Kind, error) {
	for k, n := range kindNames() {
		if k != int(Invalid) && n == name {
			return Kind(k), nil
		}
	}
	return Invalid, fmt.Errorf("no type is called %q: use bool, int, float, string, id, time or a list of one of them", name)
}

// Scalar makes the type of a single value.
func Scalar(k Kind) Type { return Type{Kind: k} }

// ListOf makes the type of a list of single values.
func ListOf(elem Kind) Type { return Type{Kind: List, Elem: elem} }

// ListOfObjects makes the type of a list of objects with scalar members.
func ListOfObjects(members ...Member) Type {
	return Type{Kind: List, Elem: Object, Members: members}
}

// String is the type as a reader would say it: "int", "list of string" or
// "list of object(at time, total float)".
func (t Type) String() string {
	if t.Kind != List {
		return t.Kind.String()
	}
	if t.Elem != Object {
		return listOf + t.Elem.String()
	}
	var b strings.Builder
	b.WriteString(listOf + "object(")
	for i, m := range t.Members {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(m.Name + " " + m.Kind.String())
	}
	b.WriteString(")")
	return b.String()
}

// Equal reports whether two types are the same, members in order included.
func (t Type) Equal(u Type) bool {
	if t.Kind != u.Kind || t.Elem != u.Elem || len(t.Members) != len(u.Members) {
		return false
	}
	for i, m := range t.Members {
		if m != u.Members[i] {
			return false
		}
	}
	return true
}

// String is "keep", "hash" or "drop".
func (s Sensitivity) String() string {
	switch s {
	case Keep:
		return "keep"
	case Hash:
		return "hash"
	case Drop:
		return "drop"
	default:
		return fmt.Sprintf("sensitivity(%d)", uint8(s))
	}
}
