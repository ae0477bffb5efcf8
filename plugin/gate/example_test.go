package gate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing/fstest"

	"github.com/winnow-gate/winnow/plugin/gate"
)

// A gate without a decision log: it decides and forgets. A bundle that is wrong
// never replaces the one that decides.
func Example() {
	g, err := gate.New(gate.Options{})
	if err != nil {
		panic(err)
	}
	defer g.Close()
	ctx := context.Background()
	err = g.Reload(ctx, fstest.MapFS{"rules.yaml": {Data: []byte(`
winnow: 1
personas:
  - {id: rival, kind: negative, name: Works for a competitor, when: 'domain(contact.email) == "rival.example"', action: suppress}
`)}})
	if err != nil {
		panic(err)
	}
	err = g.Reload(ctx, fstest.MapFS{"rules.yaml": {Data: []byte("winnow: one\n")}})
	fmt.Println("refused:", err != nil)

	answer, err := g.Decide(nil, gate.Request{Body: []byte(`{"contact": {"id": "c1", "email": "eve@rival.example"}}`)})
	if err != nil {
		panic(err)
	}
	var decision struct {
		Send bool
		By   string
	}
	if err := json.Unmarshal(answer, &decision); err != nil {
		panic(err)
	}
	fmt.Println(decision.Send, decision.By)
	// Output:
	// refused: true
	// false rival
}
