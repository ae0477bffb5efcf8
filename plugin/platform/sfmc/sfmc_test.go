package sfmc_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/payload"
	"github.com/winnow-gate/winnow/plugin/platform/platformtest"
	"github.com/winnow-gate/winnow/plugin/platform/sfmc"
	"github.com/winnow-gate/winnow/plugin/platform/verify"
)

const ada = `{"inArguments":[{"contactKey":"c-1001"},{"email":"ada@example.test"},{"country":"PL"},{"agreed":"true","orders":"2"}],` +
	`"outArguments":[],"activityObjectID":"a-1","journeyId":"j-1","activityId":"a-1","definitionInstanceId":"d-1",` +
	`"activityInstanceId":"i-1","keyValue":"c-1001","mode":0}`

func jsonCall(body, below string) platform.Call {
	return platform.Call{
		Method: "POST", Below: below, Header: verify.Header{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(body),
	}
}

func TestSplit(t *testing.T) {
	inFolder(t, "split")
	platformtest.Run(t, platformtest.Kit{
		Platform: sfmc.Platform(),
		Call:     jsonCall(ada, "execute"),
		Options: platform.Options{
			Mapping: []payload.Rule{
				{Field: "contact.country", From: []string{"inArguments[].country"}},
				{Field: "consent.marketing", From: []string{"inArguments[].agreed"}},
				{Field: "orders.count", From: []string{"inArguments[].orders"}},
			},
			Settings: platform.Settings{"slots": []string{"hero", "footer"}},
		},
		Keyed: true,
	})
}

func TestInline(t *testing.T) {
	inFolder(t, "inline")
	platformtest.Run(t, platformtest.Kit{
		Platform: sfmc.Inline(),
		Call: jsonCall(`{"message":{"id":"job-9","class":"marketing"},"contact":{"id":"c-1001","country":"PL"},`+
			`"consent":{"marketing":true},"orders":{"count":2}}`, ""),
		Forms: true, Keyed: true,
	})
}

// inFolder runs a kit on its own captured requests.
func inFolder(t *testing.T, name string) {
	t.Helper()
	t.Chdir(filepath.Join("testdata", name))
}

// A branch for each variant: always one that config.json declares.
func TestBranches(t *testing.T) {
	a := adapter(t, platform.Settings{"branch_by": "hero", "variants": []string{"vip", "generic"}, "slots": []string{"footer"}})
	for want, answer := range map[string]string{
		"vip":      `{"send":true,"variants":{"hero":"vip","footer":"x"}}`,
		"generic":  `{"send":true,"variants":{"hero":"generic"}}`,
		"suppress": `{"send":false,"variants":{"hero":"vip"}}`,
	} {
		require.Equal(t, want, branch(t, a, answer))
	}
	require.Equal(t, "vip", branch(t, a, `{"send":true,"variants":{"hero":"a new variant"}}`), "never an outcome that is not declared")
	require.Equal(t, "vip", branch(t, a, `{"send":true,"variants":{}}`))

	var r platform.Reply
	require.True(t, a.(platform.Greeter).Greet(&platform.Call{Method: "GET", Below: "config.json"}, &r))
	var config struct {
		Outcomes []struct {
			Arguments struct {
				BranchResult string `json:"branchResult"`
			}
		}
		Arguments struct{ Execute struct{ URL string } }
	}
	require.NoError(t, json.Unmarshal(r.Body, &config))
	var declared []string
	for _, o := range config.Outcomes {
		declared = append(declared, o.Arguments.BranchResult)
	}
	require.Equal(t, []string{"vip", "generic", "suppress"}, declared)
	require.Equal(t, "https://w.example/v1/in/s/execute", config.Arguments.Execute.URL)
	require.Contains(t, string(r.Body), "{{Contact.Key}}")
	require.Contains(t, string(r.Body), "winnow_footer")
}

func TestBranchesNeedVariants(t *testing.T) {
	_, err := platform.NewSource(sfmc.Platform(), platform.Options{Name: "s", Settings: platform.Settings{"branch_by": "hero"}}, nil)
	require.ErrorContains(t, err, "branch_by and variants go together")
}

func adapter(t *testing.T, s platform.Settings) platform.Adapter {
	t.Helper()
	a, err := sfmc.Platform().New(platform.Setup{Name: "s", PublicURL: "https://w.example/v1/in/s", Settings: s})
	require.NoError(t, err)
	return a
}

func branch(t *testing.T, a platform.Adapter, answer string) string {
	t.Helper()
	var r platform.Reply
	require.NoError(t, a.Encode(&platform.Call{}, []platform.Answer{{JSON: []byte(answer)}}, &r))
	return payload.Text(payload.Get(r.Body, "branchResult"))
}
