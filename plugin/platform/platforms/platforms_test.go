package platforms_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/winnow-gate/winnow/plugin/platform"
	"github.com/winnow-gate/winnow/plugin/platform/platforms"
)

func TestNamesAreFoundOnce(t *testing.T) {
	seen := map[string]bool{}
	require.NotEmpty(t, platforms.All())
	for _, p := range platforms.All() {
		require.False(t, seen[p.Name], "%s is registered twice", p.Name)
		seen[p.Name] = true
		found, ok := platforms.Find(p.Name)
		require.True(t, ok)
		require.Equal(t, p.Title, found.Title)
	}
	_, ok := platforms.Find("no such platform")
	require.False(t, ok)
}

// What is to be pasted as JSON must be JSON, with slots and without.
func TestRecipesHoldJSON(t *testing.T) {
	blocks := 0
	for _, p := range platforms.All() {
		for _, in := range []platform.Recipe{
			{URL: "https://w.example/v1/in/shop", Slots: []string{"hero", "side-bar"}, Fields: []string{"orders.count"}, Source: "shop"},
			{URL: "https://w.example/v1/in/shop"},
		} {
			for _, block := range fenced(p.Recipe(in), "json") {
				blocks++
				require.True(t, json.Valid([]byte(block)), "%s: this is no JSON:\n%s", p.Name, block)
			}
		}
	}
	require.Positive(t, blocks)
}

// fenced cuts the code blocks of a language out of Markdown.
func fenced(text, language string) (blocks []string) {
	for {
		_, after, ok := strings.Cut(text, "```"+language+"\n")
		if !ok {
			return blocks
		}
		block, rest, _ := strings.Cut(after, "```")
		blocks, text = append(blocks, block), rest
	}
}
