package hubspot_test

import (
	"testing"

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
