package platform_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// What the documentation shows as the smallest platform is one.
func TestTheSmallestPlatformPassesTheKit(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{Platform: pigeon(), Call: platform.Call{
		Method: "POST", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(`{"who":"c1","agreed":true}`),
	}})
}
