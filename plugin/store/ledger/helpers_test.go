package ledger_test

import (
	"context"
	"crypto/sha256"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/store/ledger"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

const day = 24 * time.Hour

// names hashes without a secret; versions says under which keys.
func names(versions ...byte) ledger.Namer {
	key := func(v byte, text string) (k ledger.Key) {
		sum := sha256.Sum256([]byte(strings.ToLower(text)))
		k[0] = v
		copy(k[1:], sum[:])
		return k
	}
	return func(id, email string) (byID, byEmail []ledger.Key) {
		for _, v := range versions {
			if id != "" {
				byID = append(byID, key(v, "i"+id))
			}
			if email != "" {
				byEmail = append(byEmail, key(v, "e"+email))
			}
		}
		return byID, byEmail
	}
}

func open(t testing.TB, path string, o ledger.Options) *ledger.Ledger {
	t.Helper()
	if o.Names == nil {
		o.Names = names(1)
	}
	if o.Clock == nil {
		o.Clock = noon
	}
	l, err := ledger.Open(path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

func fresh(t testing.TB, o ledger.Options) *ledger.Ledger {
	return open(t, filepath.Join(t.TempDir(), "events"), o)
}

func put(t testing.TB, l *ledger.Ledger, events ...ledger.Event) {
	t.Helper()
	require.NoError(t, l.Put(context.Background(), events...))
}

// value is a field of a contact at a moment; nil when it is not known.
func value(t testing.TB, l *ledger.Ledger, n ledger.Namer, path, id, email string, now, created time.Time) any {
	t.Helper()
	f, ok := ledger.FieldOf(path)
	require.True(t, ok, path)
	byID, byEmail := n(id, email)
	var v ledger.View
	require.NoError(t, l.About(context.Background(), &v, now, created, append(byID, byEmail...)...))
	x, ok := v.Value(f)
	if !ok {
		return nil
	}
	return x
}

// barred is why a contact may not be written to.
func barred(l *ledger.Ledger, n ledger.Namer, channel, id, email string) ledger.Reason {
	byID, byEmail := n(id, email)
	return l.Barred(channel, append(byID, byEmail...)...)
}
