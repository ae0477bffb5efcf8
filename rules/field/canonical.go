package field

import "slices"

// Canonical is the built-in contact and message: the shape that HubSpot,
// Klaviyo, Customer.io, Shopify, Segment, Mautic and listmonk map to, plus what
// buying, browsing and support histories commonly add. A request body is this
// tree: orders.count stands at body["orders"]["count"]. Every call gives a new
// slice; New(Canonical()) never fails.
//
// Enums are given only where the set is closed by definition; platforms extend
// the rest. Each group has an updated_at, which dates its fields.
func Canonical() []Field {
	return slices.Concat(
		person(), place(), work(), standing(), externalIDs(),
		consent(), consentChannels(),
		orders(), orderTimes(), cart(), scores(),
		engagement(), web(), support(), crm(), prefs(), message(),
	)
}

type option func(*Field)

func declare(path string, t Type, doc string, options []option) Field {
	f := Field{Path: path, Type: t, Doc: doc}
	for _, o := range options {
		o(&f)
	}
	return f
}

func text(path, doc string, o ...option) Field   { return declare(path, Scalar(String), doc, o) }
func id(path, doc string, o ...option) Field     { return declare(path, Scalar(ID), doc, o) }
func flag(path, doc string, o ...option) Field   { return declare(path, Scalar(Bool), doc, o) }
func number(path, doc string, o ...option) Field { return declare(path, Scalar(Float), doc, o) }
func whole(path, doc string, o ...option) Field  { return declare(path, Scalar(Int), doc, o) }
func instant(path, doc string, o ...option) Field {
	return declare(path, Scalar(Time), doc, o)
}

func texts(path, doc string, o ...option) Field {
	return declare(path, ListOf(String), doc, o)
}

// count is a whole number that cannot be negative.
func count(path, doc string, o ...option) Field {
	return whole(path, doc, append(o, atLeast(0))...)
}

// amount is a number that cannot be negative.
func amount(path, doc string, o ...option) Field {
	return number(path, doc, append(o, atLeast(0))...)
}

func hashed(f *Field)    { f.Sensitivity = Hash }
func dropped(f *Field)   { f.Sensitivity = Drop }
func protected(f *Field) { f.Protected = true }

func oneOf(values ...string) option { return func(f *Field) { f.Enum = values } }
func atLeast(x float64) option      { return func(f *Field) { f.Min = &x } }
func atMost(x float64) option       { return func(f *Field) { f.Max = &x } }

func updated(group string) Field {
	return instant(group+".updated_at", "when the "+group+" fields were last brought up to date")
}
