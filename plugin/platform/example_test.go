package platform_test

import (
	"context"
	"fmt"
	"testing/fstest"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// pigeon is the smallest platform: a whole package would hold no more. Its line
// in package platforms would be pigeon.Platform().
func pigeon() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "pigeon", Title: "Pigeon Post", Doc: "Asks with {\"who\": …} and reads yes or no.",
			Schemes: []verify.ID{verify.StaticHeader}, Key: "nothing",
			Mapping: []payload.Rule{{Field: "contact.id", From: []string{"who"}}},
		},
		New: func(s platform.Setup) (platform.Adapter, error) { return loft{s}, nil },
		Reacts: func(*platform.Reply) platform.Reaction {
			return platform.Sends.Because("it flies")
		},
		Recipe: func(in platform.Recipe) string { return "Fly to " + in.URL },
	}
}

type loft struct{ platform.Setup }

func (l loft) Decode(c *platform.Call, asks *platform.Asks) error {
	doc, err := c.Document()
	if err != nil {
		return err
	}
	return asks.Map(l.Mapping, doc)
}

func (l loft) Encode(_ *platform.Call, answers []platform.Answer, r *platform.Reply) error {
	r.JSON(200, []byte(map[bool]string{true: `"yes"`, false: `"no"`}[answers[0].Send()]))
	return nil
}

func (l loft) Trouble(_ *platform.Call, t platform.Trouble, r *platform.Reply) { t.Problem(r) }

// A new platform costs one folder and one line. This is all of it.
func Example() {
	g, err := gate.New(gate.Options{})
	if err != nil {
		panic(err)
	}
	defer g.Close()
	if err := g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte("winnow: 1\nslots: {hero: {default: a, variants: {a: {}}}}\n")}}); err != nil {
		panic(err)
	}
	scheme, err := verify.New(verify.StaticHeader, []verify.Secret{"coo-coo-coo"}, verify.Options{})
	if err != nil {
		panic(err)
	}
	s, err := platform.NewSource(pigeon(), platform.Options{Name: "roof", Scheme: scheme}, g)
	if err != nil {
		panic(err)
	}
	var r platform.Reply
	for _, secret := range []string{"coo-coo-coo", "caw"} {
		s.Serve(&platform.Call{
			Method: "POST", Path: platform.Address("roof"), Body: []byte(`{"who":"c1"}`),
			Header: verify.Header{{Name: "X-Winnow-Key", Value: secret}},
		}, &r)
		fmt.Println(r.Status, string(r.Body[:5]))
	}
	// Output:
	// 200 "yes"
	// 401 {"typ
}
