package hubspot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/hubspot"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"callbackId":"ap-900-111-22-0","origin":{"portalId":900,"actionDefinitionId":111},` +
	`"context":{"source":"WORKFLOWS","workflowId":555},"object":{"objectId":614,"objectType":"CONTACT",` +
	`"properties":{"email":"ada@example.test","country":"PL","agreed":"true","num_orders":"2"}},"inputFields":{"campaign":"oct-drop"}}`

func TestKit(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{
		Platform: hubspot.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(ada),
		},
		Options: platform.Options{Mapping: []payload.Rule{
			{Field: "contact.country", From: []string{"object.properties.country", "country"}},
			{Field: "consent.marketing", From: []string{"object.properties.agreed", "agreed"}},
			{Field: "orders.count", From: []string{"object.properties.num_orders", "num_orders"}},
		}},
		Forms: true, Keyed: true,
	})
}

// HubSpot wants every output declared before: the definition has all that an
// answer holds, and a label for each.
func TestEveryOutputIsDeclared(t *testing.T) {
	recipe := hubspot.Platform().Recipe(platform.Recipe{URL: "https://w.example/v1/in/hubspot", Slots: []string{"hero", "side-bar"}})
	_, text, _ := strings.Cut(recipe, "```json\n")
	text, _, _ = strings.Cut(text, "```")
	var definition struct {
		OutputFields []struct {
			TypeDefinition struct{ Name string }
		}
		Labels struct {
			En struct{ OutputFieldLabels map[string]string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &definition))
	var declared, labelled, given []string
	for _, f := range definition.OutputFields {
		declared = append(declared, f.TypeDefinition.Name)
	}
	for name := range definition.Labels.En.OutputFieldLabels {
		labelled = append(labelled, name)
	}
	a := platform.Answer{JSON: []byte(`{"decision_id":"D","send":false,"action":"suppress","variants":{"hero":"vip","side-bar":"x"},"reasons":[]}`)}
	for name := range payload.Members(append(a.AppendFlat([]byte{'{'}, platform.AllSlots), '}')) {
		given = append(given, name)
	}
	require.ElementsMatch(t, given, declared)
	require.ElementsMatch(t, given, labelled)
}
