package customerio_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/customerio"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"message":{"id":"d-77","class":"marketing","channel":"email"},` +
	`"contact":{"id":"c-1001","country":"PL"},"consent":{"marketing":true},"orders":{"count":2}}`

func TestKit(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{
		Platform: customerio.Platform(),
		Call: platform.Call{
			Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(ada),
		},
		Forms: true, Keyed: true,
	})
}
