package receiver_test

import (
	"encoding/json"
	"io"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/gate"
	"github.com/winnow-gate/winnow/plugin/receiver"
	"github.com/winnow-gate/winnow/rules"
)

// idle is a receiver on a gate without a bundle.
func idle(t testing.TB) *receiver.Receiver {
	t.Helper()
	g, err := gate.New(gate.Options{})
	require.NoError(t, err)
	hook, err := receiver.New(g, receiver.Options{Version: "1.2.3"})
	require.NoError(t, err)
	return hook
}

func documentOf(t testing.TB) []byte {
	t.Helper()
	res, err := idle(t).App().Test(httptest.NewRequest("GET", "/openapi.json", nil), -1)
	require.NoError(t, err)
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return raw
}

func TestTheDocumentAndTheRoutesAgree(t *testing.T) {
	var routes []string
	for _, r := range idle(t).App().GetRoutes(true) {
		// The others answer methods that an address does not have.
		if len(r.Path) > 1 && (r.Method == "GET" || r.Method == "POST" || r.Method == "DELETE") {
			path := r.Path
			for _, p := range r.Params {
				path = strings.Replace(path, ":"+p, "{"+p+"}", 1)
			}
			routes = append(routes, r.Method+" "+path)
		}
	}
	var documented []string
	for path, methods := range openDocument(t).paths {
		for method := range methods {
			documented = append(documented, strings.ToUpper(method)+" "+path)
		}
	}
	// Every address answers every method, with a problem where it has none; so
	// each documented route is among the routes, and answers no 405 below.
	require.Subset(t, routes, documented)
	var served []string
	app := idle(t).App()
	for _, route := range unique(routes) {
		method, path, _ := strings.Cut(route, " ")
		res, err := app.Test(httptest.NewRequest(method, strings.NewReplacer("{id}", "x").Replace(path), nil), -1)
		require.NoError(t, err)
		if res.StatusCode != fiber.StatusMethodNotAllowed {
			served = append(served, route)
		}
	}
	slices.Sort(documented)
	require.Equal(t, documented, served)
}

func unique(list []string) (out []string) {
	slices.Sort(list)
	for i, s := range list {
		if i == 0 || s != list[i-1] {
			out = append(out, s)
		}
	}
	return out
}

func TestTheDocument(t *testing.T) {
	var doc struct {
		OpenAPI string
		Info    struct{ Version string }
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Summary     string
			Responses   map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(documentOf(t), &doc))
	require.Equal(t, "3.1.0", doc.OpenAPI)
	require.Equal(t, "1.2.3", doc.Info.Version)
	ids := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			require.NotEmpty(t, op.Summary, path)
			require.Contains(t, op.Responses, "200", "%s %s", method, path)
			require.False(t, ids[op.OperationID], op.OperationID)
			ids[op.OperationID] = true
		}
	}
}

// What needs an API key says so, and nothing else does.
func TestTheDocumentSaysWhatNeedsAKey(t *testing.T) {
	keys, _ := withKeys(t, map[string]string{"all": "decide,read,erase"})
	x := start(t, setup{options: receiver.Options{Keys: keys}})
	for path, methods := range x.doc.paths {
		for method, op := range methods {
			security := op.(map[string]any)["security"].([]any)
			address := strings.NewReplacer("{id}", "x", "{source}", "x").Replace(path)
			r := x.do(strings.ToUpper(method), address, "{}")
			require.Equal(t, r.status == 401, len(security) > 0, "%s %s answers %d", method, path, r.status)
		}
	}
}

// Every schema of the document compiles, and every action is in it.
func TestTheSchemas(t *testing.T) {
	s := openDocument(t)
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct{ Enum []string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(documentOf(t), &doc))
	require.NotEmpty(t, doc.Components.Schemas)
	for name := range doc.Components.Schemas {
		s.schema(t, "#/components/schemas/"+name)
	}
	require.ElementsMatch(t, []string{
		string(rules.Send), string(rules.Gate), string(rules.Suppress), string(rules.Hold),
		string(rules.Reroute), string(rules.Cap), string(rules.Ask), string(rules.Pin),
	}, doc.Components.Schemas["Decision"].Properties["action"].Enum)
}
