package salesmanago_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/salesmanago"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"id":"r1","name":"october","contactId":"sm-1","description":"","email":"ada@example.test","phone":"","company":"Acme","country":"PL","opted_in":true,"orders":"2"}`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: salesmanago.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_url": "https://app3.salesmanago.pl", "client_id": "c", "api_secret": "s", "owner": "anna@shop.example", "look_up": false}, Mapping: []payload.Rule{{Field: "orders.count", From: []string{"orders"}}}},
		Keyed:   false,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
