package sources

import (
	"bytes"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// Options are what a file is read with.
type Options struct {
	// Platforms are those there are.
	Platforms []platform.Platform
	// Fields are the paths that the bundle and winnow itself know; nil when the
	// bundle is not known, then any path may be a field.
	Fields []string
	// ReadFile reads a file by the path that stands behind file:. Getenv is the
	// environment. Both nil: secrets are not looked for, and sources have no
	// schemes.
	ReadFile func(path string) ([]byte, error)
	Getenv   func(name string) string
}

// Config is a source as its file has it, checked.
type Config struct {
	Platform platform.Platform
	Options  platform.Options
}

// Result is what a file says.
type Result struct {
	// Configs are the sources, none when there is a mistake.
	Configs []Config
	// Relay delivers what platforms hand over; nil when the file has none.
	Relay *RelayConfig
	// List is every mistake.
	List diag.List
	// Shown is the file's text for showing mistakes in: what looks like a secret
	// is blotted out.
	Shown []byte
}

// secretLike is as long a word as keys and tokens are, and names are not.
var secretLike = regexp.MustCompile(`[0-9A-Za-z_+=-]{24,}`)

// Load reads a file of sources.
func Load(path string, src []byte, o Options) Result {
	file, list := format.Decode[File](path, src)
	l := &loader{o: o, file: file, list: list, shown: bytes.Clone(src)}
	if list.HasErrors() { // what was not understood may hold secrets anywhere, or be a file of them
		l.shown = secretLike.ReplaceAllFunc(l.shown, func(b []byte) []byte { return bytes.Repeat([]byte("*"), len(b)) })
	}
	if v := file.Version; v.Text != "" && v.Value != Version {
		l.fail(v.At, diag.FormatVersion, fmt.Sprintf("this winnow reads sources of format %d, not %s", Version, v.Text), "write `winnow_sources: 1`")
	}
	if v := file.Version; v.Text == "" && len(list) == 0 {
		l.fail(diag.Place{File: path, Line: 1, Column: 1}, diag.MissingKey, "there is nothing in this file", "begin with `winnow_sources: 1` and `sources:`; winnow connect PLATFORM shows one")
	}
	l.publicURL()
	var out []Config
	for i := range file.Sources {
		out = append(out, l.source(&file.Sources[i]))
	}
	l.needRelay(out)
	relay := l.relay()
	l.list.Sort()
	if l.list.HasErrors() {
		out, relay = nil, nil
	}
	return Result{out, relay, l.list, l.shown}
}

// Open makes the sources.
func Open(configs []Config, d platform.Decider, change func(*platform.Options)) ([]*platform.Source, error) {
	var out []*platform.Source
	for _, c := range configs {
		if change != nil {
			change(&c.Options)
		}
		s, err := platform.NewSource(c.Platform, c.Options, d)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

type loader struct {
	o     Options
	file  *File
	list  diag.List
	shown []byte
	names []string
	url   string
}

func (l *loader) fail(at diag.Place, code, msg, hint string) {
	l.list.Add(diag.Diagnostic{Place: at, Code: code, Message: msg, Hint: hint})
}

func (l *loader) warn(at diag.Place, code, msg, hint string) {
	l.list.Add(diag.Diagnostic{Place: at, Severity: diag.Warn, Code: code, Message: msg, Hint: hint})
}

func (l *loader) publicURL() {
	t := l.file.PublicURL
	if t == nil {
		return
	}
	u, err := url.Parse(t.Value)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		l.fail(t.At, diag.BadURL, "public_url is not the address of a server", "write scheme and host, and a path if a proxy has one, as in https://winnow.shop.example")
		return
	}
	if isPlain(t.Value) {
		l.warn(t.At, diag.PlainAddress, "public_url is without TLS: bodies and secrets travel in the clear", "put a proxy with a certificate before winnow and write https://"+u.Host)
	}
	l.url = strings.TrimSuffix(t.Value, "/")
}

// isPlain reports whether an address is without TLS, and leads off this network.
func isPlain(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "http" && !private(u.Hostname())
}

// private reports whether a host is this machine or one of a private network, as
// far as its name says.
func private(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	if !strings.Contains(host, ".") { // localhost, or a service beside this one
		return true
	}
	return slices.ContainsFunc([]string{".localhost", ".local", ".internal"}, func(end string) bool { return strings.HasSuffix(host, end) })
}

var sourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

func (l *loader) source(s *Source) (c Config) {
	switch name := s.Name.Value; {
	case name == "": // told
	case !sourceName.MatchString(name):
		l.fail(s.Name.At, diag.BadName, fmt.Sprintf("%q can't be the name of a source", name), "lower-case letters, digits and -, beginning with a letter: it is part of an address")
	case slices.Contains(l.names, name):
		l.fail(s.Name.At, diag.DuplicateID, fmt.Sprintf("the source %q is there twice", name), "name one of them otherwise")
	}
	l.names = append(l.names, s.Name.Value)
	p, known := l.platform(s.Platform)
	c.Platform = p
	c.Options = platform.Options{Name: s.Name.Value, PublicURL: l.url, Mapping: l.mapping(s)}
	if s.MaxBody != nil {
		if n := s.MaxBody.Value; n < 1 || n != float64(int(n)) || n > 1<<28 {
			l.fail(s.MaxBody.At, diag.BadNumber, "max_body is not a number of bytes", "a whole number above 0 and at most 268435456")
		} else {
			c.Options.MaxBody = int(n)
		}
	}
	if !known {
		_, _ = l.secrets(s) // for their mistakes
		return c
	}
	c.Options.Deadline = l.deadline(s, p)
	c.Options.Posture = l.posture(s, p)
	c.Options.Settings = l.settings(s, p)
	c.Options.Scheme = l.scheme(s, p)
	return c
}

func (l *loader) platform(t format.Text) (platform.Platform, bool) {
	var names []string
	for _, p := range l.o.Platforms {
		if p.Name == t.Value {
			return p, true
		}
		names = append(names, p.Name)
	}
	if t.Value != "" {
		l.fail(t.At, diag.UnknownPlatform, fmt.Sprintf("there is no platform %q", t.Value), orList(t.Value, names, "there are"))
	}
	return platform.Platform{}, false
}

// orList hints at the nearest name, or lists them.
func orList(name string, known []string, lead string) string {
	if hint := diag.DidYouMean(name, known); hint != "" {
		return hint
	}
	if len(known) == 0 {
		return ""
	}
	return lead + " " + strings.Join(known, ", ")
}
