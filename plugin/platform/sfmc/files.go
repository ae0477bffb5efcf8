package sfmc

import (
	_ "embed"
	"encoding/json"
	"strings"

	"github.com/winnow-gate/winnow/plugin/platform"
)

//go:embed page.html
var page []byte

//go:embed icon.svg
var icon []byte

type object = map[string]any

// config is the activity's config.json, for Journey Builder at this address.
func config(url string, outcomes, slots []string) []byte {
	var branches, outs []any
	for _, o := range outcomes {
		label := strings.ToUpper(o[:1]) + o[1:]
		branches = append(branches, object{"arguments": object{"branchResult": o}, "metaData": object{"label": label}})
	}
	names := []string{"winnow_reason"}
	for _, s := range slots {
		names = append(names, platform.FlatName(s))
	}
	for _, n := range names {
		outs = append(outs, object{n: object{"dataType": "Text", "direction": "out", "access": "visible"}})
	}
	at := func(path string) object { return object{"url": url + "/" + path, "useJwt": true} }
	c := object{
		"workflowApiVersion": "1.1", "type": "RESTDECISION",
		"metaData": object{"icon": url + "/icon.svg", "category": "flow", "isConfigured": true},
		"lang":     object{"en-US": object{"name": "winnow gate", "description": "Send or leave out"}},
		"arguments": object{"execute": object{
			"inArguments":  []any{object{"contactKey": "{{Contact.Key}}"}, object{"email": "{{InteractionDefaults.Email}}"}},
			"outArguments": []any{}, "url": url + "/execute", "useJwt": true,
			"timeout": 10000, "retryCount": 3, "retryDelay": 1000, "concurrentRequests": 5,
		}},
		"configurationArguments": object{
			"save": at("save"), "publish": at("publish"), "validate": at("validate"), "stop": at("stop"),
		},
		"outcomes":       branches,
		"schema":         object{"arguments": object{"execute": object{"inArguments": []any{}, "outArguments": outs}}},
		"userInterfaces": object{"configModal": object{"height": 300, "width": 600, "url": url}},
	}
	out, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return []byte("{}") // never: it is all plain data
	}
	return out
}
