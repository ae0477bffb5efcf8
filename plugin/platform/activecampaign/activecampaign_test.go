package activecampaign_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/activecampaign"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `type=contact_tag_added&date_time=2026-11-22T12%3A00%3A00-06%3A00&initiated_from=admin&contact%5Bid%5D=9&contact%5Bemail%5D=ada%40example.test&contact%5Bfields%5D%5Bcountry%5D=PL&contact%5Bfields%5D%5Bopt_in%5D=true&contact%5Bfields%5D%5Borders%5D=2`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: activecampaign.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_url": "https://a.test", "api_key": "k"}, Mapping: []payload.Rule{{Field: "contact.country", From: []string{"contact.fields.country"}}, {Field: "consent.marketing", From: []string{"contact.fields.opt_in"}}, {Field: "orders.count", From: []string{"contact.fields.orders"}}}},
		Keyed:   false,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
