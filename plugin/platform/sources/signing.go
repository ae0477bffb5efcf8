package sources

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
	"github.com/winnow-gate/winnow/rules/diag"
	"github.com/winnow-gate/winnow/rules/format"
)

// scheme makes the way of verifying, nil for none or after a mistake.
func (l *loader) scheme(s *Source, p platform.Platform) *verify.Scheme {
	id := p.Schemes[0]
	if s.Scheme != nil {
		if id = verify.ID(s.Scheme.Value); !l.accepts(s.Scheme, p) {
			return nil
		}
	}
	secrets, ok := l.secrets(s)
	if id == "none" {
		l.warn(s.Scheme.At, diag.OpenSource, "anybody who can reach this source may call it", "use it on a private network only, or give it a scheme and secrets")
		return nil
	}
	if len(s.Secrets) == 0 {
		l.fail(s.At, diag.MissingKey, fmt.Sprintf("the source signs with %s, so it needs secrets", id), "add secrets: [file:PATH] or [env:NAME]")
		return nil
	}
	if l.url == "" && signsURL(id) {
		l.fail(s.At, diag.MissingKey, fmt.Sprintf("signatures of %s cover the address, so the file needs public_url", id), "add public_url: https://winnow.shop.example at the top of the file")
	}
	if !ok || l.o.ReadFile == nil {
		return nil
	}
	o := verify.Options{Source: s.Name.Value, Tolerance: p.Tolerance}
	if s.Tolerance != nil {
		o.Tolerance = s.Tolerance.Value
	}
	if s.Header != nil {
		o.Name = s.Header.Value
	}
	scheme, err := verify.New(id, secrets, o)
	if err != nil {
		var e *verify.Error
		msg := err.Error()
		if errors.As(err, &e) {
			msg = e.Detail
		}
		l.fail(s.Secrets[0].At, diag.BadSecret, fmt.Sprintf("scheme %s: %s", id, msg), "winnow sign "+string(id)+" --help says what its secrets look like")
	}
	l.shortSecrets(s, id, secrets)
	return scheme
}

// enough is how many characters keep a secret from being guessed.
const enough = 16

// shortSecrets warns of those that their owner chose and callers show as they are.
func (l *loader) shortSecrets(s *Source, id verify.ID, secrets []verify.Secret) {
	switch id {
	case verify.StaticHeader, verify.Basic, verify.CloudEvents:
	default:
		return
	}
	for i, secret := range secrets {
		text := string(secret)
		if _, password, ok := strings.Cut(text, ":"); ok && id == verify.Basic {
			text = password
		}
		if n := utf8.RuneCountInString(text); n > 0 && n < enough {
			l.warn(s.Secrets[i].At, diag.ShortSecret, fmt.Sprintf("a secret of %d characters can be guessed: callers show it as it is", n),
				fmt.Sprintf("give it at least %d, drawn at random: openssl rand -hex 16", enough))
		}
	}
}

func signsURL(id verify.ID) bool {
	switch id {
	case verify.HubSpot, verify.HubSpotV2, verify.HubSpotV3, verify.Mandrill:
		return true
	}
	return false
}

// accepts reports whether the platform signs in this way.
func (l *loader) accepts(t *format.Text, p platform.Platform) bool {
	names := []string{"none"}
	for _, id := range p.Schemes {
		names = append(names, string(id))
	}
	if slices.Contains(names, t.Value) {
		return true
	}
	msg := fmt.Sprintf("%s does not sign with %q", p.Name, t.Value)
	if _, known := verify.Describe(verify.ID(t.Value)); !known {
		msg = fmt.Sprintf("there is no scheme %q", t.Value)
	}
	l.fail(t.At, diag.UnknownScheme, msg, orList(t.Value, names, p.Name+" has"))
	return false
}

// secrets fetches the secrets that references name.
func (l *loader) secrets(s *Source) (out []verify.Secret, ok bool) {
	ok = true
	for _, t := range s.Secrets {
		secret, err := l.secret(t)
		if err != nil {
			ok = false
			continue
		}
		out = append(out, secret)
	}
	return out, ok
}

var errSecret = errors.New("told")

func (l *loader) secret(t format.Text) (verify.Secret, error) {
	kind, rest, _ := strings.Cut(t.Value, ":")
	switch {
	case (kind == "file" || kind == "env") && strings.TrimSpace(rest) == "":
		l.fail(t.At, diag.SecretLiteral, "the secret's place is missing", "write file:PATH or env:NAME")
		return "", errSecret
	case kind == "file" && l.o.ReadFile != nil:
		return l.fromFile(t, rest)
	case kind == "env" && l.o.Getenv != nil:
		if v := l.o.Getenv(rest); v != "" {
			return verify.Secret(v), nil
		}
		l.fail(t.At, diag.SecretNotFound, fmt.Sprintf("the environment has no %s", rest), "set it before winnow starts, or name a file: file:PATH")
		return "", errSecret
	case kind == "file", kind == "env":
		return "", nil
	}
	l.blot(t.Value)
	l.fail(t.At, diag.SecretLiteral, "a secret stands in the file", "put it into a file or the environment and write file:PATH or env:NAME; then change it, since it has been seen")
	return "", errSecret
}

// fromFile reads a secret; a line end at its end is the editor's.
func (l *loader) fromFile(t format.Text, path string) (verify.Secret, error) {
	b, err := l.o.ReadFile(path)
	if err != nil {
		why := "can't be read"
		if errors.Is(err, fs.ErrNotExist) {
			why = "is not there"
		}
		l.fail(t.At, diag.SecretNotFound, fmt.Sprintf("the file %s %s", path, why), "paths are relative to this file; the file holds the secret and nothing else")
		return "", errSecret
	}
	b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
	return verify.Secret(b), nil
}

// blot hides a literal secret wherever the file is shown.
func (l *loader) blot(secret string) {
	if len(secret) > 0 {
		l.shown = bytes.ReplaceAll(l.shown, []byte(secret), bytes.Repeat([]byte("*"), len([]rune(secret))))
	}
}
