package klaviyo_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/klaviyo"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"message":{"id":"e-1","campaign":"october"},"contact":{"id":"01J1","email":"ada@example.test","country":"PL"},"consent":{"marketing":true},"orders":{"count":2}}`

func kit() platformtest.Kit {
	return platformtest.Kit{
		Platform: klaviyo.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(ada),
		},
		Options: platform.Options{Settings: platform.Settings{"api_key": "pk_test"}},
		Keyed:   true,
	}
}

func TestInbound(t *testing.T) { platformtest.Run(t, kit()) }

func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, kit(), []string{"application/json", "application/x-www-form-urlencoded"}, ada, `{"contact":{"id":"x=x"}}`, "a=b=c&contact[id]=1")
}
