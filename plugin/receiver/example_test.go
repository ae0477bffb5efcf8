package receiver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing/fstest"

	"github.com/gofiber/fiber/v2"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
)

// A program that runs Fiber already gets the webhook under a path of its own.
func ExampleReceiver_Mount() {
	g, err := gate.New(gate.Options{})
	if err != nil {
		panic(err)
	}
	defer g.Close()
	err = g.Reload(context.Background(), fstest.MapFS{"rules.yaml": {Data: []byte(
		"winnow: 1\nslots: {hero: {default: new, variants: {new: {headline: Fresh}}}}\n",
	)}})
	if err != nil {
		panic(err)
	}
	hook, err := receiver.New(g, receiver.Options{})
	if err != nil {
		panic(err)
	}
	app := fiber.New()
	hook.Mount(app.Group("/winnow"))

	req := httptest.NewRequest("POST", "/winnow/v1/decide", strings.NewReader(`{"contact": {"id": "c1"}}`))
	req.Header.Set("Content-Type", "application/json")
	resp, err := app.Test(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var decision struct {
		Send     bool
		Variants map[string]string
	}
	if err := json.NewDecoder(resp.Body).Decode(&decision); err != nil {
		panic(err)
	}
	fmt.Println(resp.StatusCode, decision.Send, decision.Variants["hero"])
	// Output: 200 true new
}
