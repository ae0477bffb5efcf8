package verify_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	v "github.com/winnow-gate/winnow/plugin/platform/verify"
)

// bench is one scheme under test: it signs with the first secret and verifies
// with what the platform would show.
type bench struct {
	subject
	id     v.ID
	info   v.Info
	signed v.Request
}

func newBench(t testing.TB, id v.ID) bench {
	t.Helper()
	s, ok := subjects()[id]
	require.True(t, ok, "scheme %s is not in the conformance suite: add it to subjects", id)
	info, ok := v.Describe(id)
	require.True(t, ok)
	b := bench{subject: s, id: id, info: info}
	b.signed = b.sign(t, s.secrets[0])
	return b
}

func (b bench) scheme(t testing.TB, o v.Options, secrets ...v.Secret) *v.Scheme {
	t.Helper()
	s, err := v.New(b.id, secrets, o)
	require.NoError(t, err)
	return s
}

func (b bench) sign(t testing.TB, secret v.Secret) v.Request {
	t.Helper()
	r := request(b.body)
	if b.id == v.SecretPath {
		r.Path = "/v1/in/hook"
	}
	signed, err := b.scheme(t, b.opts, secret).Sign(r)
	require.NoError(t, err)
	return signed
}

// check verifies with the first secret.
func (b bench) check(t testing.TB, r v.Request) error {
	t.Helper()
	return b.scheme(t, b.opts, b.verifiers()[0]).Verify(r)
}

// refused fails unless the error is of a reason, names the scheme and holds
// nothing of the call or the secrets.
func (b bench) refused(t testing.TB, err error, want v.Reason) {
	t.Helper()
	require.ErrorIs(t, err, want)
	var e *v.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, b.id, e.Scheme)
	for _, p := range append(b.places(), body()) {
		if s := p.get(b.signed); len(s) > 4 {
			require.NotContains(t, err.Error(), s, p.name)
		}
	}
	for _, s := range append(b.secrets[:], b.wrong, b.shown[0]) {
		if s != "" {
			require.NotContains(t, err.Error(), string(s))
		}
	}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	require.Len(t, subjects(), len(v.IDs()))
	checks := []struct {
		name string
		run  func(*testing.T, bench)
	}{
		{"signs and verifies", signs},
		{"any bit", anyBit},
		{"missing", missing},
		{"window", window},
		{"empty secret", emptySecret},
		{"wrong secret", wrongSecret},
		{"rotation", rotation},
		{"doubled", doubled},
		{"names of headers", names},
		{"garbage around it", garbage},
		{"replay", replay},
	}
	for _, id := range v.IDs() {
		for _, c := range checks {
			t.Run(string(id)+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				c.run(t, newBench(t, id))
			})
		}
	}
}

func signs(t *testing.T, b bench) {
	require.NoError(t, b.check(t, b.signed))
	require.NotEmpty(t, b.info.Source)
	require.Equal(t, b.signed, b.sign(t, b.secrets[0]), "signing is not repeatable")

	before := request(b.body)
	before.Header = slices.Grow(before.Header, 8) // so that an append would show
	_, err := b.scheme(t, b.opts, b.secrets[0]).Sign(before)
	require.NoError(t, err)
	require.Equal(t, request(b.body).Header, before.Header)
	require.Equal(t, v.Field{}, before.Header[:cap(before.Header)][len(before.Header)])
}

func anyBit(t *testing.T, b bench) {
	s := b.scheme(t, b.opts, b.verifiers()[0])
	if b.info.Body {
		require.Contains(t, namesOf(b.places()), "body")
	}
	for _, p := range b.places() {
		text := p.get(b.signed)
		require.NotEmpty(t, text, p.name)
		for i := range len(text) * 8 {
			changed := []byte(text)
			changed[i/8] ^= 1 << (i % 8)
			r := p.set(b.signed, string(changed))
			if b.id == v.Mandrill && p.same(b.signed, r) {
				continue // %5B and %5b: the one scheme that decodes
			}
			require.Error(t, s.Verify(r), "bit %d of %s", i, p.name)
		}
	}
}

func namesOf(places []place) []string {
	var out []string
	for _, p := range places {
		out = append(out, p.name)
	}
	return out
}

func missing(t *testing.T, b bench) {
	err := b.check(t, b.proof.without(b.signed))
	b.refused(t, err, v.Missing)
	if b.stamp.get != nil && b.id != v.Ghost { // Ghost has both in one header
		b.refused(t, b.check(t, b.stamp.without(b.signed)), v.Missing)
		b.refused(t, b.check(t, b.stamp.set(b.signed, "")), v.Missing)
	}
	bare := request(b.body)
	require.Error(t, b.check(t, bare), "a call that nobody signed")
	require.Error(t, b.check(t, v.Request{}))
}

func window(t *testing.T, b bench) {
	at := func(d time.Duration) v.Request {
		r := b.signed
		r.Received = r.Received.Add(d)
		return r
	}
	if b.stamp.get == nil {
		require.False(t, b.info.Time)
		require.NoError(t, b.check(t, at(1e4*time.Hour)))
		require.NoError(t, b.check(t, at(-1e4*time.Hour)))
		return
	}
	for _, inside := range []time.Duration{5*time.Minute - 1, -5*time.Minute + 1} {
		require.NoError(t, b.check(t, at(inside)))
	}
	b.refused(t, b.check(t, at(5*time.Minute)), v.Stale)
	b.refused(t, b.check(t, at(24*365*time.Hour)), v.Stale)
	b.refused(t, b.check(t, at(-5*time.Minute)), v.Future)
	forgotten := b.signed
	forgotten.Received = time.Time{}
	b.refused(t, b.check(t, forgotten), v.Future)

	wide := b.scheme(t, v.Options{Tolerance: time.Hour}, b.verifiers()[0])
	require.NoError(t, wide.Verify(at(59*time.Minute)))
	b.refused(t, wide.Verify(at(time.Hour)), v.Stale)
	_, err := v.New(b.id, b.verifiers()[:1], v.Options{Tolerance: -1})
	require.ErrorIs(t, err, v.Malformed)
}

func emptySecret(t *testing.T, b bench) {
	good := b.verifiers()[0]
	for _, secrets := range [][]v.Secret{
		nil, {}, {""}, {" \n"}, {good, ""}, {"", good}, {good + "\n"}, {" " + good},
	} {
		_, err := v.New(b.id, secrets, b.opts)
		b.refused(t, err, v.NoSecret)
	}
	var none *v.Scheme
	require.ErrorIs(t, none.Verify(b.signed), v.NoSecret)
	require.ErrorIs(t, new(v.Scheme).Verify(b.signed), v.NoSecret)
	_, err := new(v.Scheme).Sign(b.signed)
	require.ErrorIs(t, err, v.NoSecret)
}

func wrongSecret(t *testing.T, b bench) {
	b.refused(t, b.scheme(t, b.opts, b.wrong).Verify(b.signed), v.Mismatch)
}

func rotation(t *testing.T, b bench) {
	shown := b.verifiers()
	both := b.scheme(t, b.opts, shown[1], shown[0])
	later := b.sign(t, b.secrets[1])
	require.NoError(t, both.Verify(b.signed))
	require.NoError(t, both.Verify(later))
	b.refused(t, b.check(t, later), v.Mismatch)
	three := b.scheme(t, b.opts, b.wrong, shown[1], shown[0])
	require.NoError(t, three.Verify(b.signed))
	b.refused(t, b.scheme(t, b.opts, b.wrong, shown[1]).Verify(b.signed), v.Mismatch)
}

// doubled repeats every header that signing added, right value and wrong.
func doubled(t *testing.T, b bench) {
	for _, f := range b.signed.Header {
		if slices.Contains(request(b.body).Header, f) || f.Name == "Content-Type" {
			continue
		}
		for _, second := range []string{f.Value, "x", ""} {
			r := b.signed
			r.Header = append(slices.Clone(r.Header), v.Field{Name: strings.ToUpper(f.Name), Value: second})
			b.refused(t, b.check(t, r), v.Malformed)
			slices.Reverse(r.Header)
			b.refused(t, b.check(t, r), v.Malformed)
		}
	}
}

func names(t *testing.T, b bench) {
	for _, change := range []func(string) string{strings.ToLower, strings.ToUpper} {
		r := b.signed
		r.Header = slices.Clone(r.Header)
		for i := range r.Header {
			r.Header[i].Name = change(r.Header[i].Name)
		}
		require.NoError(t, b.check(t, r))
	}
}

func garbage(t *testing.T, b bench) {
	proof := b.proof.get(b.signed)
	for _, extra := range []string{" ", "\n", "\r\n", "=", "==", "A", "AAAA", "00", ",", ";", "\x00", "é", proof, "," + proof} {
		for _, text := range []string{extra + proof, proof + extra} {
			r := b.proof.set(b.signed, text)
			if b.proof.same(b.signed, r) {
				continue // "v1,… " is a list with an empty item
			}
			require.Error(t, b.check(t, r), "%q beside it", extra)
		}
	}
	for _, instead := range []string{"x", "v1,", "v1a,", "sha256=", "sha256=, t=", "..", "a.b.c", "null", "0", strings.Repeat("A", 1<<16)} {
		require.Error(t, b.check(t, b.proof.set(b.signed, instead)), "%.20q instead", instead)
	}
	if b.stamp.get == nil {
		return
	}
	for _, stamp := range []string{"x", "-1", "+1760000000", "01760000000", "1760000000.0", "1.76e9", "0x68e7", "99999999999999999999", " 1760000000"} {
		b.refused(t, b.check(t, b.stamp.set(b.signed, stamp)), v.Malformed)
	}
}

func replay(t *testing.T, b bench) {
	if !b.info.Repeats {
		_, err := v.New(b.id, b.verifiers()[:1], v.Options{Memory: v.NewRecent(8)})
		b.refused(t, err, v.Malformed)
		return
	}
	memory := v.NewRecent(8)
	one := b.scheme(t, v.Options{Memory: memory, Source: "one"}, b.verifiers()[0])
	another := b.scheme(t, v.Options{Memory: memory, Source: "another"}, b.verifiers()[0])
	forged := b.proof.set(b.signed, b.proof.get(b.sign(t, b.secrets[1])))
	b.refused(t, one.Verify(forged), v.Mismatch)
	require.NoError(t, one.Verify(b.signed), "a forged call must not be remembered")
	require.NoError(t, another.Verify(b.signed))
	b.refused(t, one.Verify(b.signed), v.Replayed)
	b.refused(t, one.Verify(forged), v.Mismatch)
	padded := b.signed
	padded.Header = append(slices.Clone(padded.Header), v.Field{Name: "X-Shopify-Webhook-Id", Value: "new"})
	b.refused(t, one.Verify(padded), v.Replayed)
}

// TestReasons pins what metrics and configuration rely on.
func TestReasons(t *testing.T) {
	t.Parallel()
	for _, r := range []v.Reason{v.Missing, v.Malformed, v.Mismatch, v.Stale, v.Future, v.Replayed, v.Reused, v.NoSecret} {
		require.NotEmpty(t, r.Hint(), r)
		require.False(t, errors.Is(&v.Error{Reason: r}, v.Reason("other")))
	}
	require.Empty(t, v.Reason("other").Hint())
	_, err := v.New("nonsense", []v.Secret{"x"}, v.Options{})
	require.ErrorContains(t, err, "stdwh-v1")
}
