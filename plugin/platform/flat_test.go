package platform_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
)

// The two ways to the flat texts of an answer are one.
func TestFlat(t *testing.T) {
	ask := contenders()[0].asker(site(t))
	answers := [][]byte{
		[]byte(`{"decision_id":"1","send":false,"action":"hold","variants":{"top-hero":"a\"b","x":"ü<"},"reasons":[{"code":"slot_rule"},{"code":"gate_closed"}],"degraded":true}`),
		[]byte(`{"decision_id":"1","send":false,"action":"route","variants":{},"reasons":[],"degraded":false}`),
		(&platform.Trouble{Kind: platform.Broken, Wants: platform.HoldBack}).Default().JSON,
	}
	for i := range contenders()[0].bodies {
		answers = append(answers, slices.Clone(ask(i).Body()))
	}
	reasons := map[string]bool{}
	for _, json := range answers {
		a := platform.Answer{JSON: json}
		d := a.Read()
		reasons[d.Why()] = true
		require.JSONEq(t, string(platform.AppendFlat(nil, d.Flat())), "{"+string(a.AppendFlat(nil))+"}")
	}
	require.Greater(t, len(reasons), 3)
}
