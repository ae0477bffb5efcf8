package mautic_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/mautic"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `contact_id=52&email=ada%40example.test&campaign=october&message.id=message.id%3Doctober&contact.country=contact.country%3DPL&consent.marketing=consent.marketing%3Dtrue&orders.count=orders.count%3D2`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: mautic.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/x-www-form-urlencoded"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_url": "https://mautic.test", "api_user": "u", "api_password": "p"}},
		Keyed:   true,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
