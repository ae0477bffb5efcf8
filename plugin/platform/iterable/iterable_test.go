package iterable_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/iterable"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

func own() platform.Options {
	return platform.Options{Mapping: []payload.Rule{
		{Field: "contact.country", From: []string{"country"}},
		{Field: "consent.marketing", From: []string{"agreed"}},
		{Field: "orders.count", From: []string{"orders"}},
	}}
}

func TestFeed(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{
		Platform: iterable.Platform(), Options: own(), Keyed: true,
		Call: platform.Call{Method: "GET", Query: "cid=812&uid=c-1001&country=PL&agreed=true&orders=2"},
	})
}

func TestLiveData(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{
		Platform: iterable.Platform(), Options: own(), Keyed: true, Forms: true,
		Call: platform.Call{
			Method: "POST", Below: "live", Header: verify.Header{{Name: "Content-Type", Value: "application/json"}},
			Body: []byte(`{"cid":812,"uid":"c-1001","country":"PL","agreed":true,"orders":2}`),
		},
	})
}
