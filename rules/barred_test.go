package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/facts"
)

// Whoever is on the legal suppression list gets no marketing and no surveys,
// whatever the rules, a holdout or trouble would say; nothing else is asked of
// them. What they need is sent.
func TestTheLegalListComesFirstAndLast(t *testing.T) {
	everybodySent := bundle(t, negative("    action: suppress\n    holdout: 100%"))
	for class, sent := range map[string]bool{
		"marketing": false, "research": false, "": false, "nonsense": false,
		"transactional": true, "service": true, "legal": true,
	} {
		in, err := everybodySent.Input([]byte(`{"contact":{"id":"c1"},"message":{"class":"`+class+`"},"orders":{"count":5}}`), noon)
		require.NoError(t, err)
		in.Facts().Barred = "unsubscribe"
		d := everybodySent.Decide(in)
		require.Equal(t, sent, d.Send, class)
		if !sent {
			require.Equal(t, rules.Gate, d.Action)
			require.Empty(t, d.Personas, "a persona had its say")
			require.Equal(t, rules.Reason{Code: rules.LegalSuppressed, Detail: "unsubscribe"}, d.Reasons[len(d.Reasons)-1])
			require.Equal(t, "a", d.Variant("hero"))
		}
		d = everybodySent.Default(in, true, rules.DeadlineDefault)
		require.Equal(t, sent, d.Send, "%s, in trouble", class)
		in.Release()
	}
}

// A body can't bring what the list says, and a record does.
func TestTheLegalListIsRecordedAndNotBrought(t *testing.T) {
	b := bundle(t, negative("    action: suppress"))
	in, err := b.Input([]byte(`{"!":"unsubscribe","^":["orders.count"],"contact":{"id":"c1"},"orders":{"count":1}}`), noon)
	require.NoError(t, err)
	defer in.Release()
	f := in.Facts()
	require.Empty(t, f.Barred)
	count := b.Layout().Slot("orders.count")
	require.Equal(t, facts.Given, f.Slots[count].Origin)
	f.Barred, f.Slots[count].Origin = "complaint", facts.Heard
	record, complete := b.Layout().AppendJSON(nil, f, nil)
	require.True(t, complete)
	require.JSONEq(t, `{"!":"complaint","^":["orders.count"],"contact":{"id":"c1"},"orders":{"count":1}}`, string(record))

	again := b.NewInput()
	defer again.Release()
	again.Now = noon
	_, err = b.Layout().DecodeRecord(record, again.Facts())
	require.NoError(t, err)
	require.True(t, b.Layout().Equal(f, again.Facts()))
	require.Equal(t, facts.Heard, again.Facts().Slots[count].Origin)
	require.False(t, b.Decide(again).Send)
	require.Equal(t, "complaint", again.Facts().Clone().Barred)
}
