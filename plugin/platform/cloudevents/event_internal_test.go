package cloudevents

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A member that is null is one that is not there, in whatever order they come.
func TestNullIsNothing(t *testing.T) {
	for _, members := range []string{
		`"data_base64":null,"data":{"a":1}`,
		`"data":{"a":1},"data_base64":null`,
		`"data":null,"data_base64":"eyJhIjoxfQ=="`,
		`"data_base64":"eyJhIjoxfQ==","data":null`,
		`"subject":null,"data":{"a":1}`,
	} {
		e, err := parseStructured([]byte(`{"specversion":"1.0","id":"1","source":"/a","type":"t",`+members+`}`), nil)
		require.NoError(t, err, members)
		require.JSONEq(t, `{"a":1}`, string(e.data), members)
		require.Empty(t, e.get("subject"))
	}
	_, err := parseStructured([]byte(`{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{},"data_base64":"e30="}`), nil)
	require.ErrorIs(t, err, errTwice)
}

// Two events are never taken for one, whatever their source and id hold.
func TestSourceAndIDStayApart(t *testing.T) {
	parse := func(source, id string) event {
		e, err := parseStructured([]byte(`{"specversion":"1.0","id":"`+id+`","source":"`+source+`","type":"t","data":{}}`), nil)
		require.NoError(t, err)
		return e
	}
	one, other := parse("/shop", "1 of 2"), parse("/shop 1", "of 2")
	require.NotEqual(t, one.key(), other.key())
}
