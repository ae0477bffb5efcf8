package card_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/card"
	"github.com/winnow-gate/winnow/rules/format"
)

var today = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func persona(t testing.TB, src string) *format.Persona {
	t.Helper()
	f, list := format.Read("card.yaml", []byte(src))
	require.Empty(t, list)
	return &f.Personas[0]
}

func full(t testing.TB) *format.Persona {
	t.Helper()
	src, err := os.ReadFile("testdata/full.yaml")
	require.NoError(t, err)
	return persona(t, string(src))
}

func TestDue(t *testing.T) {
	at := func(text string) *format.Persona {
		return persona(t, "personas: [{id: a, kind: negative, name: n, when: x, review_by: "+text+"}]")
	}
	end := time.Date(2027, 1, 13, 0, 0, 0, 0, time.UTC)
	require.Equal(t, end, card.Due(at("2027-01-12")), "a date counts to its end")
	require.Zero(t, card.Overdue(at("2027-01-12"), end))
	require.Equal(t, time.Second, card.Overdue(at("2027-01-12"), end.Add(time.Second)))
	require.Equal(t, time.Date(2027, 1, 12, 8, 0, 0, 0, time.UTC), card.Due(at("2027-01-12T09:00+01:00")))
	require.Zero(t, card.Overdue(persona(t, "personas: [{id: a, kind: negative, name: n, when: x}]"), end))
}
