package platform_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// flat is what AppendFlat makes, from all of the answer.
func flat(t *testing.T, a *platform.Answer) map[string]string {
	t.Helper()
	d := a.Read()
	out := map[string]string{
		"winnow_send": strconv.FormatBool(d.Send), "winnow_action": d.Action, "winnow_reason": d.Why(),
		"winnow_decision_id": d.ID, "winnow_degraded": strconv.FormatBool(d.Degraded),
	}
	require.Len(t, out, platform.FlatFields)
	for _, v := range d.Variants {
		out[platform.FlatName(v.Slot)] = v.Variant
	}
	return out
}

func TestFlat(t *testing.T) {
	ask := contenders()[0].asker(site(t))
	answers := [][]byte{
		[]byte(`{"decision_id":"1","send":false,"action":"hold","variants":{"top-hero":"a\"b","x":"ü<"},"reasons":[{"code":"slot_rule"},{"code":"gate_closed"}],"degraded":true,"bundle":""}`),
		[]byte(`{"decision_id":"1","send":false,"action":"route","variants":{},"reasons":[],"degraded":false,"bundle":"a"}`),
		(&platform.Trouble{Kind: platform.Broken, Wants: platform.HoldBack}).Default().JSON,
		(&platform.Trouble{Kind: platform.Broken, Wants: platform.SendDefault}).Default().JSON,
	}
	for i := range contenders()[0].bodies {
		answers = append(answers, slices.Clone(ask(i).Body()))
	}
	reasons, degraded := map[string]bool{}, 0
	for _, answer := range answers {
		a := platform.Answer{JSON: answer}
		want := flat(t, &a)
		reasons[want["winnow_reason"]] = true
		if want["winnow_degraded"] == "true" {
			degraded++
		}
		var got map[string]string
		require.NoError(t, json.Unmarshal(append(a.AppendFlat([]byte{'{'}, platform.AllSlots), '}'), &got))
		require.Equal(t, want, got)
		var reason string
		require.NoError(t, json.Unmarshal(a.AppendReason(nil), &reason))
		require.Equal(t, want["winnow_reason"], reason)
		for slots := range len(want) - platform.FlatFields + 1 {
			var got map[string]string
			require.NoError(t, json.Unmarshal(append(a.AppendFlat([]byte{'{'}, slots), '}'), &got))
			require.Len(t, got, platform.FlatFields+slots)
		}
	}
	require.Greater(t, len(reasons), 3)
	require.Equal(t, 3, degraded)
	require.JSONEq(t, `""`, string((&platform.Answer{}).AppendReason(nil)), "there is no decision")
}

// What the gate tells of an answer besides is what is in it.
func TestFlatOfAnAnswerJustGiven(t *testing.T) {
	handler, list := site(t), contenders()
	asked := slices.IndexFunc(list, func(c contender) bool { return c.name == "hubspot" })
	require.Positive(t, asked)
	direct, source := list[0].asker(handler), list[asked].asker(handler)
	sent := map[string]int{}
	for i := range list[0].bodies {
		answer := platform.Answer{JSON: slices.Clone(direct(i).Body())}
		want := flat(t, &answer)
		var got struct {
			Outputs map[string]string `json:"outputFields"`
		}
		require.NoError(t, json.Unmarshal(source(i).Body(), &got))
		delete(got.Outputs, "hs_execution_state")
		got.Outputs["winnow_decision_id"] = want["winnow_decision_id"] // each decision has one of its own
		require.Equal(t, want, got.Outputs)
		sent[want["winnow_send"]]++
	}
	require.Len(t, sent, 2, "some are sent to and some are not")
}
