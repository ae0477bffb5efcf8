package relay_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/relay"
	"github.com/winnow-gate/winnow/plugin/relay/relaytest"
)

// Whoever is forgotten gets nothing more, and nothing of them is kept; nobody
// else is touched.
func TestForget(t *testing.T) {
	s := sink(t, relaytest.Options{})
	s.Down()
	b := open(t, s, nil)
	for _, id := range []string{"anna", "ben", "cyd", "dan"} {
		b.accept(letter(id))
	}
	number := letter("eve")
	number.Facts = json.RawMessage(`{"contact":{"id":17,"email":"Eve@elsewhere.test"}}`)
	b.accept(number)
	far := letter("far")
	far.To = "fay@müller.example"
	b.accept(far)
	ctx := t.Context()
	for _, c := range []struct {
		id, address string
		n           int
	}{
		{"", "", 0},
		{"anna", "", 1},
		{"anna", "", 0},
		{"", "BEN@example.test", 1},
		{"", "eve@elsewhere.test", 1},
		{"17", "", 0},
		{"", "Fay <fay@xn--mller-kva.example>", 1},
		{"nobody", "nobody@example.test", 0},
		{"", "<>", 0}, // what is left of it is nobody's address
	} {
		n, err := b.Forget(ctx, c.id, c.address)
		require.NoError(t, err)
		require.Equal(t, c.n, n, "%+v", c)
	}
	require.True(t, b.accept(letter("anna")).Repeat, "that there was one is remembered")
	d, err := relay.OpenDesk(b.path, nil)
	require.NoError(t, err)
	n, err := d.Forget(ctx, "cyd", "")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	for _, e := range b.list(relay.Dropped) {
		_, l, err := d.Show(ctx, e.ID)
		require.NoError(t, err)
		require.Nil(t, l)
	}
	require.NoError(t, d.Close())
	require.NoError(t, s.Up())
	require.EqualValues(t, 1, b.settled().Sent)
	require.Equal(t, map[string]int{"dan@example.test": 1}, s.Counts())
}
