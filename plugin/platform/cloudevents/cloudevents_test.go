package cloudevents_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/cloudevents"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"contact":{"email":"ada@example.test","country":"PL"},"consent":{"marketing":true},"orders":{"count":2},"message":{"class":"marketing"}}`

func binaryCall() platform.Call {
	return platform.Call{
		Method: "POST",
		Header: verify.Header{
			{Name: "Content-Type", Value: "application/json"},
			{Name: "ce-specversion", Value: "1.0"},
			{Name: "ce-id", Value: "e-1"},
			{Name: "ce-source", Value: "https://shop.example/campaigns"},
			{Name: "ce-type", Value: "example.shop.send.v1"},
			{Name: "ce-subject", Value: "c%20%C5%BB1001"},
		},
		Body: []byte(ada),
	}
}

func settings() platform.Options {
	return platform.Options{Settings: platform.Settings{"origins": []string{"eventemitter.example.com"}, "rate": 120.0}}
}

func TestKitBinary(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{Platform: cloudevents.Platform(), Call: binaryCall(), Options: settings(), Keyed: true})
}

func TestKitStructured(t *testing.T) {
	call := platform.Call{
		Method: "POST",
		Header: verify.Header{{Name: "Content-Type", Value: "application/cloudevents+json; charset=utf-8"}},
		Body: []byte(`{"specversion":"1.0","id":"e-1","source":"https://shop.example/campaigns","type":"example.shop.send.v1",` +
			`"subject":"c-1001","data":` + ada + `}`),
	}
	platformtest.Run(t, platformtest.Kit{Platform: cloudevents.Platform(), Call: call, Options: settings(), Keyed: true})
}

// FuzzDecode holds the adapter against arbitrary events: no panic, and a reply
// always.
func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, platformtest.Kit{Platform: cloudevents.Platform(), Call: binaryCall()},
		[]string{"application/json", "application/cloudevents+json", "application/cloudevents-batch+json; charset=utf-8", "text/plain"},
		ada, `{"specversion":"1.0","id":"1","source":"/a","type":"t","data":{}}`,
		`[{"specversion":"1.0","id":"1","source":"/a","type":"t","data_base64":"e30="}]`, `[]`)
}
