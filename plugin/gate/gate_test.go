package gate_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
)

const polish = `{"contact":{"id":"c1","email":"Anna@shop.example","country":"PL"},"consent":{"marketing":true},"orders":{"count":1},"message":{"class":"marketing"}}`

func TestDecisionIsInTheLogBeforeItIsAnswered(t *testing.T) {
	g := newGate(t, shop, gate.Options{})
	raw, err := g.Decide(nil, gate.Request{Body: []byte(polish)})
	require.NoError(t, err)
	a := parse(t, raw)
	require.True(t, a.Send)
	require.Equal(t, "vip", a.Variants["hero"])
	require.Equal(t, g.Bundle().Digest(), a.Bundle)

	id, err := gate.ParseID(a.ID)
	require.NoError(t, err)
	r, ok, err := g.Decision(context.Background(), id)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, string(raw), string(r.Answer))
	require.NotContains(t, string(r.Facts), "shop.example")
}
