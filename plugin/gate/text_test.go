package gate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// The text of a request is its body; where values stand for the body, it is theirs.
func TestTheTextOfARequest(t *testing.T) {
	require.Empty(t, (&gate.Request{}).Text())
	require.Equal(t, `{"a":1}`, string((&gate.Request{Body: []byte(`{"a":1}`)}).Text()))
	require.Equal(t, `{"b":2}`, string((&gate.Request{Body: []byte(`{"a":1}`), Values: &written{body: `{"b":2}`}}).Text()))
}
