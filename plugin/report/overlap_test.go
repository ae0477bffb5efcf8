package report

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/console"
	"github.com/winnow-gate/winnow/rules/census"
)

func TestSizesNameWhomNobodyIsOf(t *testing.T) {
	r := &census.PairReport{Contacts: 10, Personas: []census.PersonaSize{{ID: "none"}, {ID: "few", N: 2}, {ID: "lost"}, {ID: "many", N: 7, Negative: true}}}
	got := sizes(r)
	require.Len(t, got, 2)
	bars := got[0].(console.Bars).Bars
	require.Equal(t, []string{"many (negative)", "few (positive)"}, []string{bars[0].Label, bars[1].Label})
	require.Len(t, bars, 2)
	require.Equal(t, console.Text("Nobody here is of: none, lost."), got[1])
	require.Equal(t, "none", r.Personas[0].ID, "the report keeps its order")
}

// What a condition would do is said in words, whom it loses too.
func TestWhatWouldKeepPersonasApart(t *testing.T) {
	a := &census.Apart{To: "complaint", Condition: "not own", Drops: 15, Costs: 9}
	require.Equal(t, "complaint: and not own (leaves 15 to the other, and loses 9 of its own)", apart(census.Pair{Apart: a}))
	a.Costs = 0
	require.Equal(t, "complaint: and not own (leaves 15 to the other)", apart(census.Pair{Apart: a}))
}
