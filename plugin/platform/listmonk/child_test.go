package listmonk_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/listmonk"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/store"
)

// The child of the delivery test is this binary again: a process of its own can
// be killed. Its environment names the folder of its files and the mail server.
const childDir, childSMTP = "WINNOW_LISTMONK_CHILD_DIR", "WINNOW_LISTMONK_CHILD_SMTP"

// childWorkers is how many letters the child has under way at a time.
const childWorkers = 16

const childRules = `winnow: 1
personas:
  - id: returner
    kind: negative
    name: Sends back most of what they buy
    when: orders.count >= 5
    action: suppress
slots:
  hero:
    default: generic
    variants: {vip: {headline: "For you"}, generic: {}}
    rules:
      - {when: contact.country == "PL", use: vip}
`

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(dir, os.Getenv(childSMTP)); err != nil {
			fmt.Fprintln(os.Stderr, "child:", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child serves a listmonk source with all that is behind it, until its standard
// input ends.
func child(dir, smtp string) error {
	ctx := context.Background()
	log, err := store.Open(dir+"/log.db", store.Options{})
	if err != nil {
		return err
	}
	g, err := gate.New(gate.Options{Store: gate.SQLite(log), Keys: []gate.HashKey{{Version: 1, Secret: make([]byte, 16)}}})
	if err != nil {
		return err
	}
	if err := g.Reload(ctx, fstest.MapFS{"rules.yaml": {Data: []byte(childRules)}}); err != nil {
		return err
	}
	carrier, err := relay.NewSMTP(relay.SMTPOptions{Addr: smtp, Security: relay.Cleartext})
	if err != nil {
		return err
	}
	r, err := relay.Open(dir+"/relay.db", relay.Options{
		Gate: g, Carriers: map[string]relay.Carrier{"lists": carrier}, Workers: childWorkers,
		FirstRetry: 50 * time.Millisecond, LastRetry: time.Second,
	})
	if err != nil {
		return err
	}
	source, err := platform.NewSource(listmonk.Platform(r), platform.Options{Name: "lists"}, g)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: serveSource(source)}
	go func() { _ = server.Serve(ln) }()
	fmt.Printf("http://%s%s\n", ln.Addr(), platform.Address("lists"))
	_, _ = io.Copy(io.Discard, os.Stdin)
	last, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for _, end := range []func() error{
		func() error { return server.Shutdown(last) },
		func() error { return r.Close(last) }, g.Close,
		func() error { return log.Close(last) },
	} {
		if err := end(); err != nil {
			return err
		}
	}
	return nil
}

func serveSource(s *platform.Source) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			w.WriteHeader(400)
			return
		}
		c := &platform.Call{Method: req.Method, Path: req.URL.Path, Query: req.URL.RawQuery, Body: body, Received: time.Now()}
		for name, values := range req.Header {
			for _, v := range values {
				c.Header = append(c.Header, verify.Field{Name: name, Value: v})
			}
		}
		var r platform.Reply
		s.Serve(c, &r)
		for _, f := range r.Header {
			w.Header().Set(f.Name, f.Value)
		}
		w.WriteHeader(r.Status)
		_, _ = w.Write(r.Body)
	})
}
