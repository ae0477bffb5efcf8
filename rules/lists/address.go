package lists

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// maxDomain is how long a domain may be, as RFC 1035 counts without the final
// dot, and maxLocal the part before the @ by RFC 5321.
const (
	maxDomain = 253
	maxLabel  = 63
	maxLocal  = 64
)

// domainBuffer is room for a domain on the caller's stack, so that asking costs
// no allocation.
type domainBuffer [maxDomain]byte

// splitAddress takes an address, a domain or a URL apart. The local part is
// empty where there is none.
func splitAddress(s string) (local, host string) {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, ">") {
		if open := strings.LastIndexByte(s, '<'); open >= 0 {
			s = s[open+1 : len(s)-1]
		}
	}
	if colon := strings.IndexByte(s, ':'); colon >= 0 {
		if rest, is := strings.CutPrefix(s[colon:], "://"); is {
			return "", hostOfURL(rest)
		}
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		local, s = strings.TrimSpace(s[:at]), strings.TrimSpace(s[at+1:])
	}
	return local, s
}

func hostOfURL(s string) string {
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		s = s[:end]
	}
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = s[at+1:]
	}
	if port := strings.LastIndexByte(s, ':'); port >= 0 {
		s = s[:port]
	}
	return s
}

// domain gives the domain of an address, a domain or a URL in lower-case
// A-labels, or nothing when there is no valid one.
func (buf *domainBuffer) domain(s string) []byte {
	_, host := splitAddress(s)
	return buf.canonical(host)
}

func (buf *domainBuffer) canonical(host string) []byte {
	host = strings.TrimSuffix(host, ".")
	n, ascii := buf.fill(host)
	if ascii {
		return buf[:n]
	}
	// Only the rare international domain pays for the full rules.
	alabels, ok := toALabels(host)
	if !ok {
		return nil
	}
	n, _ = buf.fill(alabels)
	return buf[:n]
}

// fill writes a domain in lower case and says how long it is: 0 when it is
// none. A domain has labels of letters, digits, hyphens and underscores. With
// anything but ASCII it stops.
func (buf *domainBuffer) fill(host string) (n int, ascii bool) {
	if len(host) > maxDomain {
		return 0, isASCII(host)
	}
	valid, label := true, 0 // label is where the current label began
	for i := range len(host) {
		c := host[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '.':
			valid = valid && i > label && i-label <= maxLabel
			label = i + 1
		case c >= utf8.RuneSelf:
			return 0, false
		default:
			valid = false
		}
		buf[i] = c
	}
	if last := len(host) - label; !valid || last == 0 || last > maxLabel {
		return 0, true
	}
	return len(host), true
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// maxUnicode is how long an international domain may be in UTF-8. What takes
// more has no A-labels of 253 bytes, and converting takes quadratic time.
const maxUnicode = 4 * maxDomain

func toALabels(domain string) (string, bool) {
	if len(domain) > maxUnicode {
		return "", false
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	return ascii, err == nil
}

// mailbox gives the local part of an address without its tag.
func mailbox(local string) string {
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	return local
}

func lowerASCII(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}
