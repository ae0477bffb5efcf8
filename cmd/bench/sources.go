//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules/workload"
)

const (
	secret    = "a secret of the benchmark"
	publicURL = "https://winnow.shop.example"
)

// source is a place that platforms call in the benchmark.
type source struct {
	name, platform string
	scheme         verify.ID // "" for none
	below          string    // where below the source's address the platform calls
	record         *workload.Record
	events         bool // it gets CloudEvents; without these it gets bodies
}

// sources are platforms of each kind whose answer steers the send: what posts
// bodies as /v1/decide takes them (Bloomreach, Customer.io and Salesforce's scripts
// do it as Braze does), what posts records of 27 fields under names of its own, and
// events; and what a secret in a header and an HMAC over the call add.
func sources() []source {
	return []source{
		{name: "plain", platform: "generic"},
		{name: "keyed", platform: "generic", scheme: verify.StaticHeader},
		{name: "braze", platform: "braze"},
		{name: "hubspot", platform: "hubspot", record: &workload.HubSpot},
		{name: "signed", platform: "hubspot", scheme: verify.HubSpotV3, record: &workload.HubSpot},
		{name: "iterable", platform: "iterable", below: "/live", record: &workload.Iterable},
		{name: "sfmc", platform: "sfmc", below: "/execute", record: &workload.Salesforce},
		{name: "cloudevents", platform: "cloudevents", events: true},
	}
}

// writeSources writes the file of sources beside the bundle.
func writeSources(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "bench.secret"), []byte(secret), 0o600); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "winnow_sources: 1\npublic_url: %s\nsources:\n", publicURL)
	for _, s := range sources() {
		fmt.Fprintf(&b, "  - name: %s\n    platform: %s\n", s.name, s.platform)
		if s.scheme == "" {
			b.WriteString("    scheme: none\n")
		} else {
			fmt.Fprintf(&b, "    scheme: %s\n    secrets: [file:bench.secret]\n", s.scheme)
		}
		if s.record != nil {
			b.WriteString("    as: {data.purchases: json}\n    mapping:\n")
			for _, p := range s.record.Paths() {
				fmt.Fprintf(&b, "      %s: %s\n", p[0], p[1])
			}
		}
	}
	return os.WriteFile(filepath.Join(dir, "bench.sources"), []byte(b.String()), 0o600)
}

// requests are the calls of the people, byte for byte; s is nil for /v1/decide.
// They are made anew for each round because signatures grow old.
func requests(s *source, people []workload.Person) ([][]byte, error) {
	path, media, bodies := "/v1/decide", "application/json", workload.Bodies(people)
	var scheme *verify.Scheme
	if s != nil {
		path = platform.Address(s.name) + s.below
		switch {
		case s.record != nil:
			bodies = s.record.Bodies(people)
		case s.events:
			media, bodies = "application/cloudevents+json", workload.Events(people)
		}
		if s.scheme != "" {
			var err error
			if scheme, err = verify.New(s.scheme, []verify.Secret{secret}, verify.Options{Source: s.name}); err != nil {
				return nil, err
			}
		}
	}
	out := make([][]byte, len(bodies))
	for i, body := range bodies {
		var extra strings.Builder
		if scheme != nil {
			r, err := scheme.Sign(verify.Request{Method: "POST", PublicURL: publicURL, Path: path, Body: body, Received: time.Now()})
			if err != nil {
				return nil, err
			}
			for _, f := range r.Header {
				fmt.Fprintf(&extra, "%s: %s\r\n", f.Name, f.Value)
			}
		}
		out[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s", path, media, extra.String(), len(body), body)
	}
	return out, nil
}
