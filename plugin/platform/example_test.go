package platform_test

import (
	"context"
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

// pigeon is the smallest platform: a whole package would hold no more, and it
// passes the kit. Its line in package platforms would be pigeon.Platform().
func pigeon() platform.Platform {
	return platform.Platform{
		Info: platform.Info{
			Name: "pigeon", Title: "Pigeon Post", Doc: "Asks with {\"who\": …, \"agreed\": …} and reads yes or no.",
			Schemes: []verify.ID{verify.StaticHeader}, Key: "nothing",
			Mapping: []payload.Rule{
				{Field: "contact.id", From: []string{"who"}},
				{Field: "consent.marketing", From: []string{"agreed"}},
			},
		},
		New: func(s platform.Setup) (platform.Adapter, error) { return loft{s}, nil },
		Reacts: func(r *platform.Reply) platform.Reaction {
			if r != nil && string(r.Body) == `"no"` {
				return platform.HoldsBack.Because("it stays at home")
			}
			return platform.Sends.Because("it flies, unless it is told not to")
		},
		Recipe: func(in platform.Recipe) string {
			return "Fly to " + in.URL + ", and take along what is chosen for " + strings.Join(in.Slots, ", ")
		},
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

func (l loft) Trouble(c *platform.Call, t platform.Trouble, r *platform.Reply) {
	t.SayDefault(l, c, r)
}

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
