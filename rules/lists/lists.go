package lists

import (
	_ "embed" // the vendored lists are part of the program
	"strings"
)

//go:embed data/academic.txt
var academicText string

//go:embed data/academic_stop.txt
var academicStopText string

//go:embed data/disposable.txt
var disposableText string

//go:embed data/free.txt
var freeText string

//go:embed data/relay.txt
var relayText string

//go:embed data/role.txt
var roleText string

// Knowledge answers questions about addresses. It never changes, so any number
// of goroutines may ask it.
type Knowledge struct {
	academic, academicStop, disposable, free, relay, role table
}

// Builtin indexes the lists that come with this package. That takes about a
// millisecond, so a program does it once and keeps the result.
func Builtin() *Knowledge {
	return &Knowledge{
		academic:     newTable(academicText),
		academicStop: newTable(academicStopText),
		disposable:   newTable(disposableText),
		free:         newTable(freeText),
		relay:        newTable(relayText),
		role:         newTable(roleText),
	}
}

// Academic reports whether an address or domain belongs to an institution of
// education.
func (k *Knowledge) Academic(address string) bool {
	var buf domainBuffer
	domain := buf.domain(address)
	return k.academic.hasAbove(domain) && !k.academicStop.hasAbove(domain)
}

// Disposable reports whether an address or domain is a throwaway one.
func (k *Knowledge) Disposable(address string) bool {
	var buf domainBuffer
	return k.disposable.hasAbove(buf.domain(address))
}

// Free reports whether anybody can open a mailbox at the domain of an address.
func (k *Knowledge) Free(address string) bool {
	var buf domainBuffer
	return k.free.hasExactly(buf.domain(address))
}

// Relay reports whether an address or domain belongs to a service that hides a
// person's own address and forwards to it.
func (k *Knowledge) Relay(address string) bool {
	var buf domainBuffer
	return k.relay.hasAbove(buf.domain(address))
}

// listRequest ends the name of the administrator of a mailing list (RFC 2142,
// section 6).
const listRequest = "-request"

// Role reports whether an address names a job or a mailing list instead of a
// person. A domain alone does not.
func (k *Knowledge) Role(address string) bool {
	local, host := splitAddress(address)
	local = mailbox(local)
	var buf domainBuffer
	if local == "" || len(local) > maxLocal || len(buf.canonical(host)) == 0 {
		return false
	}
	var name [maxLocal]byte
	lower := lowerASCII(name[:0], local)
	return k.role.hasExactly(lower) ||
		len(lower) > len(listRequest) && strings.HasSuffix(string(lower), listRequest)
}

// Functions gives the questions by the names that conditions use, as package
// rules takes them.
func (k *Knowledge) Functions() map[string]func(string) bool {
	return map[string]func(string) bool{
		"is_academic":   k.Academic,
		"is_disposable": k.Disposable,
		"is_free":       k.Free,
		"is_role":       k.Role,
	}
}

// Bytes is how much memory the lists take: the text in the program's read-only
// part and the index on the heap.
func (k *Knowledge) Bytes() (text, index int) {
	for _, t := range []*table{&k.academic, &k.academicStop, &k.disposable, &k.free, &k.relay, &k.role} {
		text += len(t.text)
		index += 4 * len(t.slots)
	}
	return text, index
}
