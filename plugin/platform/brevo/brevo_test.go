package brevo_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/brevo"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"contact_id":7,"email":"ada@example.test","step_id":"3","workflow_id":"12","attributes":{"COUNTRY":"PL","OPT_IN":true,"ORDERS":"2"}}`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: brevo.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_key": "k"}, Mapping: []payload.Rule{{Field: "contact.country", From: []string{"attributes.COUNTRY"}}, {Field: "consent.marketing", From: []string{"attributes.OPT_IN"}}, {Field: "orders.count", From: []string{"attributes.ORDERS"}}}},
		Keyed:   false,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
