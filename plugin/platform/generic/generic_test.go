package generic_test

import (
	"testing"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/generic"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"contact":{"id":"c-1001","email":"ada@example.test","country":"PL","tags":["reseller","vip"]},` +
	`"consent":{"marketing":true},"orders":{"count":2},"message":{"class":"marketing","campaign":"october"}}`

func TestKit(t *testing.T) {
	platformtest.Run(t, platformtest.Kit{
		Platform: generic.Platform(),
		Call: platform.Call{
			Method: "POST",
			Header: verify.Header{{Name: "Content-Type", Value: "application/json"}, {Name: "Idempotency-Key", Value: "october:c-1001"}},
			Body:   []byte(ada),
		},
		Options: platform.Options{Mapping: []payload.Rule{
			{Field: "contact.id", From: []string{"customer.id", "contact.id"}},
			{Field: "orders.count", From: []string{"customer.stats[0].orders"}},
			{Field: "message.channel", Default: []byte(`"email"`)},
		}},
		Forms: true, Keyed: true,
	})
}

// FuzzDecode holds the adapter against arbitrary bodies and queries.
func FuzzDecode(f *testing.F) {
	platformtest.Fuzz(f, platformtest.Kit{
		Platform: generic.Platform(), Call: platform.Call{Method: "POST", Body: []byte(ada)},
		Options: platform.Options{Mapping: []payload.Rule{{Field: "contact.id", From: []string{"a.b", "items[].id"}, As: payload.AsJSON}}},
	}, []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml"},
		`{"contact":{"id":"c1"}}`, "contact[id]=c1&b=%41", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n", `{"a":{"b":"{}"}}`)
}
