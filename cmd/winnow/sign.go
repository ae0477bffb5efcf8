package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/capture"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules/diag"
)

type signFlags struct {
	secret, url, method, body, file, contentType, header, at, as string
}

const signHelp = `Sign makes a test request as a platform would sign it: a curl line, or a .http
file that winnow send replays. The body is --body FILE, standard input, or that of
the request in --file. The secret is named by --secret file:PATH or env:NAME, and
looks as the platform shows it:

  stdwh-v1        whsec_ and base64            stdwh-v1a   whsk_ and base64
  basic           user:password                sendgrid    base64 of a PKCS #8 key
  secret-path, secret-query                    at least 16 characters
  all others      any text

  echo '{"contact":{"id":"c1"}}' | winnow sign stdwh-v1 --secret env:SHOP \
    --url https://winnow.shop.example/v1/in/shop`

func newSignCmd(e *env) *cobra.Command {
	f := signFlags{as: "curl"}
	cmd := &cobra.Command{
		Use: "sign SCHEME", Short: "Make a signed test request", Args: takes(1, 1), Long: signHelp,
		ValidArgs: schemeNames(),
		RunE:      func(_ *cobra.Command, args []string) error { return e.sign(args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.secret, "secret", "", "where the secret is: file:PATH or env:NAME")
	flags.StringVar(&f.url, "url", "", "the address as the platform calls it")
	flags.StringVar(&f.method, "method", "POST", "method of the request")
	flags.StringVar(&f.body, "body", "", "file that holds the body (default: standard input)")
	flags.StringVar(&f.file, "file", "", "a captured request (.http) to sign anew, instead of a body")
	flags.StringVar(&f.contentType, "content-type", "application/json", "Content-Type of the body")
	flags.StringVar(&f.header, "header", "", "header of static-header, parameter of secret-query, where it is not the usual one")
	flags.StringVar(&f.at, "now", "", "time of the signature, as 2026-11-22T12:00:00Z (default: now)")
	wordFlag(cmd, &f.as, "format", "curl or http", "curl", "http")
	return cmd
}

func schemeNames() []string {
	var out []string
	for _, id := range verify.IDs() {
		out = append(out, string(id))
	}
	return out
}

func (e *env) sign(name string, f signFlags) error {
	scheme, err := schemeFor(name, f.secret, verify.Options{Name: f.header})
	if err != nil {
		return err
	}
	c, base, err := e.unsigned(f)
	if err != nil {
		return err
	}
	at, err := e.clock(f.at)
	if err != nil {
		return err
	}
	c.Received = at
	signed, err := signCall(scheme, c, base)
	if err != nil {
		return err
	}
	if f.as == "http" {
		host := strings.TrimPrefix(strings.TrimPrefix(base, "https://"), "http://")
		_, err := e.stdout.Write(capture.Format(&signed, host))
		return err
	}
	line, err := curl(&signed, base)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, line)
	return err
}

// schemeFor makes a scheme of one secret.
func schemeFor(name, ref string, o verify.Options) (*verify.Scheme, error) {
	if _, known := verify.Describe(verify.ID(name)); !known {
		hint := diag.DidYouMean(name, schemeNames())
		if hint == "" {
			hint = "there are " + strings.Join(schemeNames(), ", ")
		}
		return nil, failure(exitUsage, hint, "there is no scheme %q", name)
	}
	secret, err := secretAt(ref)
	if err != nil {
		return nil, err
	}
	scheme, err := verify.New(verify.ID(name), []verify.Secret{secret}, o)
	if err != nil {
		return nil, failure(exitFailed, "winnow sign --help says what secrets look like", "the secret can't be used: %s", detailOf(err))
	}
	return scheme, nil
}

func detailOf(err error) string {
	var v *verify.Error
	if errors.As(err, &v) {
		return v.Detail
	}
	return err.Error()
}

// secretAt fetches a secret. It is never an argument itself: arguments are seen
// by everybody on the machine, and kept in the shell's history.
func secretAt(ref string) (verify.Secret, error) {
	kind, rest, _ := strings.Cut(ref, ":")
	switch {
	case kind == "env" && os.Getenv(rest) != "":
		return verify.Secret(os.Getenv(rest)), nil
	case kind == "env":
		return "", failure(exitFailed, "set it first, as in export "+rest+"=…", "the environment has no %s", rest)
	case kind == "file":
		b, err := os.ReadFile(rest)
		if err != nil {
			return "", failure(exitFailed, "the file holds the secret and nothing else", "can't read the secret: %v", err)
		}
		return verify.Secret(strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")), nil
	}
	return "", failure(exitUsage, "write --secret file:PATH or --secret env:NAME; a secret on the command line is seen by others", "--secret does not say where the secret is")
}

// unsigned is the request to sign, and the address of its server.
func (e *env) unsigned(f signFlags) (c platform.Call, base string, err error) {
	if f.file != "" {
		req, err := readCapture(f.file)
		if err != nil {
			return c, "", err
		}
		c, base = req.Call, "https://"+req.Host
	}
	if f.url != "" {
		u, err := url.Parse(f.url)
		if err != nil || u.Host == "" {
			return c, "", failure(exitUsage, "as in --url https://winnow.shop.example/v1/in/shop", "--url is not an address")
		}
		base, c.Path, c.Query = u.Scheme+"://"+u.Host, u.EscapedPath(), u.RawQuery
	}
	if base == "" || base == "https://" {
		return c, "", failure(exitUsage, "as in --url https://winnow.shop.example/v1/in/shop", "the request has no address: give --url")
	}
	if f.file != "" {
		return c, base, nil
	}
	c.Method = f.method
	if f.method != "GET" && f.method != "HEAD" {
		if c.Body, err = e.bodyFor(f.body); err != nil {
			return c, "", err
		}
		c.Header = c.Header.With("Content-Type", f.contentType)
	}
	return c, base, nil
}

func (e *env) bodyFor(file string) ([]byte, error) {
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, failure(exitFailed, "name the file that holds the body", "can't read the body: %v", err)
		}
		return b, nil
	}
	b, err := io.ReadAll(io.LimitReader(e.stdin, 64<<20))
	if err != nil {
		return nil, failure(exitFailed, "pipe a body in, or name one with --body", "can't read standard input: %w", err)
	}
	return bytes.TrimSuffix(b, []byte("\n")), nil
}

func readCapture(file string) (*capture.Request, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, failure(exitFailed, "name a file with a request in it, as winnow sign --format http writes it", "can't read the request: %v", err)
	}
	req, err := capture.Parse(src)
	if err != nil {
		return nil, failure(exitFailed, "it begins with a line like POST /v1/in/shop HTTP/1.1, then headers, a blank line and the body", "%s: %v", file, err)
	}
	return req, nil
}

// signCall signs a call as the platform would have at the time it is received.
func signCall(s *verify.Scheme, c platform.Call, base string) (platform.Call, error) {
	r := c.Request()
	r.PublicURL = base
	r, err := s.Sign(r)
	if err != nil {
		return c, failure(exitFailed, "winnow help sign says what each scheme wants", "the request can't be signed: %s", detailOf(err))
	}
	c.Method, c.Path, c.Query, c.Header, c.Body = r.Method, r.Path, r.RawQuery, r.Header, r.Body
	return c, nil
}

// maxArgument is how long a body may be to go onto a command line: Linux takes
// arguments of 128 KiB.
const maxArgument = 100 << 10

// curl writes a call as a line for a shell, which sends it as it is: curl would
// take brackets in an address for ranges, and a body that begins with @ for the name
// of a file.
func curl(c *platform.Call, base string) (string, error) {
	var out strings.Builder
	target := base + c.Path
	if c.Query != "" {
		target += "?" + c.Query
	}
	method := "-X " + c.Method
	if c.Method == "HEAD" {
		method = "--head" // with -X it waits for a body
	}
	fmt.Fprintf(&out, "curl -sS -i -g %s %s", method, quoteShell(target))
	for _, f := range c.Header {
		if !capture.Transport(f.Name) {
			fmt.Fprintf(&out, " \\\n  -H %s", quoteShell(f.Name+": "+f.Value))
		}
	}
	if len(c.Body) > maxArgument || bytes.IndexByte(c.Body, 0) >= 0 {
		return "", failure(exitFailed, "use --format http, and send it with winnow send", "the body is too long for a command line, or holds bytes that none can")
	}
	if len(c.Body) > 0 {
		fmt.Fprintf(&out, " \\\n  --data-raw %s", quoteShell(string(c.Body)))
	}
	return out.String(), nil
}

// pasted is a path as it may be pasted into a shell after a verb: quoted if it has to
// be, and never taken for a flag.
func pasted(path string) string {
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if strings.ContainsFunc(path, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./,:+@%=\\", r)
	}) {
		return quoteShell(path)
	}
	return path
}

// quoteShell quotes text for a POSIX shell.
func quoteShell(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
