package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/capture"
	"github.com/winnow-gate/winnow/plugin/platform/sources"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

type sendFlags struct {
	to, bundle, sources, source, now string
	sign, explain                    bool
}

const sendHelp = `Send replays a captured request (.http) and explains the answer.

With --to it goes to a running server. With --bundle and --sources it is answered
here, without a log: what was asked, decided and answered is shown, and what the
platform makes of it. Either way --sign signs it anew with the first secret of its
source, since most signatures are good for five minutes; --now sets the clock to
when it was captured instead.

  winnow send call.http --bundle shop --sources sources.yaml --sign --explain`

func newSendCmd(e *env) *cobra.Command {
	f := sendFlags{}
	cmd := &cobra.Command{
		Use: "send FILE.http", Short: "Replay a captured request and explain the answer", Args: takes(1, 1), Long: sendHelp,
		RunE: func(cmd *cobra.Command, args []string) error { return e.send(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "address of a running server, as in http://127.0.0.1:8080")
	flags.StringVar(&f.bundle, "bundle", "", "folder of the bundle to decide with, here")
	flags.StringVar(&f.sources, "sources", "", "file of sources")
	flags.StringVar(&f.source, "source", "", "name of the source (default: what the request's address says)")
	flags.StringVar(&f.now, "now", "", "clock, as 2026-11-22T12:00:00Z (default: now)")
	flags.BoolVar(&f.sign, "sign", false, "sign the request anew with the source's first secret")
	flags.BoolVar(&f.explain, "explain", false, "show every rule, as winnow explain does")
	return cmd
}

func (e *env) send(ctx context.Context, file string, f sendFlags) error {
	if (f.to == "") == (f.bundle == "") {
		return failure(exitUsage, "give --to URL for a running server, or --bundle DIR and --sources FILE to answer here", "it is not clear who is to answer")
	}
	if f.sources == "" && (f.bundle != "" || f.sign) {
		return failure(exitUsage, "as in --sources sources.yaml", "the file of sources is missing")
	}
	req, err := readCapture(file)
	if err != nil {
		return err
	}
	if req.Received, err = e.clock(f.now); err != nil {
		return err
	}
	c, config, err := e.addressed(req, f)
	if err != nil {
		return err
	}
	if f.to != "" {
		return e.sendOut(ctx, c, config, f)
	}
	return e.answerHere(ctx, c, config, f)
}

// addressed finds the source of a request and signs it if need be. Without a
// file of sources there is no config.
func (e *env) addressed(req *capture.Request, f sendFlags) (c platform.Call, config *sources.Config, err error) {
	c = req.Call
	if f.sources == "" {
		return c, nil, nil
	}
	var b folder
	if f.bundle != "" {
		loaded, err := e.loadBundle(f.bundle)
		if err != nil {
			return c, nil, err
		}
		defer loaded.bundle.Close()
		b = *loaded
	}
	configs, err := e.loadSources(f.sources, b.bundle)
	if err != nil {
		return c, nil, err
	}
	for i := range configs {
		configs[i].Options.OneByOne = true
	}
	if config, err = pick(configs, f.source, &c); err != nil {
		return c, nil, err
	}
	if f.sign && config.Options.Scheme != nil {
		c, err = signCall(config.Options.Scheme, unsignedCopy(c), config.Options.PublicURL)
		c.Below = belowOf(c.Path, config.Options.Name)
	}
	return c, config, err
}

// unsignedCopy is a call without the headers that a signature replaces; those of
// its own it finds by name.
func unsignedCopy(c platform.Call) platform.Call {
	var kept verify.Header
	for _, h := range c.Header {
		if !capture.Transport(h.Name) {
			kept = append(kept, h)
		}
	}
	c.Header = kept
	return c
}

// pick is the source that a call is for, by name or by its address. A call that
// went elsewhere is readdressed.
func pick(configs []sources.Config, name string, c *platform.Call) (*sources.Config, error) {
	if config := forGhost(configs, name, c); config != nil {
		return config, nil
	}
	if name == "" {
		_, rest, _ := strings.Cut(c.Path, platform.Address(""))
		name, _, _ = strings.Cut(rest, "/")
	} else if !strings.HasPrefix(c.Path+"/", platform.Address(name)+"/") {
		c.Path = platform.Address(name)
	}
	var names []string
	for i := range configs {
		if configs[i].Options.Name == name {
			c.Below = belowOf(c.Path, name)
			return &configs[i], nil
		}
		names = append(names, configs[i].Options.Name)
	}
	return nil, failure(exitUsage, "name one with --source: "+strings.Join(names, ", "), "the request's address names no source of the file")
}

func belowOf(path, name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(path, platform.Address(name)), "/")
}

// sendOut sends a call to a running server.
func (e *env) sendOut(ctx context.Context, c platform.Call, config *sources.Config, f sendFlags) error {
	target := strings.TrimSuffix(f.to, "/") + c.Path
	if c.Query != "" {
		target += "?" + c.Query
	}
	req, err := http.NewRequestWithContext(ctx, c.Method, target, bytes.NewReader(c.Body))
	if err != nil {
		return failure(exitUsage, "as in --to http://127.0.0.1:8080", "--to is not the address of a server: %v", err)
	}
	for _, h := range c.Header {
		if !capture.Transport(h.Name) {
			req.Header.Add(h.Name, h.Value)
		}
	}
	client := http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return failure(exitFailed, "check that winnow serve runs there", "the request did not get through: %v", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	r := &platform.Reply{Status: res.StatusCode, Body: body}
	for name := range res.Header {
		r.Set(name, res.Header.Get(name))
	}
	e.showReply(r, config)
	return verdict(r)
}

func keyOf(q gate.Request) string {
	if q.Key == "" {
		return ", without a name that a repeat would be known by"
	}
	return fmt.Sprintf(", under the key %q", q.Key)
}

// showReply shows an answer and what the platform makes of it.
func (e *env) showReply(r *platform.Reply, config *sources.Config) {
	fmt.Fprintf(e.stdout, "answered %d %s\n", r.Status, http.StatusText(r.Status))
	for _, h := range r.Header {
		fmt.Fprintf(e.stdout, "%s: %s\n", h.Name, h.Value)
	}
	if len(r.Body) > 0 {
		fmt.Fprintf(e.stdout, "\n%s\n", pretty(r.Body))
	}
	if config == nil {
		return
	}
	what := config.Platform.Reacts(r)
	fmt.Fprintf(e.stdout, "\n%s %s: %s\n", config.Platform.Title, what.Then, what.Why)
}

// verdict fails when the call was refused.
func verdict(r *platform.Reply) error {
	if r.Status < 400 {
		return nil
	}
	hint := "the answer says why"
	if r.Status == 401 {
		hint = "the answer says why; --sign signs the request anew, --now sets the clock to when it was captured"
	}
	return failure(exitFailed, hint, "the call was refused")
}

func pretty(body []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		return string(body)
	}
	return out.String()
}
