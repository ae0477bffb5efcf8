package mailchimp_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/mailchimp"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `type=profile&fired_at=2026-11-22+12%3A00%3A00&data%5Bid%5D=m9&data%5Bemail%5D=ada%40example.test&data%5Blist_id%5D=l1&data%5Bmerges%5D%5BCOUNTRY%5D=PL&data%5Bmerges%5D%5BOPTIN%5D=true&data%5Bmerges%5D%5BORDERS%5D=2`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: mailchimp.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_key": "k-us6", "list": "l1"}, Mapping: []payload.Rule{{Field: "contact.country", From: []string{"data.merges.COUNTRY"}}, {Field: "consent.marketing", From: []string{"data.merges.OPTIN"}}, {Field: "orders.count", From: []string{"data.merges.ORDERS"}}}},
		Keyed:   false,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
