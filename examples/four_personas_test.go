package examples_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/rules"
	"github.com/winnow-gate/winnow/rules/diag"
)

// One row each, as a platform sends them: flat figures, nothing left out.
func TestFourPersonasAreTold(t *testing.T) {
	b := load(t, "four-personas")
	now := time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		body           string
		send           bool
		personas, hero string
	}{
		"new buyer, by a service mail": {
			`{"contact":{"id":"1"},"consent":{"marketing":false,"newsletter":false},"message":{"class":"service"},
			"orders":{"count":1,"items_total":1,"first_at":"2026-09-10"}}`, true, "new-buyer", "thank-you",
		},
		"new buyer, by marketing": {
			`{"contact":{"id":"1"},"consent":{"marketing":false,"newsletter":false},"message":{"class":"marketing"},
			"orders":{"count":1,"items_total":1,"first_at":"2026-09-10"}}`, false, "", "new-in",
		},
		"high value": {
			`{"contact":{"id":"2","city_population":8900000,"gender":"female"},"consent":{"marketing":true,"newsletter":true},
			"orders":{"count":9,"aov":410},"prefs":{"interests":["fashion"]}}`, true, "valuable-city-customer", "fashion-edit",
		},
		"losing": {
			`{"contact":{"id":"3"},"consent":{"marketing":true,"newsletter":true},"rfm":{"frequency":"casual","monetary":"medium"},
			"orders":{"count":5,"categories":["home_garden"],"gap_days_avg":60,"gap_days_now":120},"web":{"search_30d":5,"browse_30d":0}}`,
			true, "slipping-customer", "found-it",
		},
		"vanished": {
			`{"contact":{"id":"4"},"consent":{"marketing":true,"newsletter":true},
			"orders":{"count":0,"count_online":0,"count_store":12,"aov_store":95,"last_store_at":"2026-06-01"},
			"engagement":{"clicks_90d":20},"web":{"sessions_30d":9,"product_views_90d":60}}`, true, "vanished-store-buyer", "good-to-see-you",
		},
		"vanished, by online figures alone": {
			`{"contact":{"id":"4"},"consent":{"marketing":true,"newsletter":true},"orders":{"count":0,"count_online":0},
			"engagement":{"clicks_90d":20},"web":{"sessions_30d":9,"product_views_90d":60}}`, true, "", "new-in",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got struct {
				Send     bool
				Personas []string
				Variants map[string]string
			}
			require.NoError(t, json.Unmarshal(decideOnce(t, b, []byte(c.body), now), &got))
			require.Equal(t, c.send, got.Send)
			require.Equal(t, c.personas, strings.Join(got.Personas, " "))
			require.Equal(t, c.hero, got.Variants["hero"])
		})
	}
}

// What the README says of a sex: a warning in content without an allowance, an
// error in what holds back.
func TestFourPersonasSexIsOffUntilSomebodyAnswersForIt(t *testing.T) {
	with := func(file, old, text, policy string) diag.List {
		bundle := fstest.MapFS{}
		names, err := filepath.Glob("four-personas/*.yaml")
		require.NoError(t, err)
		require.Len(t, names, 4)
		for _, name := range names {
			src, err := os.ReadFile(name)
			require.NoError(t, err)
			if filepath.Base(name) == file {
				require.Contains(t, string(src), old)
				src = []byte(strings.Replace(string(src), old, text, 1) + policy)
			}
			bundle[filepath.Base(name)] = &fstest.MapFile{Data: src}
		}
		_, list := rules.Compile(bundle, rules.Options{})
		return list
	}
	const declared, sex = `has(prefs.interests, "fashion")`, `contact.gender == "female"`
	policy := readmeYAML(t)
	list := with("slots.yaml", declared, sex, "")
	require.Len(t, list, 1, "%v", list)
	require.Equal(t, diag.ProtectedContent, list[0].Code)
	require.Empty(t, with("slots.yaml", declared, sex, policy))
	held := with("personas.yaml", "orders.count == 0\n", "orders.count == 0 and "+sex+"\n", "")
	require.True(t, held.HasErrors())
	require.Equal(t, diag.ProtectedTrait, held[0].Code)
}

// readmeYAML is the policy that the README shows.
func readmeYAML(t *testing.T) string {
	t.Helper()
	src, err := os.ReadFile("four-personas/README.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(src), "  ```yaml\n")
	require.True(t, found)
	block, _, found := strings.Cut(after, "  ```\n")
	require.True(t, found)
	return "\n" + strings.ReplaceAll(block, "\n  ", "\n")[2:]
}
