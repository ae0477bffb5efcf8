package inline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/inline"
)

// People whom a platform all calls by the same NULs are not one: no decision reads
// such an id, so it is none in the key of a repeat either.
func TestNamesThatNoDecisionReads(t *testing.T) {
	for contact, want := range map[string]string{
		`{"id":"c1","email":"ada@example.test"}`:         platform.KeyOf("m1", "c1"),
		`{"id":"\u0000","email":"ada@example.test"}`:     platform.KeyOf("m1", "ada@example.test"),
		`{"id":"\u0000\u0000","email":"b@example.test"}`: platform.KeyOf("m1", "b@example.test"),
		`{"id":"\u0000"}`:                    "",
		`{"id":"\u0000","email":"a\u0000b"}`: "",
	} {
		var asks platform.Asks
		asks.Add([]byte(`{"contact":` + contact + `,"message":{"id":"m1"}}`))
		require.Equal(t, want, inline.KeyOf(&asks.Items[0]), contact)
	}
}
