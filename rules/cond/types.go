package cond

import (
	"fmt"

	"github.com/winnow-gate/winnow/rules/field"
)

// kind is the type of a value inside a condition. An ID field is text here.
type kind uint8

const (
	kInvalid kind = iota
	kBool
	kInt
	kFloat
	kString
	kTime
	kDuration
	kList
	kObject
)

// typ is a kind, the kind of a list's items, and the members of object items.
type typ struct {
	kind    kind
	elem    kind
	members []field.Member
}

var (
	tBool     = typ{kind: kBool}
	tInt      = typ{kind: kInt}
	tFloat    = typ{kind: kFloat}
	tString   = typ{kind: kString}
	tTime     = typ{kind: kTime}
	tDuration = typ{kind: kDuration}
)

func (t typ) number() bool { return t.kind == kInt || t.kind == kFloat }

func (t typ) scalar() bool { return t.kind >= kBool && t.kind <= kDuration }

func (t typ) item() typ { return typ{kind: t.elem, members: t.members} }

// String names the type as authors know it.
func (t typ) String() string {
	if t.kind == kList {
		return fmt.Sprintf("a list of %ss", t.elem.word())
	}
	return t.kind.article()
}

func (k kind) word() string {
	switch k {
	case kBool:
		return "bool"
	case kInt:
		return "whole number"
	case kFloat:
		return "number"
	case kString:
		return "text"
	case kTime:
		return "time"
	case kDuration:
		return "duration"
	case kList:
		return "list"
	case kObject:
		return "object"
	default:
		return "nothing"
	}
}

func (k kind) article() string {
	switch k {
	case kString:
		return "text"
	case kInvalid:
		return "nothing"
	case kBool:
		return "true or false"
	case kObject:
		return "an object"
	default:
		return "a " + k.word()
	}
}

func kindOf(k field.Kind) kind {
	switch k {
	case field.Bool:
		return kBool
	case field.Int:
		return kInt
	case field.Float:
		return kFloat
	case field.String, field.ID:
		return kString
	case field.Time:
		return kTime
	case field.List:
		return kList
	case field.Object:
		return kObject
	default:
		return kInvalid
	}
}

func typeOf(t field.Type) typ {
	return typ{kind: kindOf(t.Kind), elem: kindOf(t.Elem), members: t.Members}
}
