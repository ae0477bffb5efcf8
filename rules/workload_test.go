package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/workload"
)

func workloadBundle(t testing.TB) *rules.Bundle { return bundle(t, workload.Rules()) }

// The bundle and the hand-written rules answer alike, contact by contact.
func TestWorkloadAgreesWithHandWritten(t *testing.T) {
	b := workloadBundle(t)
	ps := workload.People(1024)
	for i, body := range workload.Bodies(ps) {
		d := decide(t, b, string(body))
		want, slots := workload.ByHand(&ps[i])
		var got uint16
		for j, p := range workload.Personas() {
			for _, id := range d.Personas {
				if id == p.ID {
					got |= 1 << j
				}
			}
		}
		require.Equal(t, want, got, "%s", body)
		for s := range slots {
			variant := "generic"
			if slots[s] > 0 {
				variant = workload.Slots()[s*5+int(slots[s])-1].ID
			}
			require.Equal(t, variant, d.Variants[s].Variant, "%s", body)
		}
	}
}
